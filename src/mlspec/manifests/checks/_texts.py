"""Every text below a value: placeholders stand anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests.checks._node import Node

__all__ = ["texts_below"]


def texts_below(node: Node) -> Iterator[Node]:
    """Yield each text below a value, in order; documents are no deeper than they are read."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each.value, str):
            yield each
        else:
            below = [*each.each(), *(child for _, child in each.entries())]
            waiting.extend(reversed(below))
