"""What `compile` did to files, as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["render_files", "render_files_json"]


def render_files(heading: str, groups: Mapping[str, Sequence[str]]) -> str:
    """Return a line per file that is not `unchanged`, then the counts of all groups.

    A path with a leading `/` is relative to the repository, and shown without it.
    """
    return "\n".join([heading, *_lines(groups), _counts(groups)])


def render_files_json(environment: str, output: str, groups: Mapping[str, Sequence[str]]) -> str:
    """Return the groups as one JSON document (`mlspec.compile/1.0`)."""
    listed = {name: sorted(paths) for name, paths in groups.items()}
    return pretty_json(
        {
            "format": "mlspec.compile/1.0",
            "environment": environment,
            "output": output,
            "files": listed,
        }
    )


def _lines(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    width = max(map(len, groups))
    for name, paths in groups.items():
        if name != "unchanged":
            for path in sorted(paths):
                yield f"  {name:<{width}}  {path.removeprefix('/')}"


def _counts(groups: Mapping[str, Sequence[str]]) -> str:
    counted = [f"{len(paths)} {name}" for name, paths in groups.items() if paths]
    return ", ".join(counted) or "nothing to write"
