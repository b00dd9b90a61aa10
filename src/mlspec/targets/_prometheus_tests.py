"""The unit test of a rule file: promtool proves that every alert fires, waits and stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mlspec.targets._prometheus_alert import elsewhere
from mlspec.targets._prometheus_layout import check_text, document_text, series_text, test_text
from mlspec.targets._prometheus_proof import interval_seconds
from mlspec.targets._prometheus_query import quoted
from mlspec.targets._prometheus_rounds import MOST_SAMPLES, Case, arranged, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.targets._prometheus_alert import Alert, Input, Proof
    from mlspec.targets._prometheus_rounds import Round

__all__ = ["test_document"]

_EVALUATIONS = (100, 75, 50, 25)
"""A test takes the first at most, and fewer if they prove as much."""

_NO_SAMPLES = 3600

_Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Clock:
    """How often rules are evaluated in the test, in minutes."""

    step: int

    def firing_minute(self, wait: int, settled: int) -> int:
        """Return when an alert that waits so long has fired, whatever the first evaluation."""
        return -(-(settled + wait) // self.step) * self.step + 2 * self.step

    def pending_minute(self, wait: int) -> int:
        """Return the last evaluation before an alert that waits so long can fire."""
        return (wait - 1) // self.step * self.step

    def is_short(self, wait: int, window: int, settled: int) -> bool:
        """Tell whether promtool reads all samples that it takes until an alert has fired."""
        minute = self.firing_minute(wait, settled)
        return minute * 60 // _seconds(window, minute) <= MOST_SAMPLES


class _Look(NamedTuple):
    """An alert, by its place among all, at a minute: its value where it has fired."""

    alert: int
    minute: int
    value: float | None


class _Test(NamedTuple):
    """A round without the names of a model; `titles` are those of situations, with their alerts."""

    seconds: int
    titles: tuple[tuple[str, tuple[int, ...]], ...]
    series: tuple[tuple[Input, str], ...]
    looks: tuple[_Look, ...]


def test_document(rule_file: str, alerts: Iterable[Alert], place: _Labels) -> str:
    """Return the unit test of the alerts in a rule file beside it.

    `place` are the labels that every series has: that of the model, and those that have other
    values elsewhere.
    """
    alerts = tuple(alerts)
    apart = tuple([name for name, _ in place[1:]])
    step, tests = _planned(tuple([each.proof for each in alerts]), apart)
    places = {label: _inside(place, label) for label in ("", *apart)}
    return document_text(rule_file, step, [_text(each, alerts, places) for each in tests])


def _inside(place: _Labels, apart: str) -> str:
    moved = [(name, elsewhere(text) if name == apart else text) for name, text in place]
    return ",".join([f"{name}={quoted(text)}" for name, text in moved])


def _text(test: _Test, alerts: Sequence[Alert], places: Mapping[str, str]) -> str:
    names = [alert.name for alert in alerts]
    return test_text(
        "; ".join(
            [f"{', '.join([names[each] for each in of])}: {title}" for title, of in test.titles]
        ),
        test.seconds,
        [
            series_text(f"{metric}{{{','.join(filter(None, (places[apart], inside)))}}}", values)
            for ((metric, _), apart, inside, *_), values in test.series
        ],
        [check_text(alerts[alert], minute, value) for alert, minute, value in test.looks],
    )


@lru_cache(maxsize=64)
def _planned(proofs: tuple[Proof, ...], apart: tuple[str, ...]) -> tuple[int, tuple[_Test, ...]]:
    """Return the minutes between evaluations, and the tests of a file.

    They are the same for all models that are watched alike, and there are many of those.
    """
    proofs = tuple([each.within(apart) for each in proofs])
    clock = _clock(proofs)
    rounds = arranged(_cases(proofs, clock))
    return clock.step, tuple([_test(each, proofs, clock) for each in rounds])


def _clock(proofs: Iterable[Proof]) -> _Clock:
    """Return the longest step that proves as much as the one of many evaluations.

    No alert that waits is seen waiting for less long, and no series gets too many samples.
    """
    needs = {
        (proof.for_minutes, proof.window_minutes, each.settled_minutes)
        for proof in proofs
        for each in proof.situations
    }
    longest = max((wait + settled for wait, _, settled in needs), default=0)
    fine, *_, coarse = lengths = [max(1, longest // count) for count in _EVALUATIONS]
    parts = {(wait - 1) // count for wait, *_ in needs for count in range(1, (wait - 1) // fine)}
    steps = sorted((each for each in {*lengths, *parts} if fine < each <= coarse), reverse=True)
    least = _Clock(fine)
    return next((each for each in map(_Clock, steps) if _is_as_good(each, least, needs)), least)


def _is_as_good(clock: _Clock, least: _Clock, needs: Iterable[tuple[int, int, int]]) -> bool:
    return all(
        clock.pending_minute(wait) >= least.pending_minute(wait)
        and clock.is_short(wait, window, settled) >= least.is_short(wait, window, settled)
        for wait, window, settled in needs
    )


def _cases(proofs: Sequence[Proof], clock: _Clock) -> Iterator[Case]:
    """Yield what is looked at.

    A short window that must hold for days takes more samples than promtool reads: left out.
    """
    for place, (alert, situation, read) in enumerate(touched(proofs)):
        (wait, window, _), settled = proofs[alert], situation.settled_minutes
        minute = clock.firing_minute(wait, settled)
        if not any(read.values()):
            yield Case(place, alert, situation, minute, 0, read)
        elif clock.is_short(wait, window, settled):
            yield Case(place, alert, situation, minute, _seconds(window, minute), read)


@lru_cache(maxsize=256)
def _seconds(window_minutes: int, minutes: int) -> int:
    """Return how far samples lie apart: one of a few lengths, for cases can share only one."""
    most = interval_seconds(window_minutes, minutes)
    even = 15 << (most // 15).bit_length() - 1
    return even if minutes * 60 // even <= MOST_SAMPLES else most


def _test(of: Round, proofs: Sequence[Proof], clock: _Clock) -> _Test:
    seconds = of.seconds or _NO_SAMPLES
    count = of.minutes * 60 // seconds + 1
    titles: dict[str, tuple[int, ...]] = {}
    for case in of.cases:
        title = case.situation.title
        titles[title] = (*titles.get(title, ()), case.alert)
    return _Test(
        seconds,
        tuple(titles.items()),
        tuple(
            [(each, _values(each, seconds, count)) for some in of.read.values() for each in some]
        ),
        tuple([look for case in of.cases for look in _looks(case, proofs[case.alert], clock)]),
    )


def _values(given: Input, seconds: int, count: int) -> str:
    *_, start, step = given
    rise = _plain(step * seconds)
    sign = "" if rise.startswith("-") else "+"
    return f"{_plain(start)}{sign}{rise}x{count}"


def _plain(value: float) -> str:
    # The notation of promtool has `+` and `-` between numbers: no exponents.
    return f"{Decimal(repr(float(value))):f}".removesuffix(".0")


def _looks(case: Case, proof: Proof, clock: _Clock) -> Iterator[_Look]:
    value = case.situation.value
    if value is not None and proof.for_minutes:
        yield _Look(case.alert, clock.pending_minute(proof.for_minutes), None)
    yield _Look(case.alert, case.minute, value)
