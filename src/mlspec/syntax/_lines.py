"""The line of each value of a document, without composing its positions again.

A card asks for a hundred lines of one document, and for nothing else of their positions. The
reader keeps them in the order of the text: four bytes for each value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

__all__ = ["line_at", "lines_by_path"]


def lines_by_path(data: Json, lines: Sequence[int]) -> dict[str, int]:
    """Return the line, from 0, of each value by its path, such as `spec.gates[0].metric`.

    Keys that people choose, as those of labels, may hold dots: ask for none below such a mapping.

    Args:
        data: What is in the document.
        lines: The lines of all values in it, from 0, in the order of the text.
    """
    paths = [""]
    _list_paths(data, "", paths)
    return dict(zip(paths, lines, strict=True))


def _list_paths(data: Json, path: str, found: list[str]) -> None:
    if isinstance(data, dict):
        start = f"{path}." if path else ""
        for key, each in data.items():
            found.append(start + key)
            if isinstance(each, (dict, list)):
                _list_paths(each, found[-1], found)
    elif isinstance(data, list):
        for index, each in enumerate(data):
            found.append(f"{path}[{index}]")
            if isinstance(each, (dict, list)):
                _list_paths(each, found[-1], found)


def line_at(data: Json, lines: Sequence[int], path: Path) -> int:
    """Return the line, from 1, of the value at a path, or of its nearest ancestor there is.

    It counts the values before it: for one line of a document, or two.
    """
    before = 0
    for step in path:
        if isinstance(data, dict) and isinstance(step, str) and step in data:
            earlier = list(data.values())[: list(data).index(step)]
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            earlier, data = data[:step], data[step]
        else:
            break
        before += 1 + sum(map(_size, earlier))
    return lines[before] + 1


def _size(data: Json) -> int:
    """Return how many values there are, with those inside."""
    if isinstance(data, dict):
        return 1 + sum(map(_size, data.values()))
    if isinstance(data, list):
        return 1 + sum(map(_size, data))
    return 1
