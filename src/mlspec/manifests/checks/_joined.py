"""Objects that a kustomization joins from several folders, and those that it would have twice.

kustomize refuses two objects with one identity ("may not add resource with an already registered
id"), whichever folders they lie in. Prefixes, suffixes and namespaces of the kustomizations on the
way are counted; patches and generators are not.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from mlspec.manifests._documents import FileKind, file_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.manifests._model import Manifest, ManifestSet

__all__ = ["Double", "applied_with", "joined_twice"]

_LISTS = ("resources", "bases", "components")
_STEP = "step-"
"""How files begin that hold one step of a rollout each: they are applied one after the other."""
_DEEPEST = 32
_MOST = 1_000_000
"""Objects that are looked at in all: folders come from strangers, and may join each other."""

Identity = tuple[str, str, str, str]
"""Group, kind, namespace and name."""


class Double(NamedTuple):
    """Two objects that `file`, a kustomization, joins under one identity; they may be the same."""

    first: Manifest
    second: Manifest
    file: str


def applied_with(manifest: Manifest) -> str:
    """Return what is the same for objects that one `kubectl apply` takes: a folder, or a step."""
    folder, _, file = manifest.file.rpartition("/")
    return manifest.file if file.startswith(_STEP) else folder


def joined_twice(manifests: ManifestSet) -> Iterator[Double]:
    """Yield each object that a kustomization gets under the identity of an earlier one.

    Doubles of one folder are left out: they need no kustomization. Each pair is told once.
    """
    tree = _Tree(manifests)
    told: set[tuple[int, int]] = set()
    for folder in sorted(tree.contents):
        first: dict[Identity, Manifest] = {}
        for identity, manifest in tree.members(folder):
            known = first.get(identity)
            if known is None:
                first[identity] = manifest
            elif (id(known), id(manifest)) not in told and not _is_plain(known, manifest):
                told.add((id(known), id(manifest)))
                yield Double(known, manifest, tree.contents[folder].file)


def _is_plain(first: Manifest, second: Manifest) -> bool:
    """Tell whether two objects are doubles without a kustomization."""
    return first is not second and applied_with(first) == applied_with(second)


class _Content(NamedTuple):
    """A kustomization: its file, what it joins, and what it makes of names."""

    file: str
    entries: tuple[str, ...]
    namespace: str
    prefix: str
    suffix: str


class _Tree:
    """The kustomizations of a folder by the folder they lie in, and objects by file."""

    def __init__(self, manifests: ManifestSet) -> None:
        self.contents: dict[str, _Content] = {}
        for document in manifests.files:
            if file_kind(document) is FileKind.KUSTOMIZATION and isinstance(document.data, dict):
                file = document.source.file
                self.contents[posixpath.dirname(file)] = _content(file, document.data)
        self._objects: dict[str, list[Manifest]] = {}
        for each in manifests.manifests:
            self._objects.setdefault(each.file, []).append(each)
        self._left = _MOST

    def members(
        self, folder: str, above: tuple[str, ...] = ()
    ) -> Iterator[tuple[Identity, Manifest]]:
        """Yield what the kustomization of a folder comes to; `above` are those that join it."""
        content = self.contents[folder]
        for entry in content.entries:
            target = posixpath.normpath(posixpath.join(folder, entry))
            for each in self._objects.get(target, ()):
                yield from self._counted(content, _identity(each), each)
            way = (*above, folder)
            if target in self.contents and target not in way and len(way) < _DEEPEST:
                for identity, each in self.members(target, way):
                    yield from self._counted(content, identity, each)

    def _counted(
        self, content: _Content, identity: Identity, manifest: Manifest
    ) -> Iterator[tuple[Identity, Manifest]]:
        self._left -= 1
        if self._left >= 0:
            yield _renamed(content, identity), manifest


def _content(file: str, data: dict[str, Json]) -> _Content:
    lists = [each for key in _LISTS if isinstance(each := data.get(key), list)]
    entries = tuple(each for found in lists for each in found if isinstance(each, str))
    words = (data.get(key) for key in ("namespace", "namePrefix", "nameSuffix"))
    namespace, prefix, suffix = (each if isinstance(each, str) else "" for each in words)
    return _Content(file, entries, namespace, prefix, suffix)


def _identity(manifest: Manifest) -> Identity:
    return manifest.group, manifest.kind, manifest.namespace, manifest.name


def _renamed(content: _Content, identity: Identity) -> Identity:
    group, kind, namespace, name = identity
    renamed = f"{content.prefix}{name}{content.suffix}"
    return group, kind, content.namespace or namespace, renamed
