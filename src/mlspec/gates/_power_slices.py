"""The rows that each slice needs: those of a threshold, or of a comparison, in it alone.

Holm's correction is not among them: it makes a fail harder to claim, and a pass no harder.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.evidence import GateResult, PartResult, Verdict
from mlspec.gates import _power_paired, _power_threshold
from mlspec.gates._comparison_spec import ChampionChallenger
from mlspec.gates._power import RowsNeeded
from mlspec.gates._threshold_spec import MetricThreshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.gates._power import Assumed
    from mlspec.gates._slices_spec import Slices

__all__ = ["rows_needed"]

_SHARED = {"id", "metric", "quantile", "decide", "confidence"}
_NOT_READ = PartResult("", Verdict.NOT_EVALUATED)


def rows_needed(spec: Slices, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows of each slice that was observed; of one slice where none was."""
    for part in observed.parts or (_NOT_READ,):
        for each in _of_part(spec, part, assumed):
            yield replace(each, part=part.name)


def _of_part(spec: Slices, part: PartResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    alone = GateResult(
        spec.id, spec.gate_type, part.verdict, "", counts=part.counts, interval=part.interval
    )
    if spec.mode is None:
        stated = _stated(spec, "metric-threshold", {"at_least", "at_most"})
        threshold = MetricThreshold.model_validate(stated)
        yield from _power_threshold.rows_needed(threshold, alone, assumed)
    elif spec.mode == "superiority":
        why = "how good the champion is in each slice is not known before the gate is run"
        yield RowsNeeded("pairs", None, dict(part.counts).get("rows"), why)
    else:
        stated = _stated(spec, "champion-challenger", {"mode", "margin", "minimum_gain"})
        comparison = ChampionChallenger.model_validate(stated)
        yield from _power_paired.rows_needed(comparison, alone, assumed)


def _stated(spec: Slices, gate_type: str, further: set[str]) -> dict[str, object]:
    found = spec.model_dump(by_alias=True, include=_SHARED | further)
    return {**found, "type": gate_type, "minimumRows": spec.minimum_slice_rows}
