"""Strategic merge: mappings key by key, lists with a key entry by entry, `null` takes away.

The rules are those of `kubectl patch --type strategic`, with two differences that both refuse
what would pass in silence: an entry to delete must be there, and so must the key of an entry.
Entries keep their order; new ones follow. Directives: `$patch: merge | replace | delete` in a
mapping or an entry, `$patch: replace` as an entry of a list, `$retainKeys`, and
`$deleteFromPrimitiveList/<list>`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.patching._keys import ITEM
from mlspec.manifests.patching._values import PatchError, copied, equal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.manifests.patching._keys import ListKeys

__all__ = ["merge"]

_DIRECTIVE = "$patch"
_RETAIN = "$retainKeys"
_DELETE_VALUES = "$deleteFromPrimitiveList/"
_CHOICES = ("merge", "replace", "delete")
_SHOWN = 40


def merge(
    document: Mapping[str, Json], patch: Mapping[str, Json], keys: ListKeys
) -> dict[str, Json] | None:
    """Return the document with a patch merged in; None where the patch deletes it.

    Raises:
        PatchError: an entry to change can't be told or is not there, or a directive is unknown.
    """
    if _directive(patch, ()) == "delete":
        return None
    return _Merging(keys).mapping(document, patch, (), ())


class _Merging:
    """One merge; `path` is the place in the document, `at` the one in the patch."""

    def __init__(self, keys: ListKeys) -> None:
        self._keys = keys

    def mapping(
        self, old: Mapping[str, Json], patch: Mapping[str, Json], path: tuple[str, ...], at: Path
    ) -> dict[str, Json]:
        """Merge a mapping into a mapping."""
        is_replaced = _directive(patch, at) == "replace"
        result = {} if is_replaced else {key: copied(each) for key, each in old.items()}
        for key, value in patch.items():
            if key.startswith("$"):
                self._direct(result, key, value, (*at, key))
            else:
                self._member(result, key, value, (*path, key), (*at, key))
        return _retained(result, patch, at)

    def _member(
        self, result: dict[str, Json], key: str, value: Json, path: tuple[str, ...], at: Path
    ) -> None:
        old = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            if _directive(value, at) == "delete":
                if result.pop(key, None) is None:
                    raise PatchError(f"there is no `{key}` to delete", at)
                return
            result[key] = self.mapping(old if isinstance(old, dict) else {}, value, path, at)
        elif isinstance(value, list):
            result[key] = self._list(old if isinstance(old, list) else [], value, path, at)
        else:
            result[key] = value

    def _direct(self, result: dict[str, Json], key: str, value: Json, at: Path) -> None:
        if key in (_DIRECTIVE, _RETAIN):
            return
        if not key.startswith(_DELETE_VALUES):
            hint = f"there are `{_DIRECTIVE}`, `{_RETAIN}` and `{_DELETE_VALUES}<list>`"
            raise PatchError(f"`{key}` is no directive of a merge", at, hint)
        name = key.removeprefix(_DELETE_VALUES)
        held = result.get(name)
        if not isinstance(value, list) or not isinstance(held, list):
            raise PatchError(f"there is no list `{name}` to delete from", at)
        result[name] = [each for each in held if not any(equal(each, gone) for gone in value)]

    def _list(
        self, old: list[Json], patch: list[Json], path: tuple[str, ...], at: Path
    ) -> list[Json]:
        plain = [each for each in patch if each != {_DIRECTIVE: "replace"}]
        keys = self._keys.keys(path)
        if len(plain) < len(patch) or not keys:
            is_added = len(plain) == len(patch) and self._keys.is_set(path)
            fresh = [each for each in old if is_added]
            return fresh + [self._fresh(each, old, path, at) for each in plain if each not in fresh]
        result = [copied(each) for each in old]
        for index, entry in enumerate(patch):
            self._entry(result, entry, keys, (*path, ITEM), (*at, index))
        return result

    def _fresh(self, value: Json, old: list[Json], path: tuple[str, ...], at: Path) -> Json:
        """Return an entry of a list that is replaced whole."""
        if not isinstance(value, dict):
            return copied(value)
        if _DIRECTIVE in value:
            message = f"entries of `{path[-1]}` have no key, so the list is replaced whole"
            hint = f"write all {len(old)} entries as they are to be, or use a JSON patch"
            raise PatchError(message, at, hint)
        return self.mapping({}, value, (*path, ITEM), at)

    def _entry(
        self,
        result: list[Json],
        entry: Json,
        keys: tuple[str, ...],
        path: tuple[str, ...],
        at: Path,
    ) -> None:
        if not isinstance(entry, dict) or not any(key in entry for key in keys):
            named = " and ".join(f"`{each}`" for each in keys)
            raise PatchError(f"an entry of `{path[-2]}` is known by {named}", at, "name it")
        known = {key: entry[key] for key in keys if key in entry}
        index = _found(result, known, at)
        if _directive(entry, at) == "delete":
            _delete(result, index, known, at)
        elif index is None:
            result.append(self.mapping({}, entry, path, at))
        else:
            held = result[index]
            old = held if isinstance(held, dict) else {}
            result[index] = self.mapping(old, entry, path, at)


def _delete(entries: list[Json], index: int | None, known: Mapping[str, Json], at: Path) -> None:
    if index is None:
        raise PatchError(f"there is no entry with {_described(known)} to delete", at)
    entries.pop(index)


def _found(entries: list[Json], known: Mapping[str, Json], at: Path) -> int | None:
    found = [
        index
        for index, each in enumerate(entries)
        if isinstance(each, dict)
        and all(key in each and equal(each[key], value) for key, value in known.items())
    ]
    if len(found) > 1:
        hint = "give every key of the entry"
        raise PatchError(f"{len(found)} entries have {_described(known)}", at, hint)
    return found[0] if found else None


def _described(known: Mapping[str, Json]) -> str:
    return " and ".join(f"{key} `{str(value)[:_SHOWN]}`" for key, value in known.items())


def _directive(patch: Mapping[str, Json], at: Path) -> str:
    chosen = patch.get(_DIRECTIVE, "merge")
    if not isinstance(chosen, str) or chosen not in _CHOICES:
        hint = "`merge`, `replace` or `delete`"
        raise PatchError(f"`{_DIRECTIVE}` is none of its values", (*at, _DIRECTIVE), hint)
    return chosen


def _retained(result: dict[str, Json], patch: Mapping[str, Json], at: Path) -> dict[str, Json]:
    if _RETAIN not in patch:
        return result
    kept = patch[_RETAIN]
    if not isinstance(kept, list):
        raise PatchError(f"`{_RETAIN}` is a list of keys", (*at, _RETAIN))
    return {key: each for key, each in result.items() if key in kept}
