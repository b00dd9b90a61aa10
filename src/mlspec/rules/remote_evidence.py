"""Evidence lies in S3 and can't be read from there, or is not pinned.

What it does
Checks which files of `evaluation` have an address in S3. Tables (`.csv`, `.parquet`) that drift
gates count are read from there, by DuckDB, when the source states their `digest`. Predictions,
labels, metrics and all that other gates read, which is row by row, are files of the workspace.

Why is this bad?
An object in S3 can be another one tomorrow, under the same address; its ETag is no digest of its
bytes. A record says what was judged by the digest of its files, so a plan has to know that one
without asking S3.

Bad
    kind: Model
    spec:
      evaluation:
        sources:
          - {name: last-week, file: "s3://lake/day=1/people.parquet"}

Good
    kind: Model
    spec:
      evaluation:
        sources:
          - name: last-week
            file: s3://lake/day=1/people.parquet
            digest: sha256:91fd23e515b6f23cc86debd7a1606f834f1d697dec699b010f14acbbde23159b

References
- https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.evidence import HEADED, is_remote, remote_problem
from mlspec.gates import find_gate
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of, placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.gates import EvidenceSource
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_NEAR = ("champion", "labels", "metrics", "predictions")
_COPY = "copy it into the workspace, and name the copy"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each file in S3 that no gate reads from there."""
    inputs = model_of(resource).evaluation
    if inputs is None:
        return
    for name in _NEAR:
        if is_remote(getattr(inputs, name) or ""):
            sentence = f"`{name}` lies in S3, and rows are read from files of the workspace"
            yield Finding(resource, ("spec", "evaluation", name), sentence, hint=_COPY)
    remote = [(place, each) for place, each in enumerate(inputs.sources) if is_remote(each.file)]
    readers = _row_readers(resource, workspace) if remote else {}
    for place, each in remote:
        path = ("spec", "evaluation", "sources", place)
        yield from _of_source(resource, each, path, readers.get(each.name))


def _row_readers(resource: Resource, workspace: Workspace) -> dict[str, str]:
    """Return the first gate that reads the rows of a source, where counts don't do, by source."""
    found: dict[str, str] = {}
    for gate, *_ in placed_gates(resource, workspace):
        for need in find_gate(gate).reads(gate):
            if need.gives != "Profile":
                found.setdefault(need.source, gate.id)
    return found


def _of_source(
    resource: Resource, source: EvidenceSource, path: Path, reader: str | None
) -> Iterator[Finding]:
    problem = remote_problem(source.file)
    kind = source.format or PurePosixPath(source.file).suffix[1:].lower()
    if problem is not None:
        hint = "credentials come from `AWS_*`, `~/.aws` or the role of the machine"
        yield Finding(resource, (*path, "file"), problem.sentence, hint=hint)
    elif kind not in HEADED:
        sentence = f"`{source.name}` lies in S3, from where `.csv` and `.parquet` are read"
        yield Finding(resource, (*path, "file"), sentence, hint=_COPY)
    elif reader is not None:
        sentence = f"`{source.name}` lies in S3, and gate `{reader}` reads its rows"
        hint = f"drift gates alone count tables there: {_COPY}"
        yield Finding(resource, (*path, "file"), sentence, hint=hint)
    elif source.digest is None:
        sentence = f"`{source.name}` lies in S3, and nothing says which bytes it has"
        hint = "state `digest`, the SHA-256 of the object: `aws s3 cp URL - | sha256sum`"
        yield Finding(resource, (*path, "file"), sentence, hint=hint)


RULE = Rule("MLS472", "remote-evidence", Severity.ERROR, ("Model",), check)
