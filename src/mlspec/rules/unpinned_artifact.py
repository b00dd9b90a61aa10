"""The bytes of a model are not pinned.

What it does
Checks that `artifact.digest` is set.

Why is this bad?
Evidence and approvals are about one model, and its digest is what names it. Without it, another
file in the same place inherits them all.

Bad
    kind: Model
    spec:
      artifact:
        digest: null

Good
    kind: Model
    spec:
      artifact:
        digest: sha256:9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab

References
- https://slsa.dev/spec/v1.0/provenance (subjects are named by digest)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield an artifact without a digest."""
    if model_of(resource).artifact.digest is None:
        yield Finding(
            resource,
            ("spec", "artifact", "digest"),
            "the artifact is not pinned by a digest",
            hint="add `digest: sha256:...` as `sha256sum` prints it for the file",
        )


RULE = Rule("MLS702", "unpinned-artifact", Severity.ERROR, ("Model",), check)
