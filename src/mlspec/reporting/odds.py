"""The odds of a rollout, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.planning.odds import RUNS, Judge
from mlspec.reporting._cells import clean, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.planning.odds import Chances, RolloutOdds, StepOdds, Traffic

__all__ = ["render_odds", "render_odds_json"]

_WHAT = ("step", "looks", "requests per look", "model")
_HEAD = (*_WHAT, "aborted", "held", "passed", "1 look fails", "proves")
_FAILED_LOOK = {
    True: "One look that fails aborts.",
    False: "No look aborts: one that fails could not tell.",
}
_MINUTES_PER_HOUR = 60
_DIGITS = 4
_LEAST = 1e-3


def render_odds(
    address: str, environment: str, traffic: Traffic, odds: RolloutOdds, *, aborts: bool
) -> str:
    """Return a table of the steps, and what follows for the rollout as a whole."""
    rates = _percent(traffic.error_rate), _percent(traffic.bad_error_rate)
    lines = [
        f"{clean(address)} ({environment}): {traffic.requests_per_second:g} requests per second",
        f"A good model fails {rates[0]} of them, a bad one {rates[1]}.",
        "",
        *(f"  {line}" for line in table([_HEAD, *_rows(odds)])),
        "",
        *_summary(odds, aborts=aborts),
        "",
        *_notes(odds, aborts=aborts),
    ]
    return "\n".join(lines) + "\n"


def render_odds_json(
    address: str, environment: str, strategy: str, traffic: Traffic, odds: RolloutOdds
) -> str:
    """Return the odds as one JSON document (`mlspec.rollout-odds/1.0`)."""
    half, most = odds.minutes_to_abort or (None, None)
    return pretty_json(
        {
            "format": "mlspec.rollout-odds/1.0",
            "address": address,
            "env": environment,
            "strategy": strategy,
            "requestsPerSecond": traffic.requests_per_second,
            "errorRate": traffic.error_rate,
            "badErrorRate": traffic.bad_error_rate,
            "backend": odds.backend.value,
            "judge": odds.judge.value,
            "windowMinutes": odds.window_minutes,
            "lookMinutes": odds.look_minutes,
            "simulated": list(odds.simulated),
            "notSimulated": list(odds.unsimulated),
            "badPromoted": _rounded(odds.bad_promoted),
            "badAborted": _rounded(odds.bad_aborted),
            "goodPromoted": _rounded(odds.good_promoted),
            "goodAborted": _rounded(odds.good_aborted),
            "earliestAbortMinutes": odds.earliest_abort,
            "minutesToAbortHalf": half,
            "minutesToAbortMost": most,
            "steps": [_step(each) for each in odds.steps],
        }
    )


def _rows(odds: RolloutOdds) -> Iterator[tuple[str, ...]]:
    for number, each in enumerate(odds.steps, 1):
        name = f"{number}: {_percent(each.looks.share)} for {_time(each.looks.minutes)}"
        yield (name, f"{each.looks.count:,}", f"{each.requests:,.0f}", "good", *_cells(each.good))
        yield ("", "", "", "bad", *_cells(each.bad))


def _cells(chances: Chances) -> tuple[str, ...]:
    shares = (chances.aborted, chances.held, chances.passed)
    single = (chances.one_look_fails, chances.one_look_proves)
    return tuple(_percent(each) for each in (*shares, *single))


def _summary(odds: RolloutOdds, *, aborts: bool) -> Iterator[str]:
    word = "aborted" if aborts else "reported (the spec asks for no abort)"
    for model, promoted, aborted in (
        ("bad", odds.bad_promoted, odds.bad_aborted),
        ("good", odds.good_promoted, odds.good_aborted),
    ):
        told = f"promoted in {_percent(promoted)}, {word} in {_percent(aborted)}"
        yield f"A {model} model is {told}."
    yield f"No bad one is found before {_time(odds.earliest_abort)}."
    if odds.minutes_to_abort is not None:
        half, most = map(_time, odds.minutes_to_abort)
        yield f"Of the bad ones that are found, half are after {half} and nine in ten after {most}."


def _notes(odds: RolloutOdds, *, aborts: bool) -> Iterator[str]:
    yield from _judged(odds, aborts=aborts)
    yield f"{RUNS:,} rollouts were simulated with {', '.join(map(clean, odds.simulated))}."
    if odds.unsimulated:
        listed = ", ".join(map(clean, odds.unsimulated))
        yield f"Not simulated, as no error rate says how they are distributed: {listed}."


def _judged(odds: RolloutOdds, *, aborts: bool) -> Iterator[str]:
    """Say who looks when, and what a look does: as it is compiled for the backend."""
    looks = "every minute" if odds.look_minutes == 1 else f"every {_time(odds.look_minutes)}"
    backend, window = f"Backend {odds.backend}", f"the last {_time(odds.window_minutes)}"
    if odds.judge is Judge.ALERTS:
        yield f"{backend}: alerts look {looks} at {window}. Held: the step"
        yield "ended unproven, and gets no more traffic until somebody decides."
    elif odds.judge is Judge.ANALYSIS_RUNS:
        firsts = sorted({each.looks.first for each in odds.steps})
        first = " or ".join(map(_time, firsts))
        yield f"{backend}: an AnalysisRun per step looks {looks} at {window}, first {first}"
        yield f"into the step. {_FAILED_LOOK[aborts]}"
        yield "Held: half of a step's looks, or more, could not tell, and the rollout pauses for a"
        yield "person."
    else:
        later = _time(odds.look_minutes)
        yield f"{backend}: the Canary is looked at {looks}, each time at {window}."
        yield f"Where a look does not prove all conditions, the next one, {later} later, goes back."


def _step(step: StepOdds) -> Json:
    return {
        "share": step.looks.share,
        "holdMinutes": step.looks.minutes,
        "looks": step.looks.count,
        "firstLookMinutes": step.looks.first,
        "inconclusiveLimit": step.looks.inconclusive,
        "requests": _rounded(step.requests),
        "good": _chances(step.good),
        "bad": _chances(step.bad),
    }


def _chances(chances: Chances) -> Json:
    return {
        "aborted": _rounded(chances.aborted),
        "held": _rounded(chances.held),
        "passed": _rounded(chances.passed),
        "oneLookFails": _rounded(chances.one_look_fails),
        "oneLookProves": _rounded(chances.one_look_proves),
    }


def _rounded(value: float) -> float:
    return round(value, _DIGITS) + 0.0


def _percent(share: float) -> str:
    if 0 < share < _LEAST:
        return f"< {100 * _LEAST:g} %"
    return f"> {100 - 100 * _LEAST:g} %" if 1 - _LEAST < share < 1 else f"{100 * share:.3g} %"


def _time(minutes: int) -> str:
    if minutes % (24 * _MINUTES_PER_HOUR) == 0:
        return f"{minutes // (24 * _MINUTES_PER_HOUR)} d"
    if minutes % _MINUTES_PER_HOUR == 0:
        return f"{minutes // _MINUTES_PER_HOUR} h"
    return f"{minutes} min"
