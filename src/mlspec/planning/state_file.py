"""The state of one environment as a file: written for git, read strictly.

The same state gives the same bytes. Reading refuses what was changed after it was written, and
every object whose body is not the one that its digest names: a plan may rest on such a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value, pretty_json, strict_json
from mlspec.errors import ForeignPlanError, RegistryUnavailableError, TamperedPlanError, UsageError
from mlspec.planning._fields import Fields, ShapeError
from mlspec.planning._intact import require_intact
from mlspec.state import Lifecycle, ObjectRecord, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["StateFile", "read_state", "record_json", "write_state"]

_ANY_FORMAT = "mlspec.state/"
_FORMAT = f"{_ANY_FORMAT}1.0"
_AGAIN = "export the state again with `mlspec state export --out FILE`"


@dataclass(frozen=True, slots=True)
class StateFile:
    """A snapshot with all bodies, and what a plan needs besides.

    `backend` is the name of the backend that it comes from; `commits` names by address the commit
    of the specs that the object was last written from, where that is known.
    """

    snapshot: Snapshot
    backend: str
    commits: Mapping[str, str] = field(default_factory=dict)


def write_state(state: StateFile) -> str:
    """Return the text of the file.

    Raises:
        RegistryUnavailableError: the registry has lost the body of an object.
    """
    body = _to_json(state)
    return pretty_json({"format": _FORMAT, "digest": digest_value(body), "state": body})


def read_state(text: str, name: str) -> StateFile:
    """Return the state that a file holds; `name` is what the file is called.

    Raises:
        UsageError: the file holds no state at all.
        TamperedPlanError: the file is cut off, or was changed after it was written.
        ForeignPlanError: the file has another format.
    """
    file = _parsed(text, name)
    found = file.get("format")
    if found != _FORMAT:
        raise ForeignPlanError(
            f"`{name}` has the format `{found}`, this mlspec reads `{_FORMAT}`", hint=_AGAIN
        )
    altered = f"`{name}` was changed after it was written"
    require_intact(file.get("state"), file.get("digest"), altered, _AGAIN)
    return _read(file, name)


def _parsed(text: str, name: str) -> dict[str, Json]:
    try:
        file = strict_json(text)
    except ValueError as error:
        if _ANY_FORMAT not in text:
            raise _no_state(name) from error
        raise TamperedPlanError(
            f"`{name}` can't be read, it may be cut off: {error}", hint=_AGAIN
        ) from error
    if not isinstance(file, dict) or not str(file.get("format")).startswith(_ANY_FORMAT):
        raise _no_state(name)
    return file


def _no_state(name: str) -> UsageError:
    hint = "make one with `mlspec state export --out FILE`"
    return UsageError(f"`{name}` holds no exported state", hint=hint)


def _to_json(state: StateFile) -> dict[str, Json]:
    snapshot = state.snapshot
    return {
        "env": snapshot.environment,
        "registry": {"backend": state.backend, "lineage": snapshot.lineage},
        "serial": snapshot.serial,
        "checkpoint": {"sequence": snapshot.sequence, "digest": snapshot.head},
        "objects": [
            _object(snapshot.objects[each]) | {"commit": state.commits.get(each, "")}
            for each in sorted(snapshot.objects)
        ],
    }


def _object(record: ObjectRecord) -> dict[str, Json]:
    if record.body is None:
        raise RegistryUnavailableError(
            f"the registry has lost the body of `{record.address}`: it is damaged",
            hint="run `mlspec state rebuild --check` to see what the ledger can bring back",
        )
    return {**record_json(record), "body": record.body}


def record_json(record: ObjectRecord) -> dict[str, Json]:
    """Return an object of a registry as a JSON value, without its body."""
    return {
        "address": record.address,
        "uid": record.uid,
        "revision": record.revision,
        "digest": record.digest,
        "protect": record.protect,
        "lifecycle": record.lifecycle.value,
        "op_id": record.op_id,
    }


def _read(file: dict[str, Json], name: str) -> StateFile:
    try:
        with Fields(file, "state") as fields:
            fields.text("format")
            fields.text("digest")
            return _read_body(fields.child("state"))
    except ShapeError as error:
        raise ForeignPlanError(
            f"`{name}` says something this mlspec does not know: {error}", hint=_AGAIN
        ) from error


def _read_body(fields: Fields) -> StateFile:
    with fields, fields.child("registry") as registry, fields.child("checkpoint") as checkpoint:
        read = [(each.text("commit"), _read_object(each)) for each in fields.children("objects")]
        snapshot = Snapshot(
            environment=fields.text("env"),
            lineage=registry.text("lineage"),
            serial=fields.number("serial"),
            head=checkpoint.text("digest"),
            objects={record.address: record for _, record in read},
            sequence=checkpoint.number("sequence"),
        )
        if len(snapshot.objects) != len(read):
            raise ShapeError("an address stands twice")
        commits = {record.address: commit for commit, record in read if commit}
        return StateFile(snapshot, registry.text("backend"), commits)


def _read_object(fields: Fields) -> ObjectRecord:
    with fields:
        record = ObjectRecord(
            **fields.named_texts("address", "uid", "digest", "op_id"),
            revision=fields.number("revision"),
            body=fields.take("body"),
            protect=fields.flag("protect"),
            lifecycle=fields.choice("lifecycle", Lifecycle),
        )
    if digest_value(record.body) != record.digest:
        raise TamperedPlanError(
            f"the body of `{record.address}` is not the one that its digest names", hint=_AGAIN
        )
    return record
