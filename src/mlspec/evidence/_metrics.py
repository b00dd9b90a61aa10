"""Metrics that another tool computed, from JSON: flat, nested, or MLflow runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.evidence._file import shown
from mlspec.evidence._json import of_file, parse_json
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import resembled
from mlspec.evidence._reason import Reason
from mlspec.evidence._runs import chosen_run, run_ended, run_metrics, runs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._model import Material

__all__ = ["Metrics", "flattened", "metrics_of", "parse_metrics", "read_metrics", "read_runs"]

_CHOICES = 200
"""Most metrics among which a misspelt one is searched."""

_MOST = 100_000
"""Most metrics of a file."""

_LONGEST = 1000
"""Longest name of a metric: names on a deep way would add up to more than the file."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Reported numbers by name; each is finite, or says why it cannot be used."""

    material: Material
    values: Mapping[str, float | Reason]
    provenance: Provenance = field(default_factory=Provenance)

    def value(self, name: str) -> float | Reason:
        """Return the number of that name, or why there is none."""
        if name in self.values:
            return self.values[name]
        close = did_you_mean(name, islice(self.values, _CHOICES))
        rest = f"; did you mean {shown(close)}?" if close else ""
        file = shown(self.material.file)
        return Reason("metric-missing", f"{file} does not report {shown(name)}{rest}")


def read_metrics(content: FileContent, *, run: str | None = None) -> Metrics | Reason:
    """Read metrics from JSON: flat, nested, or MLflow runs, of which `run` names one.

    A nested metric has the names on the way to it, joined by dots: `test.auc`.
    """
    if content.suffix != ".json":
        return of_file(content, Reason("unknown-format", "metrics are read from `.json` files"))
    return parse_metrics(content, run=run)


def parse_metrics(content: FileContent, *, run: str | None) -> Metrics | Reason:
    """Read metrics whatever the name of the file ends in."""
    document = parse_json(content.content)
    if isinstance(document, Reason):
        return of_file(content, document)
    other = resembled(document)
    if other is not None:
        sentence = f"the file holds no metrics, but looks like `{other}`; state `format: {other}`"
        return of_file(content, Reason("malformed-metrics", sentence))
    if runs_of(document) is not None:
        return read_runs(content, document, run=run)
    if run is not None:
        sentence = f"the file holds no runs, so not {shown(run)}"
        return of_file(content, Reason("run-missing", sentence))
    return _read_plain(content, document)


def read_runs(content: FileContent, document: Json, *, run: str | None) -> Metrics | Reason:
    """Return the metrics of the only run of a parsed file, or of the one that is named."""
    runs = runs_of(document)
    if runs is None:
        return of_file(content, Reason("malformed-metrics", "the JSON holds no MLflow runs"))
    chosen = chosen_run(runs, run)
    found = chosen if isinstance(chosen, Reason) else run_metrics(chosen)
    if isinstance(found, Reason):
        return of_file(content, found)
    collected = "" if isinstance(chosen, Reason) else run_ended(chosen)
    return metrics_of(content, found, Provenance("mlflow", collected_at=collected))


def metrics_of(content: FileContent, found: Mapping[str, Json], provenance: Provenance) -> Metrics:
    """Return named values as metrics; one that is no finite number has its own reason."""
    values = {name: _number(content, name, value) for name, value in sorted(found.items())}
    return Metrics(content.material(), values, provenance)


def flattened(document: Json) -> dict[str, Json] | Reason:
    """Return the leaves of nested objects by the names on the way to them, joined by dots."""
    found: dict[str, Json] = {}
    waiting: list[tuple[str, Json]] = [("", document)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict) and (value or not name):
            waiting.extend((f"{name}.{each}" if name else each, value[each]) for each in value)
        elif name in found:
            return Reason("duplicate-name", f"the metric {shown(name)} is there twice")
        else:
            found[name] = value
        if len(name) > _LONGEST:
            return Reason("too-large", f"a name has more than {_LONGEST} characters")
        if len(found) + len(waiting) > _MOST:
            return Reason("too-large", f"the file has more than {_MOST} metrics")
    return found


def _read_plain(content: FileContent, document: Json) -> Metrics | Reason:
    match document:
        case {"metrics": dict(metrics)} | dict(metrics):
            found = flattened(metrics)
        case [dict(), *_]:
            sentence = (
                f"the JSON is a list of {len(document)} rows, not of metrics or runs: state "
                "`format: json-rows`, or that of the tool that wrote it (`mlspec explain formats`)"
            )
            found = Reason("malformed-metrics", sentence)
        case _:
            sentence = "the JSON is no object of metrics and no list of runs"
            found = Reason("malformed-metrics", sentence)
    if isinstance(found, Reason):
        return of_file(content, found)
    return metrics_of(content, found, Provenance())


def _number(content: FileContent, name: str, value: Json) -> float | Reason:
    where = f"{shown(content.file)}: the metric {shown(name)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Reason("not-a-number", f"{where} is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isfinite(number):
        return number
    return Reason("not-finite", f"{where} is {'NaN' if math.isnan(number) else 'infinite'}")
