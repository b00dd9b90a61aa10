"""Results of Great Expectations: of a validation, or a checkpoint as `describe()` writes it.

Looked at: Great Expectations 1.24.1. On an empty table it says `success: true`, and the same where
every value of a column is missing. Here a check that saw no row did not succeed: it did not run.
The rows of a check are `element_count` without `missing_count`; a check of a whole table
(`expect_table_row_count_to_be_between`) counts the rows it observed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._expectations import Expectation, Expectations
from mlspec.evidence._json import Node, read_document
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_COUNTS_ROWS = frozenset(
    {"expect_table_row_count_to_be_between", "expect_table_row_count_to_equal"}
)

_MILD = frozenset({"warning", "info"})


def _read(content: FileContent, _wanted: Wanted) -> Expectations | Reason:
    return read_document(content, lambda result: _expectations(content, result))


def _expectations(content: FileContent, result: Node) -> Expectations | Reason:
    validations = [result]
    if result.has("validation_results"):
        validations = result.at("validation_results").items()
    checks: list[Expectation] = []
    for each in validations:
        found = _checks(each)
        if isinstance(found, Reason):
            return found
        checks += found
    if not checks:
        return Reason("nothing-checked", "no expectation was evaluated")
    rows = max(each.rows or 0 for each in checks)
    return Expectations(content.material(rows or None), tuple(checks), _provenance(result))


def _provenance(result: Node) -> Provenance:
    meta = result.at("meta")
    version = meta.at("great_expectations_version").text_or()
    return Provenance("great_expectations", version, _collected(meta))


def _checks(validation: Node) -> list[Expectation] | Reason:
    name = "expectations" if validation.has("expectations") else "results"
    checks = [_check(each) for each in validation.at(name).items()]
    evaluated = validation.at("statistics", "evaluated_expectations").count()
    if not checks or evaluated == 0:
        return Reason("nothing-checked", "a validation evaluated no expectation")
    if evaluated is not None and evaluated != len(checks):
        sentence = f"{evaluated} expectations were evaluated, but {len(checks)} have a result"
        return Reason("incomplete-report", sentence)
    return checks


def _check(each: Node) -> Expectation:
    config = each.at("expectation_config") if each.has("expectation_config") else each
    kind = config.at("type").text_or() or config.at("expectation_type").text()
    column = config.at("kwargs", "column").text_or()
    rows = _rows(each.at("result"), kind)
    return Expectation(
        f"{kind}({column})" if column else kind,
        _succeeded(each, rows),
        rows,
        is_warning=config.at("severity").text_or() in _MILD,
    )


def _rows(result: Node, kind: str) -> int | None:
    if kind in _COUNTS_ROWS:
        return result.at("observed_value").count()
    total = result.at("element_count").count()
    if total is None:
        return None
    return max(0, total - (result.at("missing_count").count() or 0))


def _succeeded(each: Node, rows: int | None) -> bool | None:
    """Tell whether a check succeeded; one that failed without a row stays failed."""
    if _raised(each.at("exception_info")):
        return None
    success = each.at("success").truth()
    return None if success and rows == 0 else success


def _raised(exception: Node) -> bool:
    """Tell whether a check raised: one entry, or one per metric that it needs."""
    if not exception.is_there:
        return False
    inner = [member for _, member in exception.members()]
    return any(each.at("raised_exception").value is True for each in (exception, *inner))


def _collected(meta: Node) -> str:
    loaded = moment(meta.at("batch_markers", "ge_load_time").text_or())
    return loaded or moment(meta.at("run_id", "run_time").text_or())


READER = Reader(
    format="great-expectations",
    summary="A validation result of Great Expectations, as JSON.",
    gives="Expectations",
    read=_read,
    marks=("success", "statistics"),
)
