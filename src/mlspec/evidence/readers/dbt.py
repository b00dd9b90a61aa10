"""Tests of dbt, from the `run_results.json` of `dbt test` or `dbt build`.

Looked at: dbt 1.10.23 and the schema `run-results/v6`. Tests, and other results that went wrong
(an error of a model means tests that did not run), are read; models that were built are no checks.
dbt does not say how many rows a test saw: a test on an empty table passes, so the rows stay
unknown. A test that was skipped or raised an error did not run. One that passes although rows
failed (`error_if` tolerates some, and the report does not say how many) counts as a warning.
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

_SCHEMA = "/dbt/run-results/"
_SUCCEEDED = {"pass": True, "fail": False, "warn": False}
_BUILT = frozenset({"success", "no-op", "reused"})


def _read(content: FileContent, _wanted: Wanted) -> Expectations | Reason:
    return read_document(content, lambda results: _expectations(content, results))


def _expectations(content: FileContent, results: Node) -> Expectations | Reason:
    schema = results.at("metadata", "dbt_schema_version").text()
    if _SCHEMA not in schema:
        return Reason("malformed-report", f"{shown(schema)} is not the schema of run results")
    checks = tuple(_check(each) for each in results.at("results").items() if not _built(each))
    if not any(each.name.startswith(("test.", "unit_test.")) for each in checks):
        return Reason("nothing-checked", "the file has no result of a test")
    provenance = Provenance(
        "dbt",
        results.at("metadata", "dbt_version").text_or(),
        moment(results.at("metadata", "generated_at").text_or()),
    )
    return Expectations(content.material(), checks, provenance)


def _built(each: Node) -> bool:
    """Tell whether a result is that of a model that was built: no check, and nothing wrong."""
    return each.at("status").text() in _BUILT


def _check(each: Node) -> Expectation:
    status = each.at("status").text()
    tolerated = status == "pass" and bool(each.at("failures").count())
    return Expectation(
        each.at("unique_id").text(),
        False if tolerated else _SUCCEEDED.get(status),
        is_warning=tolerated or status == "warn",
    )


READER = Reader(
    format="dbt",
    summary="The `run_results.json` of dbt.",
    gives="Expectations",
    read=_read,
    marks=("results", "elapsed_time"),
)
