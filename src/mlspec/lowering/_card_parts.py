"""The parts of a gate on a card: each slice, group, feature or step with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.ir import PART
from mlspec.lowering._card_facts import number, percent
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult, PartResult

__all__ = ["part_values"]

_MOST = 30


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
    rows = dict(part.counts).get("rows")
    if rows is not None:
        told.append(counted(rows, "row"))
    return ", ".join([*told, part.reason] if part.reason else told)


def _numbers(part: PartResult) -> tuple[tuple[str, float], ...]:
    if part.estimate is None or part.interval is None:
        return ()
    ends = (("lower", part.interval.lower), ("upper", part.interval.upper))
    return (("estimate", part.estimate), *ends)
