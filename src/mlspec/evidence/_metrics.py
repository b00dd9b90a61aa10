"""Metrics that another tool computed, from JSON: flat, nested, or MLflow runs."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.evidence._file import FileContent, shown
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.evidence._model import Material

__all__ = ["Metrics", "read_metrics"]

_CHOICES = 200
"""Most metrics among which a misspelt one is searched."""

_UNFINISHED = frozenset({"RUNNING", "SCHEDULED", "FAILED", "KILLED"})


class _DuplicateNameError(ValueError):
    """An object names a member twice."""


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
    """Read a metrics file. `run` names one of several MLflow runs."""
    if content.suffix != ".json":
        return _of_file(content, Reason("unknown-format", "metrics are read from `.json` files"))
    found = _parse(content.content)
    if not isinstance(found, Reason):
        found = _metrics_of(found, run)
    if isinstance(found, Reason):
        return _of_file(content, found)
    values = {name: _number(content, name, value) for name, value in sorted(found.items())}
    return Metrics(content.material(), values)


def _parse(content: bytes) -> Json | Reason:
    try:
        document: Json = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object)
    except _DuplicateNameError as error:
        return Reason("duplicate-name", f"the name {shown(str(error))} occurs twice in an object")
    except UnicodeDecodeError as error:
        return Reason("unreadable-file", f"byte {error.start} is not UTF-8")
    except json.JSONDecodeError as error:
        return Reason("malformed-json", f"line {error.lineno}: {error.msg.lower()}")
    except (RecursionError, ValueError):
        return Reason("malformed-json", "the JSON is nested too deeply, or a number is too long")
    return document


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise _DuplicateNameError(twice)
    return members


def _metrics_of(document: Json, run: str | None) -> dict[str, Json] | Reason:
    """Find the object of metrics in one of the known shapes."""
    runs = _runs(document)
    if runs is not None:
        return _chosen(runs, run)
    if run is not None:
        return Reason("run-missing", f"the file holds no runs, so not {shown(run)}")
    match document:
        case {"metrics": dict(metrics)} | dict(metrics):
            return metrics
        case _:
            return Reason(
                "malformed-metrics", "the JSON is no object of metrics and no list of runs"
            )


def _runs(document: Json) -> list[Json] | None:
    """Return the MLflow runs of a file, None for one that is not about runs."""
    match document:
        case {"runs": list(runs)} | list(runs):
            return runs
        case {"run": {"data": dict()} as one} | ({"data": dict()} as one):
            return [one]
        case _:
            return None


def _chosen(runs: list[Json], run: str | None) -> dict[str, Json] | Reason:
    if not runs:
        return Reason("empty-file", "the list of runs is empty")
    chosen = [each for each in runs if run in (None, _run_id(each))]
    if not chosen:
        return Reason("run-missing", f"the file holds no run {shown(str(run))}")
    if len(chosen) > 1:
        known = ", ".join(shown(_run_id(each)) for each in chosen[:3])
        return Reason("ambiguous-runs", f"there are {len(chosen)} runs: {known}")
    return _run_metrics(chosen[0])


def _run_id(run: Json) -> str:
    match run:
        case {"info": {"run_id": str(identifier)}}:
            return identifier
        case _:
            return ""


def _run_metrics(run: Json) -> dict[str, Json] | Reason:
    match run:
        case {"info": {"status": str(status)}} if status in _UNFINISHED:
            return Reason("run-not-finished", f"the status of the run is {shown(status)}")
        case {"data": {"metrics": dict(metrics)}}:
            return metrics
        case {"data": {"metrics": list(metrics)}}:
            return _listed(metrics)
        case _:
            return Reason("malformed-metrics", "the run has no `data.metrics`")


def _listed(metrics: list[Json]) -> dict[str, Json] | Reason:
    """Read the form of the REST interface: a list of {key, value, timestamp, step}."""
    found: dict[str, Json] = {}
    for each in metrics:
        match each:
            case {"key": str(name), "value": value} if name not in found:
                found[name] = value
            case {"key": str(name)}:
                return Reason("duplicate-name", f"the metric {shown(name)} is listed twice")
            case _:
                return Reason("malformed-metrics", "an entry of `data.metrics` has no key")
    return found


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


def _of_file(content: FileContent, reason: Reason) -> Reason:
    return Reason(reason.code, f"{shown(content.file)}: {reason.sentence}")
