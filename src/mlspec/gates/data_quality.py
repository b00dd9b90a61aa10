"""`data-quality`: the data have the rows, columns and values that the spec asks for.

Own checks on a table: the number of rows, the names of the columns by digest, and per column the
share of missing values, the range, uniqueness and the values that are allowed, and how old the
newest row is. Or the checks that another tool ran (Great Expectations, Soda, dbt): every one of
them has to succeed. The checks are about the table as it is, so they are decided without an
interval; each is a part of the verdict, and all have to pass.

The schema digest is the SHA-256 of the canonical JSON list of the sorted column names; a miss says
what it is now. Moments are ISO 8601 text, in UTC where they name no zone; a verdict on their age
holds until the newest row is too old.

Inconclusive: a check saw fewer rows than `minimumRows`. Not evaluated: a table without rows, a
column that is missing, holds nothing or another type, a newest row of a day to come, fewer checks
than `minimumChecks`, a check that raised an error, did not run or looked at no row. Tools call all
of these a success. Where a report does not say for any check how many rows it saw (dbt never does),
it is not evaluated unless `unknownRows: accept` is stated.

Example
    id: training-data
    type: data-quality
    source: training-set
    rowsAtLeast: 10000
    columns:
      - {name: applicant_id, unique: true}
      - {name: age, atLeast: 18, atMost: 120, maximumNullShare: 0.01}
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._data_quality_spec import DataQuality
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult

__all__ = ["GATE"]

REASONS = MappingProxyType(
    {
        "check-failed": ReasonWords(
            "A check on the data did not succeed.",
            "Mend the data, or the job that writes them; the line of the check says what was "
            "found.",
        ),
        "check-not-run": ReasonWords(
            "A check raised an error, was skipped, or looked at no row.",
            "Look at the error of the check in the tool that ran it, and run it on a table with"
            " rows.",
        ),
        "empty-range": ReasonWords(
            "`atLeast` is above `atMost`, so no value is allowed.",
            "Exchange the two, or correct the one that is wrong.",
        ),
        "not-a-moment": ReasonWords(
            "A cell of the column with moments is no moment of ISO 8601.",
            "Write moments as 2026-11-21T00:00:00Z.",
        ),
        "nothing-in-column": ReasonWords(
            "The column holds no value, so there is nothing to compare.",
            "Look at why the column is empty, or leave its range out.",
        ),
        "rows-unknown": ReasonWords(
            "The report does not say how many rows its checks looked at. Checks on an empty "
            "table succeed, too.",
            "Run the checks with row counts in their results (Great Expectations: "
            "`result_format` above `BOOLEAN_ONLY`), or state `unknownRows: accept`.",
        ),
        "too-few-checks": ReasonWords(
            "Fewer checks were evaluated than the gate states.",
            "Bring back the checks that are gone, or lower `minimumChecks`.",
        ),
    }
)


def require(spec: DataQuality) -> str:
    """Return the requirement as text: `all checks on training-set succeed`."""
    return f"all checks on {spec.source} succeed"


def check(spec: DataQuality) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    for place, each in enumerate(spec.columns):
        if each.at_least is not None and each.at_most is not None and each.at_least > each.at_most:
            sentence = f"`atLeast` is {each.at_least:g}, above `atMost`, which is {each.at_most:g}"
            yield SpecProblem(("columns", str(place), "atLeast"), Reason("empty-range", sentence))


def evaluate(spec: DataQuality, inputs: GateInputs) -> GateResult:
    """Judge every check on the data."""
    from mlspec.gates import _checks, _decide, _parts

    found = _checks.checked(spec, inputs)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found)
    result = _parts.of_parts(spec, require(spec), found.parts, facts=found.facts)
    return replace(result, valid_until=found.valid_until)


def reads(spec: DataQuality) -> tuple[Need, ...]:
    """Return what is read: the checked columns of a table, or a report."""
    columns = {each.name for each in spec.columns}
    columns |= set() if spec.freshness is None else {spec.freshness.column}
    return (Need(spec.source, "Frame", tuple(sorted(columns))),)


GATE = Gate(
    "data-quality",
    DataQuality,
    "The data have the rows, columns and values that the spec asks for.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
)
