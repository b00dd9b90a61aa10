"""Which situations a unit test can look at together, so that promtool evaluates each rule seldom.

promtool evaluates all rules of a file in each of its tests. Were every situation a test of its own,
the work would grow with the square of the rules; so situations that don't touch each other hold at
the same time. Two of them touch where alerts of both read series of one metric, unless the series
tell features apart, or are the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from mlspec.targets._prometheus_alert import inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from mlspec.targets._prometheus_alert import Input, Proof, Read, Samples, Situation

__all__ = ["MOST_SAMPLES", "Case", "Round", "arranged", "touched"]

MOST_SAMPLES = 2400
"""Per series. promtool stops a query at 10,000, and a histogram is three series."""

_Inputs = dict["Read", tuple["Input", ...]]


class Case(NamedTuple):
    """A situation of an alert: when it is looked at, and the series of all that the alert reads.

    `alert` is the place of its proof among all. `seconds` is how far the samples lie apart; 0
    where there are none.
    """

    place: int
    alert: int
    situation: Situation
    minute: int
    seconds: int
    read: _Inputs


@dataclass(slots=True)
class Round:
    """Cases that hold at the same time, and the series of all of them."""

    minutes: int
    seconds: int = 0
    read: _Inputs = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def takes(self, case: Case) -> bool:
        """Tell whether a case finds its series here, and no others of what it reads."""
        is_timed = case.seconds == self.seconds or not case.seconds
        if not is_timed and (self.seconds or self.minutes * 60 // case.seconds > MOST_SAMPLES):
            return False
        seen = self.read
        for read, wanted in case.read.items():  # `all` of them takes twice the time
            if read in seen and seen[read] != wanted:
                return False
        return True

    def add(self, case: Case) -> None:
        """Add a case that the round takes."""
        self.seconds = self.seconds or case.seconds
        self.read.update(case.read)
        self.cases.append(case)


def arranged(cases: Iterable[Case]) -> list[Round]:
    """Return all cases in rounds, each in the first that takes it; the longest come first.

    Rounds stay in the order of their first cases, and cases in theirs.
    """
    rounds: list[Round] = []
    for case in sorted(cases, key=lambda each: (-each.minute, each.place)):
        found = next((each for each in rounds if each.takes(case)), None)
        if found is None:
            found = Round(case.minute)
            rounds.append(found)
        found.add(case)
    for each in rounds:
        each.cases.sort(key=lambda case: case.place)
    return sorted(rounds, key=lambda each: each.cases[0].place)


def touched(proofs: Sequence[Proof]) -> Iterator[tuple[int, Situation, _Inputs]]:
    """Yield every situation with its series by what is read; nothing where the alert reads more.

    What an alert reads are the series of all its situations. One that has none may read anything:
    it is looked at where nothing is measured.
    """
    given = _given(proofs)
    everything = _nothing(given.values())
    for place, proof in enumerate(proofs):
        parts = [_parts_of(each, given) for each in proof.situations]
        nothing = _nothing(chain.from_iterable(parts)) or everything
        for situation, some in zip(proof.situations, parts, strict=True):
            yield place, situation, _joined(nothing, some)


def _parts_of(situation: Situation, given: Mapping[tuple[int, str], _Inputs]) -> list[_Inputs]:
    return [given[id(series), apart] for series, apart in situation.parts]


def _nothing(parts: Iterable[_Inputs]) -> _Inputs:
    """Return what is read of all parts, and no series of it."""
    return dict.fromkeys([read for part in parts for read in part], ())


def _joined(nothing: _Inputs, parts: Sequence[_Inputs]) -> _Inputs:
    if len(parts) == 1 and len(parts[0]) == len(nothing):
        return parts[0]
    found = {**nothing}
    for part in parts:
        for read, some in part.items():
            found[read] += some
    return found


def _given(proofs: Sequence[Proof]) -> dict[tuple[int, str], _Inputs]:
    """Return all series by what is read of them; alerts share many, so they go by identity."""
    given: dict[tuple[int, str], _Inputs] = {}
    for series, apart in _parts(proofs):
        if (id(series), apart) not in given:
            given[id(series), apart] = _by_read(inputs(series, apart))
    mixed = _mixed(frozenset(chain.from_iterable(given.values())))
    return {key: _featureless(each, mixed) for key, each in given.items()} if mixed else given


def _parts(proofs: Sequence[Proof]) -> Iterator[tuple[tuple[Samples, ...], str]]:
    for proof in proofs:
        for situation in proof.situations:
            yield from situation.parts


def _mixed(reads: AbstractSet[Read]) -> AbstractSet[Read]:
    """Return what is read of one feature, where all features of the metric are read, too."""
    plain = {metric for metric, feature in reads if not feature}
    return {(metric, feature) for metric, feature in reads if feature and metric in plain}


def _by_read(found: Iterable[Input]) -> _Inputs:
    by_read: _Inputs = {}
    for each in found:
        by_read[each[0]] = (*by_read.get(each[0], ()), each)
    return by_read


def _featureless(of_one: _Inputs, mixed: AbstractSet[Read]) -> _Inputs:
    """Forget the features of metrics that are read without one, too."""
    by_read: _Inputs = {}
    for read, some in of_one.items():
        key = (read[0], "") if read in mixed else read
        by_read[key] = (*by_read.get(key, ()), *some)
    return by_read
