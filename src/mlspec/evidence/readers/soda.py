"""Scan results of Soda Core, as `soda scan --scan-results-file` writes them.

Looked at: Soda Core 3.5.6. A check passes on an empty table, so the rows of a table are those that
a `row_count` check of the same table saw: a check that passed on no rows did not succeed, and
without such a check the rows are unknown. A check without outcome was not evaluated. A scan with
errors is a reason: some checks have not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._expectations import Expectation, Expectations
from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, read_document
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_VERSION = "Soda Core "


def _read(content: FileContent, _wanted: Wanted) -> Expectations | Reason:
    return read_document(content, lambda scan: _expectations(content, scan))


def _expectations(content: FileContent, scan: Node) -> Expectations | Reason:
    if scan.at("hasErrors").truth():
        return Reason("incomplete-report", f"the scan had errors, such as {_first_error(scan)}")
    found = scan.at("checks").items()
    if not found:
        return Reason("nothing-checked", "the scan has no checks")
    rows = _rows_by_table(found)
    checks = tuple(_check(each, rows.get(_table(each))) for each in found)
    provenance = Provenance("soda-core", _version(scan), moment(scan.at("dataTimestamp").text_or()))
    return Expectations(content.material(max(rows.values(), default=None)), checks, provenance)


def _first_error(scan: Node) -> str:
    errors = (
        each.at("message").text_or()
        for each in scan.at("logs").some()
        if each.at("level").text_or() == "error"
    )
    return shown(next(errors, ""))


def _rows_by_table(found: list[Node]) -> dict[tuple[str, str], int]:
    """Return the rows of each table that a check on `row_count` saw."""
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        metrics = [metric.text_or() for metric in each.at("metrics").some()]
        value = each.at("diagnostics", "value")
        if len(metrics) == 1 and metrics[0].endswith("-row_count") and value.is_there:
            counts[_table(each)] = value.count() or 0
    return counts


def _table(check: Node) -> tuple[str, str]:
    return check.at("dataSource").text_or(), check.at("table").text_or()


def _check(each: Node, rows: int | None) -> Expectation:
    outcome = each.at("outcome")
    succeeded = None if not outcome.is_there else outcome.text() == "pass"
    name = each.at("name").text()
    table = each.at("table").text_or()
    return Expectation(
        f"{table}: {name}" if table else name,
        None if succeeded and rows == 0 else succeeded,
        rows,
        is_warning=outcome.text_or() == "warn",
    )


def _version(scan: Node) -> str:
    messages = (each.at("message").text_or() for each in scan.at("logs").some())
    named = (each.removeprefix(_VERSION) for each in messages if each.startswith(_VERSION))
    return next(named, "")


READER = Reader(
    format="soda",
    summary="Scan results of Soda Core, as JSON.",
    gives="Expectations",
    read=_read,
    marks=("scanStartTimestamp", "checks"),
)
