"""Items of a list that share what must be unique."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.diagnostics import Code
    from mlspec.manifests._model import Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["repeated"]


def repeated(entry: Code, items: Iterable[Node], key: str, plural: str) -> Iterator[Problem]:
    """Yield each item whose text under `key` an earlier one has; items without it are skipped."""
    seen: set[str] = set()
    for item in items:
        text = item[key].text
        if text and text in seen:
            message = f"two {plural} have the {_WORDS.get(key, key)} `{text}`"
            yield item[key].problem(entry, message, "rename one of them, or remove it")
        seen.add(text)


_WORDS = {"mountPath": "path", "templateName": "name"}
