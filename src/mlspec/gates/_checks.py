"""Checks on data: our own on a table, or those that another tool ran."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.evidence import Expectations, Frame, PartResult, Reason, Verdict
from mlspec.gates._exact import missed
from mlspec.gates._freshness import freshness_part
from mlspec.gates._parts import unmeasured_part
from mlspec.gates._table_checks import check_part, row_parts, table_parts
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Expectation
    from mlspec.gates._data_quality_spec import DataQuality
    from mlspec.gates._port import GateInputs

__all__ = ["Checked", "checked"]


@dataclass(frozen=True, slots=True)
class Checked:
    """All checks as parts, numbers beside them, and the moment at which a part may change."""

    parts: list[PartResult]
    facts: tuple[tuple[str, float], ...]
    valid_until: str = ""


def checked(spec: DataQuality, inputs: GateInputs) -> Checked | Reason:
    """Return the verdict on each check, or why there is none."""
    report = inputs.source(spec.source, Expectations)
    if isinstance(report, Expectations):
        return _of_report(spec, report)
    frame = inputs.source(spec.source, Frame)
    if isinstance(frame, Reason):
        return frame
    parts, end = table_parts(spec, frame), ""
    if spec.freshness is not None:
        part, end = freshness_part(spec.freshness, frame, inputs.as_of)
        parts = [*parts, part]
    found = _checked(spec, [*row_parts(spec, frame.rows), *parts], _evaluated(parts))
    return replace(found, valid_until=end)


def _checked(
    spec: DataQuality, parts: list[PartResult], evaluated: int, warnings: int = 0
) -> Checked:
    if evaluated < spec.minimum_checks:
        sentence = f"{counted(evaluated, 'check')} evaluated, but {spec.minimum_checks} are needed"
        parts = [*parts, unmeasured_part("checks", Reason("too-few-checks", sentence))]
    return Checked(parts, (("checks", float(evaluated)), ("warnings", float(warnings))))


def _evaluated(parts: Sequence[PartResult]) -> int:
    return sum(each.verdict is not Verdict.NOT_EVALUATED for each in parts)


def _of_report(spec: DataQuality, report: Expectations) -> Checked | Reason:
    counting = [each for each in report.checks if not _only_warns(spec, each)]
    seen = _rows_seen(report)
    unusable = _unusable(spec) or _nothing_seen(spec, counting, seen)
    if unusable is not None:
        return unusable
    parts = [_reported(spec, each) for each in counting]
    rows = row_parts(spec, max(seen)) if seen else []
    return _checked(spec, [*rows, *parts], _evaluated(parts), len(report.checks) - len(counting))


def _rows_seen(report: Expectations) -> list[int]:
    return [each.rows for each in report.checks if each.rows is not None]


def _has_failed(checks: Sequence[Expectation]) -> bool:
    return any(each.succeeded is False for each in checks)


def _unusable(spec: DataQuality) -> Reason | None:
    """Return the reason that results of checks are none of the columns that the gate checks."""
    if not spec.columns and spec.schema_digest is None and spec.freshness is None:
        return None
    sentence = f"`{spec.source}` holds results of checks, but the gate checks columns itself"
    return Reason("source-of-another-kind", sentence)


def _nothing_seen(
    spec: DataQuality, counting: Sequence[Expectation], seen: Sequence[int]
) -> Reason | None:
    """Return the reason that checks which all succeeded may have looked at nothing."""
    is_accepted = not seen and spec.unknown_rows == "accept"
    if is_accepted or any(seen) or _has_failed(counting):
        return None
    if seen:
        return Reason("nothing-checked", "no check of the report looked at a row")
    return Reason("rows-unknown", "no check of the report says how many rows it looked at")


def _only_warns(spec: DataQuality, each: Expectation) -> bool:
    return each.is_warning and each.succeeded is False and spec.warnings == "report"


def _reported(spec: DataQuality, each: Expectation) -> PartResult:
    """Return a check of another tool as a part; what looked at nothing did not succeed."""
    if each.succeeded is None or (each.succeeded and each.rows == 0):
        sentence = "the check raised an error, was skipped, or looked at no row"
        return unmeasured_part(each.name, Reason("check-not-run", sentence))
    against = missed(None if each.succeeded else "the check did not succeed")
    return check_part(spec, each.name, each.rows, against)
