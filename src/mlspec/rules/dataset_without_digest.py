"""A data set is not pinned to its bytes.

What it does
Checks that every `Dataset` has `digest`.

Why is this bad?
Nobody can prove which data a model was trained or evaluated on. A file that was replaced, or a
table that has grown, goes unnoticed.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      digest: null

Good
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      digest: sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9

References
- https://docs.mlcommons.org/croissant/docs/croissant-spec.html (sha256 of file objects)
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

HINTS = {
    "delta": "add the `sha256:...` of the commit file of the version that was used",
    "iceberg": "add the `sha256:...` of the metadata file of the snapshot that was used",
    "table": "export the rows that were used to a file, and add its `sha256:...`",
}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a data set without a digest."""
    spec = dataset_of(resource)
    if spec.digest is None:
        yield Finding(
            resource,
            ("spec", "digest"),
            f"`{resource.name}` has no digest, so nobody can prove which data was used",
            hint=HINTS.get(
                spec.format, "add `digest: sha256:...` as `sha256sum` prints it for the file"
            ),
        )


RULE = Rule("MLS704", "dataset-without-digest", Severity.ERROR, ("Dataset",), check)
