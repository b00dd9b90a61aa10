"""Records of fire drills: which triggers were rehearsed, as the specs are today."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mlspec.evidence import DrillRecord
    from mlspec.workspace import Resource, Workspace

__all__ = ["SUFFIX", "Rehearsals", "path_digest", "rehearsals"]

SUFFIX = ".drill.json"


def path_digest(workspace: Workspace, model: Resource) -> str:
    """Return the digest of all that the specs say of the way from an alert to the registry.

    Days of earlier rehearsals are left out: writing one down changes nothing.
    """
    from mlspec.canonical import digest_value
    from mlspec.gates import gates_digest
    from mlspec.workspace import gates_of, model_of

    spec = model_of(model)
    triggers = [each.model_copy(update={"last_tested": None}) for each in spec.retraining]
    place = workspace.spec.targets.training
    body = {
        "gates": gates_digest(gates_of(workspace, model), spec.evaluation),
        "monitoring": [each.model_dump(mode="json", by_alias=True) for each in spec.monitoring],
        "place": None if place is None else place.model_dump(mode="json", by_alias=True),
        "targets": sorted(workspace.spec.targets.enabled),
        "training": None
        if spec.training is None
        else spec.training.model_dump(mode="json", by_alias=True),
        "triggers": [each.model_dump(mode="json", by_alias=True) for each in triggers],
    }
    return digest_value(body)


class Rehearsals(NamedTuple):
    """The last rehearsals by trigger, by address of a model: their days, and their records."""

    days: dict[str, dict[str, str]]
    files: dict[str, dict[str, str]]


def rehearsals(root: Path, workspace: Workspace) -> Rehearsals:
    """Return the last rehearsal of each trigger; of one day, that of the first environment.

    A record counts for the way it tried, as its environment has it: one of specs that have changed
    since, one that was changed by hand and one that can't be read do not.
    """
    found = Rehearsals({}, {})
    folder = root / workspace.spec.paths.evidence
    for environment in sorted(workspace.spec.environments):
        files = sorted((folder / environment).glob(f"*{SUFFIX}"))
        for record in _standing(workspace, environment, files) if files else ():
            name = f"{record.subject.rpartition('/')[2]}{SUFFIX}"
            _add(found, record, f"{workspace.spec.paths.evidence}/{environment}/{name}")
    return found


def _add(found: Rehearsals, record: DrillRecord, file: str) -> None:
    days = found.days.setdefault(record.subject, {})
    places = found.files.setdefault(record.subject, {})
    for trigger in record.rehearsed:
        if record.as_of[:10] > days.get(trigger, ""):
            days[trigger], places[trigger] = record.as_of[:10], file


def _standing(
    workspace: Workspace, environment: str, files: Iterable[Path]
) -> Iterator[DrillRecord]:
    """Yield the records of an environment that are about the specs of today."""
    from mlspec.workspace import overlay

    merged, _ = overlay(workspace, environment)
    for file in files:
        record = _record(file)
        told = (environment, f"model/{file.name.removesuffix(SUFFIX)}")
        if record is None or (record.environment, record.subject) != told:
            continue
        model = merged.resources.get(record.subject)
        if model is not None and path_digest(merged, model) == record.path_digest:
            yield record


def _record(file: Path) -> DrillRecord | None:
    """Return the record in a file; None where it is none. Few workspaces have any: read late."""
    from mlspec.api.files import read_text
    from mlspec.evidence import read_drill

    try:
        return read_drill(read_text(file))
    except UsageError:
        return None
