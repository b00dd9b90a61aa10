"""The parts of a gate on a card: each slice, group, feature or step with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.ir import PART
from mlspec.lowering._card_facts import number, percent
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.evidence import GateResult, PartResult

__all__ = ["part_values"]

_MOST = 30
_SIDES, _OF = ("lower", "higher"), ("Selected", "Trials")


def part_values(result: GateResult) -> Iterator[tuple[str, str, tuple[tuple[str, float], ...]]]:
    """Yield label, text and full numbers of each part, those that do not pass first.

    At most 30; how many more there are is the last one.
    """
    parts = sorted(result.parts, key=lambda each: each.verdict is Verdict.PASS)
    for each in parts[:_MOST]:
        yield f"{PART}{each.name}", _text(each), _numbers(each)
    if len(parts) > _MOST:
        yield f"{PART}and more", f"{number(len(parts) - _MOST)} more, in the record", ()


def _text(part: PartResult) -> str:
    told = [part.verdict.value]
    if part.estimate is not None:
        told.append(f"{part.estimate:.4g}")
    if part.interval is not None:
        found = part.interval
        between = f"{found.lower:.4g} to {found.upper:.4g}"
        told.append(f"{between} ({percent(found.level)} interval, {found.method})")
    return ", ".join(each for each in (*told, _sample(dict(part.counts)), part.reason) if each)


def _sample(counts: Mapping[str, int]) -> str:
    """Return how many rows a number rests on; of two groups in their order, how many of each."""
    if "rows" in counts:
        return counted(counts["rows"], "row")
    if not {f"{side}{each}" for side in _SIDES for each in _OF} <= counts.keys():
        return ""
    groups = (tuple(number(counts[f"{side}{each}"]) for each in _OF) for side in _SIDES)
    return " against ".join(f"{selected} of {trials}" for selected, trials in groups)


def _numbers(part: PartResult) -> tuple[tuple[str, float], ...]:
    if part.estimate is None or part.interval is None:
        return ()
    ends = (("lower", part.interval.lower), ("upper", part.interval.upper))
    return (("estimate", part.estimate), *ends)
