"""What KEDA asks about the load of a model: one query per trigger, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._prometheus_query import REQUESTS, Series, total_rate

if TYPE_CHECKING:
    from mlspec.ir import LoadScaling
    from mlspec.targets._judged import Matchers

__all__ = ["load_queries"]

_RATE_MINUTES = 2


def load_queries(load: LoadScaling, matchers: Matchers) -> dict[str, tuple[str, float]]:
    """Return (query, what one replica takes) by the name of a trigger; `matchers` are of pods."""
    found: dict[str, tuple[str, float]] = {}
    if load.requests_per_replica:
        rate = total_rate(Series(REQUESTS, matchers), _RATE_MINUTES)
        found["requests"] = (rate, load.requests_per_replica)
    if load.queue_metric and load.queue_per_replica:
        found["queue"] = (f"sum({load.queue_metric})", load.queue_per_replica)
    return found
