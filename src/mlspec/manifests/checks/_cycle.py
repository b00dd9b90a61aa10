"""Circles of things that wait for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["find_cycle"]


def find_cycle(waits: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of a circle, the first one again at its end; nothing if there is none.

    Of several circles one through the first name in order is returned. Takes time in the number
    of names and waits, however deep they go.
    """
    done: set[str] = set()
    for start in sorted(waits):
        path: list[str] = []
        on_path: set[str] = set()
        stack = [(start, False)]
        while stack:
            name, is_left = stack.pop()
            if is_left:
                done.add(name)
                on_path.discard(path.pop())
            elif name in on_path:
                return [*path[path.index(name) :], name]
            elif name not in done:
                path.append(name)
                on_path.add(name)
                stack.append((name, True))
                stack.extend((each, False) for each in sorted(waits.get(name, ()), reverse=True))
    return []
