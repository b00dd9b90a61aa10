"""One compiled file as data: its documents, changed one by one, and the text they become again."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.manifests.patching import (
    ListKeys,
    PatchError,
    Split,
    apply_operations,
    list_keys,
    loosened,
    merge,
    replicas,
)
from mlspec.printable import printable
from mlspec.syntax import Limits, SourceText, emit_documents, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.api._patch_sources import DeclaredPatch
    from mlspec.canonical import Json
    from mlspec.ir import AppliedPatch, Emitted
    from mlspec.kinds.workspace import PatchTarget
    from mlspec.manifests import Catalogue

__all__ = ["PatchedFile", "is_data"]

_LIMITS = Limits(file_bytes=64 << 20, nodes=5_000_000)
_YAML = (".yaml", ".yml")
_STEPS = "rollout/"
_IDENTITY = ("apiVersion", "kind")


def is_data(artifact: Emitted) -> bool:
    """Tell whether a file is data that can be written again; what the repository holds is text."""
    return not artifact.path.startswith("/") and artifact.path.endswith((*_YAML, ".json"))


class PatchedFile:
    """The documents of a file while they are changed."""

    def __init__(self, artifact: Emitted, catalogue: Catalogue) -> None:
        self._artifact = artifact
        self._catalogue = catalogue
        source = SourceText(artifact.path, artifact.content.encode())
        self.documents: list[Json] = [each.data for each in parse(source, _LIMITS).documents]

    def is_for(self, patch: DeclaredPatch, index: int) -> bool:
        """Tell whether a patch is for a document; one that names a path only is for all of them."""
        if patch.target is None:
            return True
        data = self.documents[index]
        return isinstance(data, dict) and _is_target(data, patch.target)

    def apply(self, patch: DeclaredPatch, index: int) -> tuple[str, ...]:
        """Make a patch in one document, and return which protections it takes away.

        Raises:
            PatchError: it can't be made; the document is as it was.
        """
        before = self.documents[index]
        after = self._changed(patch, before)
        if after is None:
            del self.documents[index]
        else:
            _keep_identity(before, after)
            self.documents[index] = after
        if not isinstance(before, dict):
            return ()
        return loosened(before, after if isinstance(after, dict) else None)

    def shares(self) -> Split:
        """Return the shares that a step of a rollout makes by numbers of replicas; or nothing."""
        is_step = self._artifact.path.startswith(_STEPS)
        return replicas(self.documents) if is_step else {}

    def text(self, patches: Iterable[AppliedPatch]) -> str:
        """Return the file again; its header names the patches, where it has one."""
        if self._artifact.path.endswith(".json"):
            return pretty_json(self.documents[0])
        lines = []
        for line in self._artifact.content.split("\n"):
            if not line.startswith("#"):
                break
            lines.append(line.removeprefix("#").removeprefix(" "))
        noted = (printable(f"Patched by: {each.id} ({each.source})") for each in patches)
        return emit_documents(self.documents, header="\n".join([*lines, *noted]))

    def described(self, index: int) -> str:
        """Return a document in words."""
        data = self.documents[index]
        metadata = data.get("metadata") if isinstance(data, dict) else None
        if isinstance(data, dict) and isinstance(metadata, dict) and "kind" in data:
            return f"{data['kind']} `{metadata.get('name')}` of `{self._artifact.path}`"
        return f"`{self._artifact.path}`"

    def _changed(self, patch: DeclaredPatch, before: Json) -> Json:
        """Return a document after a patch; None where it is deleted."""
        if patch.merge is None:
            return apply_operations(before, patch.operations)
        if not isinstance(before, dict):
            raise PatchError("only a mapping can be merged into", hint="use `operations`")
        return merge(before, patch.merge, self._keys(before))

    def _keys(self, document: dict[str, Json]) -> ListKeys:
        api_version, kind = str(document.get("apiVersion", "")), str(document.get("kind", ""))
        group, _, version = api_version.rpartition("/")
        known = self._catalogue.find(group, kind) if group and kind else None
        is_served = known is not None and version in known.versions
        definition = known.version(version) if known is not None and is_served else None
        return list_keys(api_version, kind, definition)


def _is_target(data: dict[str, Json], target: PatchTarget) -> bool:
    if "kind" not in data or "apiVersion" not in data:
        return False
    metadata = data.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    facts = (
        (target.group, str(data["apiVersion"]).rpartition("/")[0] or "core"),
        (target.kind, str(data["kind"])),
        (target.name, str(named.get("name", ""))),
        (target.namespace, str(named.get("namespace", ""))),
    )
    return all(wanted is None or fnmatchcase(found, wanted) for wanted, found in facts)


def _keep_identity(before: Json, after: Json) -> None:
    """Refuse a change of what others know an object by: they would name what is not there."""
    if not isinstance(before, dict) or not {*_IDENTITY} <= before.keys():
        return
    if not isinstance(after, dict):
        raise PatchError("an object would be no mapping any more")
    old, new = before.get("metadata"), after.get("metadata")
    pairs = [(key, before.get(key), after.get(key)) for key in _IDENTITY]
    pairs += [
        (f"metadata.{key}", old.get(key), new.get(key) if isinstance(new, dict) else None)
        for key in ("name", "namespace")
        if isinstance(old, dict)
    ]
    for name, was, now in pairs:
        if was != now:
            hint = "other compiled files name it; change the spec or the environment instead"
            raise PatchError(f"`{name}` of an object stays as it is", hint=hint)
