"""The rule of merging, and where merged values come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related
from mlspec.schema import written_text

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic, Path, Span
    from mlspec.syntax import Document

__all__ = ["Merged"]

_OVERRIDE_DEPTH = len(("spec", "environments", "prod", "overrides", 0, "value"))


@dataclass
class Merged:
    """A resource while overrides are merged into it.

    `origins` leads from a path in the resource to the path of the overriding value in `home`, the
    document of the workspace. It answers for places (it is a `Place`): inside an overridden value
    with the override; elsewhere with the spec, and remembers in `detours` which override is the
    likely cause.
    """

    document: Document
    home: Document
    data: Mapping[str, object]
    origins: dict[Path, Path] = field(default_factory=dict)
    detours: dict[Span, Span] = field(default_factory=dict)

    def put(self, path: Path, value: object, origin: Path) -> None:
        """Merge a value in at `path`: mappings key by key, anything else replaces."""
        self.data = _as_mapping(self._put(self.data, path, 0, value, origin))

    def _put(self, data: object, path: Path, depth: int, value: object, origin: Path) -> object:
        if depth == len(path):
            return self._merge(data, path, value, origin)
        step = path[depth]
        if isinstance(data, list) and isinstance(step, int):
            changed = list(data)
            changed[step] = self._put(data[step], path, depth + 1, value, origin)
            return changed
        members = dict(data) if isinstance(data, Mapping) else {}
        members[str(step)] = self._put(members.get(str(step)), path, depth + 1, value, origin)
        return members

    def _merge(self, data: object, path: Path, value: object, origin: Path) -> object:
        if isinstance(data, Mapping) and isinstance(value, Mapping):
            members = dict(data)
            for key, each in value.items():
                members[key] = self._merge(data.get(key), (*path, key), each, (*origin, key))
            return members
        size = len(path)
        self.origins = {each: o for each, o in self.origins.items() if each[:size] != path}
        self.origins[path] = origin
        return value

    def span(self, path: Path) -> Span:
        """Return where the value at `path` is written, in an override or in the spec."""
        inside = self._inside(path)
        if inside is not None:
            return self.home.span(inside)
        return self._detour(self.document.span(path), path)

    def key_span(self, path: Path) -> Span:
        """Return where the key that ends `path` is written, in an override or in the spec."""
        inside = self._inside(path)
        if inside is not None:
            # the key of a whole override would be the word `value`
            is_whole = len(inside) == _OVERRIDE_DEPTH and inside[-1] == "value"
            return self.home.span(inside) if is_whole else self.home.key_span(inside)
        return self._detour(self.document.key_span(path), path)

    def text(self, span: Span) -> str:
        """Return the characters of a span that lies on one line, otherwise an empty text."""
        found = written_text(self.home.source, span)
        return found or written_text(self.document.source, span)

    def moved(self, diagnostic: Diagnostic) -> Diagnostic:
        """Move what a merged value breaks elsewhere in a spec to that value."""
        cause = self.detours.get(diagnostic.span) if diagnostic.span else None
        if cause is None or diagnostic.span is None:
            return diagnostic
        related = Related(diagnostic.span, "this is what it is merged into")
        return replace(diagnostic, span=cause, related=(related,), fixes=())

    def _inside(self, path: Path) -> Path | None:
        for length in range(len(path), 0, -1):
            origin = self.origins.get(path[:length])
            if origin is not None:
                return (*origin, *path[length:])
        return None

    def _detour(self, span: Span, path: Path) -> Span:
        nearest = max(self.origins, key=lambda each: _shared(each, path))
        self.detours[span] = self.home.span(self.origins[nearest])
        return span


def _shared(one: Path, other: Path) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _as_mapping(data: object) -> Mapping[str, object]:
    return data if isinstance(data, dict) else {}
