"""Why something was not measured: a stable code, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REASONS", "Reason", "ReasonWords"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is not there. `code` is a key of the table of reasons."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What `mlspec explain` says of a reason code: the cause, and what to do about it.

    Both are sentences. The first one of the cause is what lists of codes show.
    """

    cause: str
    step: str


REASONS: Mapping[str, ReasonWords] = MappingProxyType(
    {
        "ambiguous-runs": ReasonWords(
            "The file holds several runs, or results of several models, and the spec names none"
            " of them.",
            "Name one: `metricsRun` for `evaluation.metrics`, `run` for a source. Or export "
            "that run alone. For a file with rows that is no run at all, state its `format`.",
        ),
        "column-used-twice": ReasonWords(
            "The label or the key is named as the output of the model too. A label that is its own "
            "prediction is right in every row, whatever the model says.",
            "Name the columns that the model wrote: `score`, and `prediction` where there is one; "
            "`label` and `key` are two others.",
        ),
        "contradictory-report": ReasonWords(
            "The report says two things of the same case: that it passed, and that it did not; or "
            "its sums are not those of its cases.",
            "Export the report again as the tool wrote it. Where the tool itself contradicts "
            "itself, report that to its authors.",
        ),
        "digest-mismatch": ReasonWords(
            "The file is not the one that the spec pins by its SHA-256. Either the wrong file "
            "was evaluated (champion and challenger swapped, an old export), or the pin is out "
            "of date.",
            "Compare with `sha256sum FILE`: bring back the file that was reviewed, or change "
            "the pinned digest in the spec and have that reviewed.",
        ),
        "duplicate-column": ReasonWords(
            "Two columns of the file have the same name, so it is unknown which one counts.",
            "Rename or drop one of the two columns where the file is written.",
        ),
        "duplicate-key": ReasonWords(
            "Two rows of the file have the same key, so rows cannot be joined without guessing.",
            "Write one row per key, or name in `key` the column that is unique: find repeats "
            "with `cut -d, -f1 FILE | sort | uniq -d`.",
        ),
        "duplicate-name": ReasonWords(
            "A JSON object names the same member twice, so it is unknown which value counts.",
            "Find the program that wrote the name twice, and write the file again.",
        ),
        "empty-cell": ReasonWords(
            "A cell that has to hold a value is empty or null. Rows without a value are not "
            "left out: a metric over the rest would look better than the model is.",
            "Fill the cell, or remove the whole row from every file (predictions, labels, "
            "champion) and say so in the dataset.",
        ),
        "empty-file": ReasonWords(
            "The file has no rows, so nothing was measured.",
            "Look at the job that exports the rows: it ran, and found none.",
        ),
        "incomplete-report": ReasonWords(
            "The report says itself that a part of it is missing: what it counts and what it "
            "lists differ, or the tool had errors.",
            "Run the tool again until it ends without errors, and export everything it found.",
        ),
        "key-type": ReasonWords(
            "The key column holds numbers with fractions, booleans or other values that do not "
            "identify a row.",
            "Use text or whole numbers as keys, or name another column in `key`.",
        ),
        "keys-missing": ReasonWords(
            "The file holds counts of rows, as an engine returned them, and no keys. Rows can't be "
            "joined, and a test set can't be known again.",
            "For gates that compare rows (a champion, groups or labels in another file), export "
            "the rows themselves with their key.",
        ),
        "label-mismatch": ReasonWords(
            "Two files give different labels for the same key, so they are not the same data.",
            "Take the labels from one place: `evaluation.labels` names a file of its own for "
            "both models.",
        ),
        "malformed-csv": ReasonWords(
            "The file is not comma-separated text with one header line.",
            "Write it with a header line, commas, and UTF-8; put cells with commas or line ends"
            " into quotes.",
        ),
        "malformed-json": ReasonWords(
            "The file is not JSON, or is nested too deeply.",
            "`python -m json.tool FILE` shows the place. Export the file again if it is cut off.",
        ),
        "malformed-metrics": ReasonWords(
            "The JSON is neither a flat object of metrics, nor `{metrics: {...}}`, nor MLflow "
            "runs.",
            'Write `{"rows": 5000, "recall": 0.91}`, or export the run from MLflow with its '
            "REST interface.",
        ),
        "malformed-parquet": ReasonWords(
            "The file is not Parquet, or is damaged.",
            "Export the file again, and compare its size with the original: it is often cut off"
            " in a copy.",
        ),
        "malformed-report": ReasonWords(
            "The file is not what the named format looks like. Either the tool writes another "
            "version of it, or `format` names the wrong tool.",
            "Name the tool in `format` (`mlspec explain formats`), and export with the version "
            "and options that `mlspec explain FORMAT` names.",
        ),
        "malformed-rows": ReasonWords(
            "The JSON is not rows: each row has to be an object.",
            'Write a list of objects, `[{"id": 1, "score": 0.2}]`, or one object per line '
            "with the suffix `.jsonl`.",
        ),
        "metric-missing": ReasonWords(
            "The metrics file does not report the metric.",
            "Report the metric under this name when the model is evaluated, or change `metric` "
            "to a name that the file has.",
        ),
        "missing-column": ReasonWords(
            "The file lacks a column that the gate reads.",
            "Name the column that is meant (`key`, `label`, `score`, or the field of the gate), or "
            "add it to the file. A gate that joins a table of its own has a `key` of its own, "
            "which is `id` unless stated.",
        ),
        "missing-file": ReasonWords(
            "The file does not exist.",
            "Paths start at the folder of `mlspec.yaml`. Run the job that writes the file "
            "first, or correct the path: `mlspec gate plan` shows what is read.",
        ),
        "not-categories": ReasonWords(
            "A column that has to hold categories holds numbers with fractions, dates or lists.",
            "Round or group the values into text first, or leave the column out.",
        ),
        "not-a-file": ReasonWords(
            "The path is a folder, a device or a pipe.",
            "Name the file itself, not its folder.",
        ),
        "not-a-number": ReasonWords(
            "A value that has to be a number is text, a boolean or something else.",
            "Write a plain number, with a point and without unit or thousands separator. A "
            "boolean is written as 0 or 1.",
        ),
        "not-finite": ReasonWords(
            "A value is NaN or infinite. It is not replaced by anything: what was not measured "
            "does not pass.",
            "Find out why the value was not computed (a division by zero, an empty batch), mend"
            " that, and write the file again.",
        ),
        "nothing-checked": ReasonWords(
            "The report holds no check that was evaluated. Tools call that a success; nothing "
            "was measured.",
            "Add checks to the suite, point it at the table that is meant, and run it again.",
        ),
        "nothing-scanned": ReasonWords(
            "The scanner looked at no file or package. It finds nothing then, and calls that "
            "clean.",
            "Point the scanner at the file of the model or at the lock file, and look at what "
            "its report lists as scanned.",
        ),
        "partial-answer": ReasonWords(
            "The monitoring system answered with a warning: part of the data is missing.",
            "Ask again when all of the monitoring system is up, or for a shorter window.",
        ),
        "path-escape": ReasonWords(
            "The path is absolute, contains `..`, or leads out of the workspace through a "
            "symbolic link. Gates read files of the workspace only.",
            "Copy the file into the workspace, and name it by a path relative to `mlspec.yaml`.",
        ),
        "other-bins": ReasonWords(
            "A feature was counted in other bins than the reference has, so the counts can't be"
            " compared.",
            "Count again with the profile of the gate: `mlspec gate profile DATA --reference "
            "PROFILE`, or the query of `mlspec gate sql`.",
        ),
        "other-question": ReasonWords(
            "An engine's answer is to another question than the spec asks today: the query, its "
            "dialect, table, columns, rounding or bins are not those that `mlspec gate sql` prints "
            "now, or no gate asks. The spec or its reference was changed after the query was "
            "printed, or somebody edited the file.",
            "Print the query again with `mlspec gate sql MODEL --dialect D --table NAME --out "
            "FOLDER`, let the engine answer it, and run `mlspec gate run MODEL --aggregates FILE`.",
        ),
        "profile-contradicts": ReasonWords(
            "The numbers of the profile can't be those of one table: its values do not reach as "
            "far as its bins say, or its mean or deviation is none that they can have.",
            "Make the profile again with `mlspec gate profile` from the reference data; if "
            "nobody edited it, report which tool wrote it.",
        ),
        "profile-edited": ReasonWords(
            "A profile or an answer does not have the digest that it states: somebody changed "
            "it after it was written.",
            "Bring back the file as it was written, or make it again with `mlspec gate profile`.",
        ),
        "query-failed": ReasonWords(
            "The monitoring system answered the query with an error.",
            "Try the query in the monitoring system itself; the message of the verdict quotes "
            "its error.",
        ),
        "query-missing": ReasonWords(
            "The file holds no answer to the query that the gate names.",
            'Save the answer together with its query, `{"query": ..., "response": {...}}`, '
            "and spell the query in the spec as there.",
        ),
        "ragged-row": ReasonWords(
            "A line of the file has more or fewer cells than the header.",
            "Put cells that hold commas or line ends into quotes; the message names the line.",
        ),
        "remote-address": ReasonWords(
            "The address in S3 is none, or holds a credential or a query.",
            "Write it as `s3://bucket/key`. Credentials come from `AWS_*`, `~/.aws` or the role "
            "of the machine.",
        ),
        "remote-rows": ReasonWords(
            "The file lies in S3. Tables of drift gates are counted there, by DuckDB; rows and "
            "reports are read from files of the workspace.",
            "Copy the file into the workspace, and name the copy.",
        ),
        "remote-unpinned": ReasonWords(
            "The file lies in S3, where it can be another one tomorrow, and the spec does not say "
            "which bytes it has. An ETag is no digest of them.",
            "State `digest` of the source: `aws s3 cp URL - | sha256sum`.",
        ),
        "row-set-mismatch": ReasonWords(
            "Two files do not hold the same keys. Both models are judged on the same rows, and "
            "on all of them.",
            "Score both models on the same rows, and write every row for each: the message "
            "names keys that one file lacks.",
        ),
        "run-deleted": ReasonWords(
            "The run was deleted: somebody decided that its numbers shall not count.",
            "Export the run that stands, or restore this one in MLflow if it was deleted by "
            "mistake.",
        ),
        "run-missing": ReasonWords(
            "The file does not hold the run that `metricsRun` or `run` names.",
            "Correct `run` or `metricsRun`, or export the run that is meant.",
        ),
        "run-not-finished": ReasonWords(
            "The run did not finish, or does not say so: its metrics may be those of a part.",
            "Let the run end, or start it again, and export it then.",
        ),
        "snapshot-missing": ReasonWords(
            "An engine's answer does not say which state of the table was asked, so nobody can ask "
            "again, or tell how old the counts are.",
            "Add the version of the table to the answer as `snapshot`, or the moment of the query: "
            "`mlspec gate sql` prints which words.",
        ),
        "too-large": ReasonWords(
            "The file exceeds the limit on bytes or rows that a gate reads into memory.",
            "Write Parquet and install the extra `duckdb`, or let the warehouse count: `mlspec "
            "gate sql` and `--aggregates`.",
        ),
        "too-many-categories": ReasonWords(
            "A column has so many different texts that it is a key rather than a feature.",
            "Leave the column out with `ignore` (in a profile: `--without`), or group its values.",
        ),
        "unknown-format": ReasonWords(
            "No reader knows the format that the spec names, or the suffix of the file.",
            "`mlspec explain formats` lists what `format` may be, and the suffixes that need none.",
        ),
        "unreadable-file": ReasonWords(
            "The file cannot be read, or is not UTF-8 text.",
            "Look at the rights of the file, and save it as UTF-8.",
        ),
    }
)
"""Reasons of the readers and the join, with what `mlspec explain` prints."""
