"""A value of a manifest and where it stands: checks walk values of any type without a guard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests._model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Code, Path
    from mlspec.manifests._model import Manifest, ManifestSet

__all__ = ["Node", "objects"]

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Node:
    """The value at `path` of a manifest; None where nothing stands, as Kubernetes reads it."""

    manifest: Manifest
    path: Path
    value: Json

    def __getitem__(self, key: str) -> Node:
        """Return the value of a key; of None where this is no mapping or lacks the key."""
        return Node(self.manifest, (*self.path, key), self.get(key))

    def get(self, key: str) -> Json:
        """Return the bare value of a key: where nobody asks for its place."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def at(self, *keys: str) -> Node:
        """Return the value below some keys."""
        node = self
        for key in keys:
            node = node[key]
        return node

    def each(self) -> Iterator[Node]:
        """Yield the items of a list; none where this is no list."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.manifest, (*self.path, index), value)

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield the keys and values of a mapping; none where this is no mapping."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield key, self[key]

    @property
    def is_set(self) -> bool:
        """Tell whether anything stands here; an explicit null does not."""
        return self.value is not None

    @property
    def text(self) -> str:
        """Return the text; empty where there is none."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def whole(self) -> int | None:
        """Return the whole number; None where there is none (a boolean is none)."""
        is_whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        return self.value if is_whole and isinstance(self.value, int) else None

    @property
    def shown(self) -> str:
        """Return the value as a message shows it: on one line, and not all of a long one."""
        text = "nothing" if self.value is None else str(self.value)
        text = text.lower() if isinstance(self.value, bool) else text
        return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."

    def texts(self) -> dict[str, str]:
        """Return the entries of a mapping whose values are text: labels, selectors."""
        return {key: node.text for key, node in self.entries() if isinstance(node.value, str)}

    def set_keys(self, *keys: str) -> list[str]:
        """Return those of some keys under which something stands."""
        return [key for key in keys if self.get(key) is not None]

    def problem(
        self,
        entry: Code,
        message: str,
        hint: str | None = None,
        inside: tuple[int, int] | None = None,
    ) -> Problem:
        """Return the problem that the value here is to be changed, or what is `inside` of it."""
        return Problem(self.manifest, self.path, entry.code, message, hint, inside=inside)


def objects(manifests: ManifestSet, group: str, *kinds: str) -> Iterator[Node]:
    """Yield the objects of some kinds of a group."""
    for kind in kinds:
        for manifest in manifests.of_kind(group, kind):
            yield Node(manifest, (), manifest.at(()))
