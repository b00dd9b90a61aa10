"""What a rule is: a constant and a function in one module.

The docstring of the module is the documentation: a summary line, then the headings
`What it does`, `Why is this bad?`, `Bad`, `Good`, `References`. `Bad` and `Good` hold one YAML
block each, a patch over a valid workspace; both run as tests and feed `mlspec explain`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Fix, Path, Related, Severity
    from mlspec.workspace import Resource, Workspace

__all__ = ["Check", "Finding", "Rule"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the value at `path` of `resource` is to be changed."""

    resource: Resource
    path: Path
    message: str
    hint: str | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()


class Check(Protocol):
    """The function of a rule: yields findings, never raises, logs or prints."""

    def __call__(self, resource: Resource, workspace: Workspace) -> Iterator[Finding]:
        """Yield what is wrong with one resource of the rule's kinds."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The identity of a rule: a code that never changes, a name that reads as "allow ...".

    Without `kinds` a rule looks at resources of every kind. A rule that is not `suppressible`
    can't be ignored by a comment in the spec that it judges.
    """

    code: str
    name: str
    severity: Severity
    kinds: tuple[str, ...]
    check: Check
    suppressible: bool = True
