"""Which backend really does which strategy: a table as data, and the questions asked of it.

The table (`table.json`) was read in the sources of each backend; a cell tells the
versions it holds for, the routers it works with and what the spec must say. Nothing is emitted
that a controller would silently ignore: a cell that is `unsupported` is a diagnostic.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Platform

__all__ = [
    "SELECTABLE",
    "STRATEGIES",
    "Capability",
    "Support",
    "alternatives",
    "capabilities",
    "capability",
    "known_versions",
    "release_of",
    "version_in_use",
]

STRATEGIES = ("canary", "shadow", "blue-green", "a-b", "a-b-header", "a-b-sticky", "bandit")
"""The columns: `a-b` splits by share, `a-b-header` and `a-b-sticky` by who asks."""

SELECTABLE = ("gateway", "rollouts", "flagger", "kserve", "plain")
"""The backends that a spec can name, the ones with the fewest parts in the cluster first."""

_RELEASE = re.compile(r"v?([0-9]{1,4}\.[0-9]{1,4})(\.[0-9A-Za-z.+-]{1,40})?")
_UNLISTED = "the capability table has no such cell"


class Support(StrEnum):
    """How a backend does a strategy."""

    NATIVE = "native"
    COMPOSED = "composed"
    """From parts that were made for something else."""
    WEIGHTS_ONLY = "weights-only"
    """A static split: somebody must move it."""
    UNSUPPORTED = "unsupported"


_RANK = {support: place for place, support in enumerate(Support)}


@dataclass(frozen=True, slots=True)
class Capability:
    """One cell: what `backend` does of `strategy`.

    `mode` tells the ways of one backend apart (`standard`, `knative`, `llm` and `graph` of
    KServe). `since` and `before` bound the versions of `component`; empty means no bound. An empty
    `routers` means that no router is asked for. `needs` are conditions on the spec:
    `whole-percent`, `full-mirror`, `no-analysis`, `fixed-replicas`, `custom-route`.
    """

    backend: str
    strategy: str
    support: Support
    component: str
    note: str
    mode: str = ""
    since: str = ""
    before: str = ""
    routers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Tell whether the backend can do it at all."""
        return self.support is not Support.UNSUPPORTED


class _Cell(TypedDict, total=False):
    backend: str
    component: str
    mode: str
    since: str
    before: str
    strategy: str
    support: str
    routers: list[str]
    needs: list[str]
    note: str


class _Table(TypedDict):
    components: dict[str, list[str]]
    cells: list[_Cell]


def capabilities() -> tuple[Capability, ...]:
    """Return every cell, as the table lists them."""
    return _cells()


@cache
def known_versions() -> dict[str, tuple[str, ...]]:
    """Return the versions (`major.minor`) that the table was read from, oldest first."""
    return {name: tuple(versions) for name, versions in sorted(_table()["components"].items())}


def release_of(version: str) -> str:
    """Return `major.minor` of a version such as `v1.9.1`; nothing for other texts."""
    match = _RELEASE.fullmatch(version)
    return match[1] if match else ""


def version_in_use(component: str, platform: Platform) -> str:
    """Return the version that counts: the declared one, if the table knows it.

    A newer version, or none, counts as the newest that is known; an older one as the oldest.

    Raises:
        KeyError: the table knows no such component.
    """
    versions = known_versions()[component]
    declared = platform.version_of(component)
    if not declared:
        return versions[-1]
    fitting = [each for each in versions if _parts(each) <= _parts(declared)]
    return fitting[-1] if fitting else versions[0]


@lru_cache(maxsize=1024)
def capability(backend: str, strategy: str, platform: Platform, mode: str = "") -> Capability:
    """Return what a backend does of a strategy on a platform.

    `mode` is asked for where a backend has several; KServe's is that of the platform unless told.
    """
    wanted = mode or (platform.kserve_mode if backend == "kserve" else "")
    for cell in _cells():
        if (cell.backend, cell.mode, cell.strategy) == (backend, wanted, strategy) and _holds(
            cell, platform
        ):
            return cell
    return Capability(backend, strategy, Support.UNSUPPORTED, "", _missing(backend, platform))


def alternatives(strategy: str, platform: Platform, other_than: str) -> tuple[Capability, ...]:
    """Return what can do a strategy instead, the nearest first.

    Nearest is what needs no other router; then what is native, composed, or weights only.
    """
    found = [each for each in _possible(strategy, platform) if each.backend != other_than]
    return tuple(sorted(found, key=lambda cell: _distance(cell, platform)))


def _possible(strategy: str, platform: Platform) -> Iterator[Capability]:
    modes = ("", platform.kserve_mode)
    for cell in _cells():
        is_choice = cell.backend in SELECTABLE and cell.mode in modes and cell.is_possible
        if is_choice and cell.strategy == strategy and _in_range(cell, platform):
            yield cell


def _distance(cell: Capability, platform: Platform) -> tuple[bool, int, int]:
    return not _routes(cell, platform), _RANK[cell.support], SELECTABLE.index(cell.backend)


def _missing(backend: str, platform: Platform) -> str:
    if backend in SELECTABLE:
        return f"the router is `{platform.router}`, with which it can't work"
    return _UNLISTED


def _holds(cell: Capability, platform: Platform) -> bool:
    return _in_range(cell, platform) and _routes(cell, platform)


def _routes(cell: Capability, platform: Platform) -> bool:
    return not cell.routers or platform.router.value in cell.routers


def _in_range(cell: Capability, platform: Platform) -> bool:
    version = _parts(version_in_use(cell.component, platform))
    return (not cell.since or _parts(cell.since) <= version) and (
        not cell.before or version < _parts(cell.before)
    )


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@cache
def _cells() -> tuple[Capability, ...]:
    return tuple(_read(cell) for cell in _table()["cells"])


def _read(cell: _Cell) -> Capability:
    return Capability(
        backend=cell["backend"],
        strategy=cell["strategy"],
        support=Support(cell["support"]),
        component=cell["component"],
        note=cell["note"],
        mode=cell.get("mode", ""),
        since=cell.get("since", ""),
        before=cell.get("before", ""),
        routers=tuple(cell.get("routers", ())),
        needs=tuple(cell.get("needs", ())),
    )


@cache
def _table() -> _Table:
    text = Path(__file__).with_name("table.json").read_text("utf-8")
    return cast("_Table", json.loads(text))  # the form is held by the tests
