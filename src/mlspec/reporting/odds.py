"""The odds of a rollout, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.planning.odds import RUNS
from mlspec.reporting._cells import clean, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.planning.odds import Chances, RolloutOdds, StepOdds, Traffic

__all__ = ["render_odds", "render_odds_json"]

_HEAD = ("step", "requests", "model", "aborted", "held", "passed", "1 look fails", "proves")
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
        *_notes(odds),
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
            "windowMinutes": odds.window_minutes,
            "lookMinutes": odds.look_minutes,
            "simulated": list(odds.simulated),
            "notSimulated": list(odds.unsimulated),
            "badPromoted": _rounded(odds.bad_promoted),
            "badAborted": _rounded(odds.bad_aborted),
            "goodPromoted": _rounded(odds.good_promoted),
            "goodAborted": _rounded(odds.good_aborted),
            "minutesToAbortHalf": half,
            "minutesToAbortMost": most,
            "steps": [_step(each) for each in odds.steps],
        }
    )


def _rows(odds: RolloutOdds) -> Iterator[tuple[str, ...]]:
    for number, each in enumerate(odds.steps, 1):
        name = f"{number}: {_percent(each.share)} for {_time(each.hold_minutes)}"
        yield (name, f"{each.requests:,.0f}", "good", *_cells(each.good))
        yield ("", "", "bad", *_cells(each.bad))


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
    if odds.minutes_to_abort is not None:
        half, most = map(_time, odds.minutes_to_abort)
        yield f"Of the bad ones that are found, half are after {half} and nine in ten after {most}."


def _notes(odds: RolloutOdds) -> Iterator[str]:
    looks = "every minute" if odds.look_minutes == 1 else f"every {odds.look_minutes} minutes"
    yield f"A look counts the last {odds.window_minutes} minutes; there is one {looks}. Held: the"
    yield "step ended unproven, and gets no more traffic until somebody decides."
    yield f"{RUNS:,} rollouts were simulated with {', '.join(map(clean, odds.simulated))}."
    if odds.unsimulated:
        listed = ", ".join(map(clean, odds.unsimulated))
        yield f"Not simulated, as no error rate says how they are distributed: {listed}."


def _step(step: StepOdds) -> Json:
    return {
        "share": step.share,
        "holdMinutes": step.hold_minutes,
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
