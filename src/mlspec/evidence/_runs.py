"""MLflow runs: the answers of its REST interface, and `Run.to_dictionary()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._json import finite_number
from mlspec.evidence._moment import from_milliseconds
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["chosen_run", "run_ended", "run_metrics", "runs_of"]

_DELETED = "deleted"


def runs_of(document: Json) -> list[Json] | None:
    """Return the MLflow runs of a file, None for one that is not about runs.

    A list is one of runs where it is empty, or one of its members looks like a run.
    """
    match document:
        case {"runs": list(runs)}:
            return runs
        case list(runs) if not runs or any(map(_is_run, runs)):
            return runs
        case {"run": {"data": dict()} as one} | ({"data": dict()} as one):
            return [one]
        case _:
            return None


def _is_run(found: Json) -> bool:
    match found:
        case {"data": dict()} | {"info": dict()}:
            return True
        case _:
            return False


def chosen_run(runs: list[Json], run: str | None) -> Json | Reason:
    """Return the run of that identifier, or the only one."""
    if not runs:
        return Reason("empty-file", "the list of runs is empty")
    chosen = runs if run is None else [each for each in runs if _run_id(each) == run]
    if not chosen:
        return Reason("run-missing", f"the file holds no run {shown(str(run))}")
    if len(chosen) > 1:
        known = ", ".join(shown(_run_id(each)) for each in chosen[:3])
        return Reason("ambiguous-runs", f"there are {len(chosen)} runs: {known}")
    return chosen[0]


def run_metrics(run: Json) -> dict[str, Json] | Reason:
    """Return the metrics of a run that finished and was not deleted, the last value of each."""
    match run:
        case {"data": {"metrics": dict() | list() as metrics}}:
            found = metrics if isinstance(metrics, dict) else _listed(metrics)
            return found if isinstance(found, Reason) else _unfit(run) or found
        case _:
            return Reason("malformed-metrics", "the run has no `data.metrics`")


def _unfit(run: Json) -> Reason | None:
    """Return why the numbers of a run do not count, whatever they are."""
    match run:
        case {"info": {"lifecycle_stage": str(stage)}} if stage.lower() == _DELETED:
            return Reason("run-deleted", "the run was deleted")
        case {"info": {"status": "FINISHED"}}:
            return None
        case {"info": {"status": str(status)}}:
            return Reason("run-not-finished", f"the status of the run is {shown(status)}")
        case _:
            return Reason("run-not-finished", "the run does not say that it finished")


def run_ended(run: Json) -> str:
    """Return the moment when the run ended, "" where it does not say."""
    match run:
        case {"info": {"end_time": int() | float() as ended}}:
            number = finite_number(ended)
            return "" if number is None else from_milliseconds(number)
        case _:
            return ""


def _run_id(run: Json) -> str:
    match run:
        case {"info": {"run_id": str(identifier)}}:
            return identifier
        case _:
            return ""


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
