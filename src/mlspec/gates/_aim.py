"""Which way a gate over a metric asks a model to be: better, or worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.gates._comparison_spec import ChampionChallenger
from mlspec.gates._metrics import known_as
from mlspec.gates._slices_spec import Slices
from mlspec.gates._threshold_spec import MetricThreshold

if TYPE_CHECKING:
    from mlspec.gates._spec import GateSpecBase

__all__ = ["MetricDirection", "metric_direction"]


@dataclass(frozen=True, slots=True)
class MetricDirection:
    """The bound of a gate over a metric. `meant` is the one that asks for a better model."""

    metric: str
    stated: str
    meant: str

    @property
    def is_reversed(self) -> bool:
        """Whether the bound asks for a worse model; a comparison with the champion never does."""
        return bool(self.stated) and self.stated != self.meant


def metric_direction(spec: GateSpecBase) -> MetricDirection | None:
    """Return which way a gate bounds a metric; None where that is not known to be good or bad."""
    if not isinstance(spec, MetricThreshold | Slices | ChampionChallenger):
        return None
    metric = known_as(spec.metric)
    if metric is None:
        return None
    bounds = [(name, getattr(spec, field, None)) for name, field in _BOUNDS]
    stated = [name for name, value in bounds if value is not None]
    meant = "atLeast" if metric.higher_is_better else "atMost"
    return MetricDirection(metric.name, stated[0] if len(stated) == 1 else "", meant)


_BOUNDS = (("atLeast", "at_least"), ("atMost", "at_most"))
