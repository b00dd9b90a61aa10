"""`simulate rollout`: what the analysis of a rollout can find out at the traffic that there is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import ir, stats
from mlspec.api.judge import addresses_of
from mlspec.api.session import open_session
from mlspec.errors import UsageError
from mlspec.lowering import lower_rollout
from mlspec.planning.odds import RolloutOdds, Traffic, rollout_odds, watches_of
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RolloutReport", "Supposed", "simulate_rollout"]

_BAD = 2.0
_GOOD = 0.5


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed instead of what the spec states; None where nothing is."""

    requests_per_second: float | None = None
    error_rate: float | None = None
    bad_error_rate: float | None = None


@dataclass(frozen=True, slots=True)
class RolloutReport:
    """The odds of the rollout of one model in one environment."""

    address: str
    environment: str
    strategy: str
    aborts: bool
    traffic: Traffic
    odds: RolloutOdds


def simulate_rollout(
    model: str,
    directory: Path | None = None,
    environment: str | None = None,
    supposed: Supposed | None = None,
) -> RolloutReport:
    """Return the chances to promote a bad model and to abort a good one, step by step.

    Without other numbers, the traffic is `serving.requestsPerSecond`, a good model has half and a
    bad one twice the error share that the strictest condition allows.

    Raises:
        UsageError: there is no such model or environment; the model has no rollout, or none with a
            condition on `error-share`, or no traffic is known; a number is out of range.
        SpecInvalidError: the specs have errors.
    """
    workspace = open_session(directory).environment(environment)
    (address,) = addresses_of(workspace, [model])
    resource = workspace.resources[address]
    rollout = lower_rollout(workspace, resource)
    _require_steps(rollout, address, workspace.environment)
    serving = model_of(resource).serving
    declared = None if serving is None else serving.requests_per_second
    traffic = _traffic(rollout, address, declared, supposed or Supposed())
    odds = rollout_odds(rollout, traffic, seed=stats.seed_from([address], "simulate-rollout"))
    if odds is None:
        raise UsageError(
            f"no step of the rollout of `{address}` has traffic and time to be judged",
            hint="give a step a `share` and `holdMinutes`",
        )
    return RolloutReport(
        address,
        workspace.environment,
        rollout.strategy.value,
        rollout.abort_on_failure,
        traffic,
        odds,
    )


def _require_steps(rollout: ir.Rollout, address: str, environment: str) -> None:
    """Refuse a model whose traffic does not move in steps: there is nothing to simulate."""
    if rollout.strategy is ir.Strategy.NONE:
        raise UsageError(
            f"`{address}` has no rollout in {environment}: its traffic moves at once",
            hint="state `rollout` or `rolloutPolicy` of the model, with `analysis` and steps",
        )


def _traffic(
    rollout: ir.Rollout, address: str, declared: float | None, supposed: Supposed
) -> Traffic:
    watches = watches_of(rollout)
    if not watches:
        raise UsageError(
            f"the rollout of `{address}` has no condition `error-share` with `atMost`",
            hint="how latencies and gauges are distributed is in no spec, so they are not "
            "simulated; add `{id: errors, metric: error-share, atMost: 0.01}` to its `analysis`",
        )
    strictest = min(each.limit for each in watches.values())
    requests = _given(supposed.requests_per_second, declared)
    if supposed.requests_per_second is not None and not 0 < supposed.requests_per_second < math.inf:
        raise UsageError(
            f"`--requests-per-second` is {supposed.requests_per_second:g}",
            hint="state a number above 0, such as 5",
        )
    if requests is None or not 0 < requests < math.inf:
        raise UsageError(
            f"nothing says how many requests `{address}` answers",
            hint="set `serving.requestsPerSecond`, or give `--requests-per-second`",
        )
    good = _given(supposed.error_rate, _GOOD * strictest)
    bad = _given(supposed.bad_error_rate, min(1.0, _BAD * strictest))
    traffic = Traffic(requests, _share("--error-rate", good), _share("--bad-error-rate", bad))
    if traffic.error_rate >= traffic.bad_error_rate:
        raise UsageError(
            f"the good model fails {good:g} of its requests, the bad one {bad:g}: no worse",
            hint="state a `--bad-error-rate` above the `--error-rate`",
        )
    return traffic


def _given(value: float | None, otherwise: float | None) -> float | None:
    return otherwise if value is None else value


def _share(flag: str, value: float | None) -> float:
    if value is not None and 0 <= value <= 1:
        return value
    raise UsageError(f"`{flag}` is {value}", hint="state a share between 0 and 1, such as 0.02")
