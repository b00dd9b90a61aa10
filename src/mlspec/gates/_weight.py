"""What a spec says about the weight of a verdict, and how long it holds.

Plans compare records with it, so that nothing is loaded here which evaluates.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from mlspec.evidence import Waived
from mlspec.gates._registry import find_gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import GateResult
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["depends_on_time", "governed", "waivers_end"]


def governed(spec: GateSpecBase, result: GateResult, as_of: str) -> GateResult:
    """Return the result with what the spec says about its weight; the verdict stays.

    `as_of` is the moment of the run, by which a waiver is in force or has ended.
    """
    waiver = spec.waiver
    in_force = waiver is not None and _holds(waiver.until, as_of)
    stated = None if waiver is None else Waived(**waiver.model_dump())
    return replace(
        result,
        on_inconclusive=spec.on_inconclusive,
        waived=stated if in_force else None,
        lapsed=None if in_force else stated,
    )


def waivers_end(results: Sequence[GateResult]) -> list[str]:
    """Return the last moments at which the waivers hold that are in force."""
    return [f"{each.waived.until}T23:59:59+00:00" for each in results if each.waived is not None]


def depends_on_time(gate_specs: Sequence[GateSpecBase], inputs: EvaluationInputs | None) -> bool:
    """Tell whether the same files could be judged otherwise at another moment."""
    sources = () if inputs is None else inputs.sources
    ages = any(each.maximum_age_days is not None for each in sources)
    clocks = any(find_gate(spec).reads_clock for spec in gate_specs)
    return ages or clocks or any(spec.waiver is not None for spec in gate_specs)


def _holds(until: str, as_of: str) -> bool:
    """Tell whether a moment is on or before a day; a day that no calendar has is over."""
    try:
        return bool(as_of) and date.fromisoformat(as_of[:10]) <= date.fromisoformat(until)
    except ValueError:
        return False
