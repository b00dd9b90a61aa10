"""A managed model says `unknown` where somebody has to know.

What it does
Checks that neither the owner nor any text of a model is the word `unknown`, which `mlspec adopt`
writes where a model was observed and nobody could tell.

Why is this bad?
Whoever reads a card, a plan or a page at night needs the value. `unknown` is honest of a model
that mlspec only looks at; one that it manages has an owner who can say it.

Bad
    kind: Model
    spec:
      purpose: unknown

Good
    kind: Model
    spec:
      purpose: Decides whom the office writes to first.

References
- NIST AI RMF 1.0, MAP 1.1
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.kinds.observed_model import UNKNOWN
from mlspec.rules._port import Finding, Rule
from mlspec.rules._written import may_say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["HINT", "RULE", "unsaid_message", "unsaid_places"]

HINT = "write what is true; ask who built the model or uses it"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield every text of a model that is `unknown`."""
    if not may_say(resource, UNKNOWN):
        return
    for path in unsaid_places(resource.data):
        yield Finding(resource, path, unsaid_message(path), hint=HINT)


def unsaid_places(data: object) -> Iterator[Path]:
    """Yield the path of every text that is `unknown` in the owner or the spec of a document."""
    whole = data if isinstance(data, Mapping) else {}
    metadata = whole.get("metadata")
    owner = metadata.get("owner") if isinstance(metadata, Mapping) else None
    yield from _paths(owner, ("metadata", "owner"))
    yield from _paths(whole.get("spec"), ("spec",))


def _paths(value: object, path: Path) -> Iterator[Path]:
    """Yield the path of every text of a value that is `unknown`; the value itself is at `path`."""
    if value == UNKNOWN:
        yield path
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _paths(each, (*path, str(key)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, (*path, index))


def unsaid_message(path: Path) -> str:
    """Return what is wrong with a value: an entry of a list goes by the key of its list."""
    key = next(each for each in reversed(path) if isinstance(each, str))
    return f"`{key}` is `{UNKNOWN}`" if key == path[-1] else f"`{key}` has `{UNKNOWN}`"


RULE = Rule("MLS620", "unsaid-value", Severity.ERROR, ("Model",), check)
