"""What `compile` did to files, or would do, as text and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "FileDifference",
    "render_diff",
    "render_every_json",
    "render_files",
    "render_files_json",
]

_MOST_LINES = 50_000
"""Beyond this, comparing line by line takes too long: only the sizes are told."""
_COLOURS = (("+++", "1"), ("---", "1"), ("@@", "36"), ("+", "32"), ("-", "31"))


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file as it is and as it would be; None where there is none."""

    path: str
    before: bytes | None
    after: bytes | None


def render_files(
    heading: str, groups: Mapping[str, Sequence[str]], counted: Collection[str] = ("unchanged",)
) -> str:
    """Return a line per file but those of the groups that are `counted`, then all counts.

    A path with a leading `/` is relative to the repository, and shown without it.
    """
    return "\n".join([heading, *_lines(groups, counted), _counts(groups)])


def render_files_json(
    environment: str,
    output: str,
    groups: Mapping[str, Sequence[str]],
    differences: Iterable[FileDifference] = (),
) -> str:
    """Return the groups as one JSON document (`mlspec.compile/1.0`), with a diff for each file."""
    document = {"format": "mlspec.compile/1.0"}
    return pretty_json({**document, **_facts(environment, output, groups, differences)})


def render_every_json(
    runs: Iterable[tuple[str, str, Mapping[str, Sequence[str]], Iterable[FileDifference]]],
) -> str:
    """Return several environments as one JSON document (`mlspec.compile-all/1.0`)."""
    listed = [_facts(*each) for each in runs]
    return pretty_json({"format": "mlspec.compile-all/1.0", "environments": listed})


def render_diff(differences: Iterable[FileDifference], *, colour: bool = False) -> str:
    """Return unified diffs as `git diff` shows them, one after another; empty for none.

    A path with a leading `/` is relative to the repository, and shown without it.
    """
    lines = [line for each in differences for line in _diff(each)]
    shown = map(_coloured, lines) if colour else lines
    return "".join(f"{line}\n" for line in shown)


def _facts(
    environment: str,
    output: str,
    groups: Mapping[str, Sequence[str]],
    differences: Iterable[FileDifference],
) -> dict[str, object]:
    files = {name: sorted(paths) for name, paths in groups.items()}
    diffs = {each.path: "".join(f"{line}\n" for line in _diff(each)) for each in differences}
    return {"environment": environment, "output": output, "files": files, "diff": diffs}


def _diff(difference: FileDifference) -> Iterator[str]:
    path = difference.path.removeprefix("/")
    before, after = _content(difference.before), _content(difference.after)
    old = f"a/{path}" if difference.before is not None else "/dev/null"
    new = f"b/{path}" if difference.after is not None else "/dev/null"
    if before is None or after is None:
        yield f"--- {old}"
        yield f"+++ {new}"
        yield "too large to compare, or no text"
        return
    yield from map(printable, unified_diff(before, after, old, new, lineterm=""))


def _content(content: bytes | None) -> list[str] | None:
    """Return the lines of a file; None for one that can't be compared by lines."""
    try:
        lines = (content or b"").decode().splitlines()
    except UnicodeDecodeError:
        return None
    return lines if len(lines) <= _MOST_LINES else None


def _coloured(line: str) -> str:
    code = next((code for start, code in _COLOURS if line.startswith(start)), None)
    return line if code is None else f"\x1b[{code}m{line}\x1b[0m"


def _lines(groups: Mapping[str, Sequence[str]], counted: Collection[str]) -> Iterator[str]:
    width = max(map(len, groups))
    for name, paths in groups.items():
        for path in sorted(paths) if name not in counted else ():
            yield f"  {name:<{width}}  {path.removeprefix('/')}"


def _counts(groups: Mapping[str, Sequence[str]]) -> str:
    counted = [f"{len(paths)} {name}" for name, paths in groups.items() if paths]
    return ", ".join(counted) or "nothing to write"
