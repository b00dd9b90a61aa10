"""What KEDA asks about the load of a model: one query per trigger, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._prometheus_query import REQUESTS, Series, equal, total_rate

if TYPE_CHECKING:
    from mlspec.ir import Service
    from mlspec.targets._judged import Matchers

__all__ = ["load_queries"]

_RATE_MINUTES = 2


def load_queries(service: Service, matchers: Matchers) -> dict[str, tuple[str, float]]:
    """Return (query, what one replica takes) by the name of a trigger; `matchers` are of pods.

    A queue belongs to no pod: all its series of the environment are added up.
    """
    load, found = service.load, dict[str, tuple[str, float]]()
    if load is not None and load.requests_per_replica:
        rate = total_rate(Series(REQUESTS, matchers), _RATE_MINUTES)
        found["requests"] = (rate, load.requests_per_replica)
    if load is not None and load.queue_metric and load.queue_per_replica:
        queue = Series(load.queue_metric, equal(service.scope.labels))
        found["queue"] = (f"sum({queue})", load.queue_per_replica)
    return found
