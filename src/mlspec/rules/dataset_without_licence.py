"""Nobody wrote down whether the data may be used.

What it does
Checks that every `Dataset` has `licence`.

Why is this bad?
A model that was trained on data one may not use has to be withdrawn, and by then it is in use.
Data of your own has terms, too: say `internal`, and whom to ask.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      licence: null

Good
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      licence: CC0-1.0

References
- https://spdx.org/licenses/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import dataset_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a data set without a licence."""
    if dataset_of(resource).licence is None:
        yield Finding(
            resource,
            ("spec", "licence"),
            f"`{resource.name}` has no licence",
            hint="add `licence` with an SPDX identifier, or `internal` and whom to ask",
        )


RULE = Rule("MLS705", "dataset-without-licence", Severity.WARNING, ("Dataset",), check)
