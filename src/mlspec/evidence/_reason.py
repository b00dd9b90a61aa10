"""Why something was not measured: a stable code, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REASONS", "Reason"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is not there. `code` is a key of the table of reasons."""

    code: str
    sentence: str


REASONS: Mapping[str, str] = MappingProxyType(
    {
        "ambiguous-runs": (
            "The file holds several runs, or results of several models. Name one of them in "
            "`metricsRun`, or in `run` of the source."
        ),
        "digest-mismatch": (
            "The file is not the one that the spec pins by its SHA-256. Either the wrong file was "
            "evaluated (champion and challenger swapped, an old export), or the pin is out of date."
        ),
        "duplicate-column": (
            "Two columns of the file have the same name, so it is unknown which one counts."
        ),
        "duplicate-key": (
            "Two rows of the file have the same key, so rows cannot be joined without guessing."
        ),
        "duplicate-name": (
            "A JSON object names the same member twice, so it is unknown which value counts."
        ),
        "empty-cell": (
            "A cell that has to hold a value is empty or null. Rows without a value are not left "
            "out: a metric over the rest would look better than the model is."
        ),
        "empty-file": "The file has no rows, so nothing was measured.",
        "incomplete-report": (
            "The report says itself that a part of it is missing: what it counts and what it lists "
            "differ, or the tool had errors."
        ),
        "key-type": (
            "The key column holds numbers with fractions, booleans or other values that do not "
            "identify a row. Use text or whole numbers."
        ),
        "label-mismatch": (
            "Two files give different labels for the same key, so they are not the same data."
        ),
        "malformed-csv": "The file is not comma-separated text with one header line.",
        "malformed-json": "The file is not JSON, or is nested too deeply.",
        "malformed-metrics": (
            "The JSON is neither a flat object of metrics, nor `{metrics: {...}}`, nor MLflow runs."
        ),
        "malformed-parquet": "The file is not Parquet, or is damaged.",
        "malformed-report": (
            "The file is not what the named format looks like. Either the tool writes another "
            "version of it, or `format` names the wrong tool."
        ),
        "malformed-rows": "The JSON is not rows: each row has to be an object.",
        "metric-missing": "The metrics file does not report the metric.",
        "missing-column": "The file lacks a column that the gate reads.",
        "missing-file": "The file does not exist.",
        "not-categories": (
            "A column that has to hold categories holds numbers with fractions, dates or lists."
        ),
        "not-a-file": "The path is a folder, a device or a pipe.",
        "not-a-number": "A value that has to be a number is text, a boolean or something else.",
        "not-finite": (
            "A value is NaN or infinite. It is not replaced by anything: what was not measured "
            "does not pass."
        ),
        "nothing-checked": (
            "The report holds no check that was evaluated. Tools call that a success; nothing was "
            "measured."
        ),
        "nothing-scanned": (
            "The scanner looked at no file or package. It finds nothing then, and calls that clean."
        ),
        "partial-answer": (
            "The monitoring system answered with a warning: part of the data is missing."
        ),
        "path-escape": (
            "The path is absolute, contains `..`, or leads out of the workspace through a symbolic "
            "link. Gates read files of the workspace only."
        ),
        "other-bins": (
            "A feature was counted in other bins than the reference has, so the counts can't be "
            "compared. Count again in the bins of the reference."
        ),
        "profile-edited": (
            "A profile or an answer does not have the digest that it states: somebody changed it "
            "after it was written."
        ),
        "query-failed": "The monitoring system answered the query with an error.",
        "query-missing": "The file holds no answer to the query that the gate names.",
        "ragged-row": "A line of the file has more or fewer cells than the header.",
        "row-set-mismatch": (
            "Two files do not hold the same keys. Both models are judged on the same rows, and on "
            "all of them."
        ),
        "run-missing": "The file does not hold the run that `metricsRun` or `run` names.",
        "run-not-finished": "The run did not finish, so its metrics are those of a part.",
        "too-large": "The file exceeds the limit on bytes or rows that a gate reads into memory.",
        "too-many-categories": (
            "A column has so many different texts that it is a key rather than a feature. Leave it "
            "out."
        ),
        "unknown-format": (
            "No reader knows the format that the spec names, or the suffix of the file."
        ),
        "unreadable-file": "The file cannot be read, or is not UTF-8 text.",
    }
)
"""Reasons of the readers and the join, with the explanation that `mlspec explain` prints."""
