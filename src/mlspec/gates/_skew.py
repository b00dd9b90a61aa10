"""How many keys have another value online than offline."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from mlspec import stats
from mlspec.evidence import Frame, Reason, join_frame, shown
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._sample import POINT_NEEDS, too_few

if TYPE_CHECKING:
    from mlspec.gates._port import GateInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["Compared", "joined", "skew"]


class Compared(Protocol):
    """A feature, and by how much its two values may differ."""

    @property
    def name(self) -> str:
        """Column of the feature in both tables."""

    @property
    def tolerance(self) -> float:
        """Difference that counts as none, in units of the feature."""

    @property
    def relative_tolerance(self) -> float:
        """Difference that counts as none, as a share of the offline value."""


_NEEDS = (("rows", 1000),)


def joined(inputs: GateInputs, offline: str, online: str, key: str) -> tuple[Frame, Frame] | Reason:
    """Return both tables, the offline one in the order of the keys that were served."""
    stored, served = inputs.source(offline, Frame), inputs.source(online, Frame)
    if isinstance(stored, Reason):
        return stored
    if isinstance(served, Reason):
        return served
    if stored.material.digest == served.material.digest:
        return Reason("same-data", "the offline and the online rows are the same file")
    keys = served.keys(key)
    if isinstance(keys, Reason):
        return served.reason(keys)
    twice, count = Counter(keys).most_common(1)[0]
    if count > 1:
        sentence = f"the key {shown(twice)} occurs {count} times"
        return served.reason(Reason("duplicate-key", sentence))
    ordered = join_frame(keys, stored, key)
    return ordered if isinstance(ordered, Reason) else (ordered, served)


def skew(spec: GateSpecBase, pair: tuple[Frame, Frame], feature: Compared) -> Measured | Reason:
    """Return the share of keys whose values differ, with Wilson's interval."""
    _, online = pair
    found = _differing(*pair, feature)
    if isinstance(found, Reason):
        return found
    counts = (("different", found), ("rows", online.rows))
    few = too_few(spec, _NEEDS if spec.decide == "bound" else POINT_NEEDS, counts)
    level = level_of(spec)
    bounds = stats.wilson(found, online.rows, level=level)
    return Measured(
        "skew",
        rounded(found / online.rows),
        interval=None if few else interval("wilson", bounds, level),
        counts=counts,
        undecided=few,
    )


def _differing(offline: Frame, online: Frame, feature: Compared) -> int | Reason:
    column, absolute, relative = feature.name, feature.tolerance, feature.relative_tolerance
    ours, theirs = offline.measured(column), online.measured(column)
    if not isinstance(ours, Reason) and not isinstance(theirs, Reason):
        if not (stats.present(ours).size or stats.present(theirs).size):
            return _silent(column)
        return stats.differing(ours, theirs, absolute=absolute, relative=relative)
    problem = _problem((offline, ours), (online, theirs))
    if problem is not None:
        return problem
    return _differing_texts(offline, online, column, tolerant=bool(absolute or relative))


def _problem(*sides: tuple[Frame, object]) -> Reason | None:
    """Return why numbers can't be compared; None where neither side has numbers, but texts."""
    problems = [frame.reason(values) for frame, values in sides if isinstance(values, Reason)]
    graver = [each for each in problems if each.code != "not-a-number"]
    return (graver or problems)[0] if graver or len(problems) == 1 else None


def _differing_texts(offline: Frame, online: Frame, column: str, *, tolerant: bool) -> int | Reason:
    if tolerant:
        sentence = f"{shown(column)} holds text, for which a tolerance means nothing"
        return Reason("not-a-number", sentence)
    ours, theirs = offline.texts(column), online.texts(column)
    if isinstance(ours, Reason):
        return offline.reason(ours)
    if isinstance(theirs, Reason):
        return online.reason(theirs)
    if not any(each is not None for side in (ours, theirs) for each in side):
        return _silent(column)
    return sum(first != second for first, second in zip(ours, theirs, strict=True))


def _silent(column: str) -> Reason:
    sentence = f"{shown(column)} is missing for every key on both sides, so nothing was compared"
    return Reason("nothing-measured", sentence)
