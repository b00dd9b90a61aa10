"""What becomes of the contract of a model or a prompt: compatible or breaking, why, for whom.

Readers rely on what they were promised: that a field is there, is of its type, stays in its
range. A promise that is kept or made stricter breaks nobody. Whoever fills in a prompt relies on
its variables: that none more is asked for, and that each is of its type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.members import entries, section, text
from mlspec.planning._model import Compatibility, ContractChange
from mlspec.planning._paths import by_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["contract_change"]

_VERSION: Final = re.compile(r"v[0-9]+(\.[0-9]+)*\Z")
_SHAPE: Final = ("type", "minimum", "maximum")
_Entries = dict[str, dict[str, "Json"]]


@dataclass(frozen=True, slots=True)
class _Finding:
    text: str
    breaks: bool = False


def contract_change(old: Json, new: Json) -> ContractChange | None:
    """Return what two bodies promise differently; None when they promise the same.

    The consumers named are those that read the old contract, and only when it breaks.
    """
    before, after = section(old, "spec"), section(new, "spec")
    found = [*_task(before, after), *_fields(before, after), *_consumers(before, after)]
    found += _version(before, after, is_breaking=any(each.breaks for each in found))
    found += _variables(before, after)
    if not found:
        return None
    found.sort(key=lambda each: not each.breaks)
    is_breaking = found[0].breaks
    return ContractChange(
        compatibility=Compatibility.BREAKING if is_breaking else Compatibility.COMPATIBLE,
        reasons=tuple(each.text for each in found),
        consumers=tuple(sorted(_entries(before, "consumers", "system"))) if is_breaking else (),
    )


def _task(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[_Finding]:
    old, new = before.get("task"), after.get("task")
    if old != new:
        yield _Finding(f"the task changes from `{old}` to `{new}`", breaks=True)


def _fields(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[_Finding]:
    old, new = _entries(before, "fields", "name"), _entries(after, "fields", "name")
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    renamed = _renamed(old, new, gone, come)
    for name in gone:
        heir = f"; `{renamed}` has the same shape, but readers look for the name"
        yield _Finding(f"the field `{name}` is gone{heir if renamed else ''}", breaks=True)
    for name in sorted(old.keys() & new.keys()):
        yield from _field(name, old[name], new[name])
    for name in come:
        yield _Finding(f"the field `{name}` is new")


def _renamed(old: _Entries, new: _Entries, gone: list[str], come: list[str]) -> str:
    """Return the new name when one field went and one of the same shape came."""
    if len(gone) != 1 or len(come) != 1:
        return ""
    before, after = old[gone[0]], new[come[0]]
    return come[0] if all(before.get(key) == after.get(key) for key in _SHAPE) else ""


def _field(name: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[_Finding]:
    before, after = old.get("type"), new.get("type")
    if before != after:
        yield _Finding(f"`{name}` changes from {before} to {after}", breaks=True)
    yield from _bound(name, "minimum", old.get("minimum"), new.get("minimum"))
    yield from _bound(name, "maximum", old.get("maximum"), new.get("maximum"))


def _bound(name: str, bound: str, old: Json, new: Json) -> Iterator[_Finding]:
    if old == new:
        return
    if _is_wider(bound, old, new):
        text = f"`{name}` may leave its old range: the {bound} goes from {old} to {_said(new)}"
        yield _Finding(text, breaks=True)
    else:
        yield _Finding(f"`{name}` stays in a smaller range: the {bound} is {new}")


def _is_wider(bound: str, old: Json, new: Json) -> bool:
    """Tell whether values become possible that were not; a bound that can't be read may do so."""
    if old is None:
        return False
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return True
    return new < old if bound == "minimum" else new > old


def _said(bound: Json) -> str:
    return "none" if bound is None else str(bound)


def _consumers(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[_Finding]:
    old, new = _entries(before, "consumers", "system"), _entries(after, "consumers", "system")
    for name in sorted(old.keys() - new.keys()):
        yield _Finding(f"`{name}` no longer counts as a consumer")
    for name in sorted(new.keys() - old.keys()):
        yield _Finding(f"`{name}` is a new consumer")
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            yield _Finding(f"another team runs `{name}`")


def _variables(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[_Finding]:
    old, new = _named(entries(before, "variables")), _named(entries(after, "variables"))
    for name in sorted(old.keys() - new.keys()):
        yield _Finding(f"the variable `{name}` is gone", breaks=True)
    for name in sorted(new.keys() - old.keys()):
        is_required = _is_required(new[name])
        asked = "has to be given" if is_required else "can be given"
        yield _Finding(f"the variable `{name}` is new and {asked}", breaks=is_required)
    for name in sorted(old.keys() & new.keys()):
        yield from _variable(name, old[name], new[name])


def _variable(name: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[_Finding]:
    before, after = (each.get("type", "string") for each in (old, new))
    if before != after:
        yield _Finding(f"the variable `{name}` changes from {before} to {after}", breaks=True)
    if _is_required(new) and not _is_required(old):
        yield _Finding(f"the variable `{name}` has to be given from now on", breaks=True)
    elif _is_required(old) and not _is_required(new):
        yield _Finding(f"the variable `{name}` can be left out from now on")


def _is_required(variable: Mapping[str, Json]) -> bool:
    return variable.get("required", True) is not False


def _version(
    before: Mapping[str, Json], after: Mapping[str, Json], *, is_breaking: bool
) -> Iterator[_Finding]:
    old, new = _stated(before), _stated(after)
    was, now = _parts(old), _parts(new)
    if is_breaking and was[:1] == now[:1]:
        stated = f"still {new}" if old == new else f"{new} after {old}"
        yield _Finding(f"readers can't see it: the major version is {stated}", breaks=True)
    elif now < was:
        yield _Finding(f"the version goes back from {old} to {new}", breaks=True)
    elif old != new:
        yield _Finding(f"the version is {new} after {old}")


def _stated(spec: Mapping[str, Json]) -> str:
    return text(section(spec, "output"), "version") or "none"


def _parts(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, without trailing zeros: v1 is v1.0."""
    if not _VERSION.match(version):
        return ()
    numbers = [int(each) for each in version[1:].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _entries(spec: Mapping[str, Json], part: str, key: str) -> _Entries:
    """Return the entries of a list of the contract by their key.

    Without distinct keys nothing can be matched: then every entry is named by its place, so that
    any difference breaks.
    """
    return _named(entries(section(spec, "output"), part), key)


def _named(listed: list[Json], key: str = "name") -> _Entries:
    named = by_key(listed, key)
    if named is None:
        named = {f"#{index}": each for index, each in enumerate(listed)}
    return {name: each if isinstance(each, dict) else {} for name, each in named.items()}
