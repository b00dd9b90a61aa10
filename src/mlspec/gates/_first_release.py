"""A model without a champion: what a comparison is worth that could not be made.

The verdict stays `not-evaluated`. Where the spec says `onMissingBaseline: first-release`, it does
not block, provided that a required floor passes: something was measured, and it was good enough.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, Verdict
from mlspec.gates._registry import find_gate
from mlspec.gates._requirement import OfBaseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import GateResult
    from mlspec.gates._spec import GateSpecBase

__all__ = ["as_before_excuse", "asks_for_first_release", "with_first_release"]

_EXCUSE = "first-release"
_NO_CHAMPION = "champion-missing"
_AFTERWARDS = frozenset({"first-release", "first-release-without-floor"})
"""Reasons that `with_first_release` gives in the place of a missing champion."""


def with_first_release(
    specs: Sequence[GateSpecBase], results: Sequence[GateResult]
) -> list[GateResult]:
    """Return the results, comparisons without a champion excused where the spec allows it.

    `results` stand in the order of `specs`.
    """
    pairs = list(zip(specs, results, strict=True))
    floors = [result.gate for spec, result in pairs if _is_met_floor(spec, result)]
    return [
        _excused(result, floors) if asks_for_first_release(spec, result) else result
        for spec, result in pairs
    ]


def as_before_excuse(result: GateResult) -> GateResult:
    """Return a result as it was before `with_first_release` looked at it, but for its sentence."""
    if result.reason_code not in _AFTERWARDS:
        return replace(result, excused="")
    return replace(result, excused="", reason_code=_NO_CHAMPION)


def _is_met_floor(spec: GateSpecBase, result: GateResult) -> bool:
    is_floor = spec.required and find_gate(spec).is_floor(spec)
    return is_floor and result.verdict is Verdict.PASS


def asks_for_first_release(spec: GateSpecBase, result: GateResult) -> bool:
    """Tell whether a comparison has no champion, and a spec that lets a floor stand in for it."""
    if result.verdict is not Verdict.NOT_EVALUATED or result.reason_code != _NO_CHAMPION:
        return False
    return isinstance(spec, OfBaseline) and spec.on_missing_baseline == _EXCUSE


def _excused(result: GateResult, floors: Sequence[str]) -> GateResult:
    if floors:
        sentence = f"a first release: there is no champion, but {', '.join(floors)} pass"
        return _with(replace(result, excused=_EXCUSE), Reason("first-release", sentence))
    sentence = "there is no champion, and no required floor that passes"
    return _with(result, Reason("first-release-without-floor", sentence))


def _with(result: GateResult, reason: Reason) -> GateResult:
    return replace(result, reason=reason.sentence, reason_code=reason.code)
