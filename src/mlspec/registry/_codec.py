"""Records of a registry as bytes and back. What does not decode raises `ValueError`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.state import (
    BreakGlass,
    Checkpoint,
    Event,
    Head,
    LackingApprovals,
    Lifecycle,
    ObjectRecord,
    PassedOver,
    RunOperation,
    RunOutcome,
    RunRecord,
    StepStatus,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json

__all__ = [
    "Meta",
    "checkpoint_from",
    "events_from",
    "heads_from",
    "json_of",
    "lines_of_events",
    "lines_of_heads",
    "lines_of_objects",
    "meta_from",
    "objects_from",
    "run_from",
    "value_from",
]

FORMAT = "mlspec.registry/1"


@dataclass(frozen=True, slots=True)
class Meta:
    """The counters of one environment; all empty before the first run."""

    environment: str
    lineage: str = ""
    serial: int = 0
    sequence: int = 0
    head: str = ""
    format: str = FORMAT


def json_of(record: Meta | Checkpoint | RunRecord) -> bytes:
    """Return one record as one line."""
    return canonical_json(asdict(record)) + b"\n"


def meta_from(content: bytes) -> Meta:
    """Return the counters that a file holds."""
    fields = _mapping(value_from(content))
    return Meta(
        environment=_text(fields, "environment"),
        lineage=_text(fields, "lineage"),
        serial=_count(fields, "serial"),
        sequence=_count(fields, "sequence"),
        head=_text(fields, "head"),
        format=_text(fields, "format"),
    )


def lines_of_objects(objects: Mapping[str, ObjectRecord]) -> bytes:
    """Return one line for each object, sorted by address; bodies are kept apart."""
    return _lines(
        {
            "address": each.address,
            "digest": each.digest,
            "lifecycle": each.lifecycle,
            "op_id": each.op_id,
            "protect": each.protect,
            "revision": each.revision,
            "uid": each.uid,
        }
        for _, each in sorted(objects.items())
    )


def objects_from(content: bytes) -> dict[str, ObjectRecord]:
    """Return the objects by address, without their bodies."""
    return {each.address: each for each in map(_object, _rows(content))}


def _object(fields: dict[str, Json]) -> ObjectRecord:
    return ObjectRecord(
        address=_text(fields, "address"),
        uid=_text(fields, "uid"),
        revision=_count(fields, "revision"),
        digest=_text(fields, "digest"),
        protect=fields.get("protect") is True,
        lifecycle=Lifecycle(_text(fields, "lifecycle")),
        op_id=_text(fields, "op_id"),
    )


def lines_of_heads(heads: Mapping[str, Head]) -> bytes:
    """Return one line for each chain of events, sorted by address."""
    return _lines(
        {"address": address, "digest": each.digest, "sequence": each.sequence}
        for address, each in sorted(heads.items())
    )


def heads_from(content: bytes) -> dict[str, Head]:
    """Return the heads of the chains by address."""
    return {
        _text(fields, "address"): Head(_count(fields, "sequence"), _text(fields, "digest"))
        for fields in _rows(content)
    }


def lines_of_events(events: Iterable[Event]) -> bytes:
    """Return one line for each event, in the order given."""
    return _lines(
        {
            "address": each.address,
            "body": each.body,
            "digest": each.digest,
            "previous": each.previous,
            "sequence": each.sequence,
        }
        for each in events
    )


def events_from(content: bytes) -> list[Event]:
    """Return the events of one chain, oldest first."""
    return [
        Event(
            address=_text(fields, "address"),
            sequence=_count(fields, "sequence"),
            previous=_text(fields, "previous"),
            body=_mapping(fields.get("body")),
            digest=_text(fields, "digest"),
        )
        for fields in _rows(content)
    ]


def checkpoint_from(content: bytes) -> Checkpoint:
    """Return one link of the chain of checkpoints."""
    fields = _mapping(value_from(content))
    return Checkpoint(
        sequence=_count(fields, "sequence"),
        previous=_text(fields, "previous"),
        body=_mapping(fields.get("body")),
        digest=_text(fields, "digest"),
        signature=_text(fields, "signature"),
    )


def run_from(content: bytes) -> RunRecord:
    """Return one run that ended."""
    fields = _mapping(value_from(content))
    operations = fields.get("operations")
    listed = operations if isinstance(operations, list) else [None]
    return RunRecord(
        run_id=_text(fields, "run_id"),
        plan_digest=_text(fields, "plan_digest"),
        environment=_text(fields, "environment"),
        serial=_count(fields, "serial"),
        actor=_text(fields, "actor"),
        at=_text(fields, "at"),
        operations=tuple(_operation(_mapping(each)) for each in listed),
        outcome=RunOutcome(_text(fields, "outcome")),
        statement=_text(fields, "statement"),
        break_glass=_break_glass(fields.get("break_glass")),
    )


def _operation(fields: dict[str, Json]) -> RunOperation:
    return RunOperation(
        address=_text(fields, "address"),
        action=_text(fields, "action"),
        op_id=_text(fields, "op_id"),
        status=StepStatus(_text(fields, "status")),
        note=_text(fields, "note"),
    )


def _break_glass(value: Json) -> BreakGlass | None:
    if value is None:
        return None
    fields = _mapping(value)
    return BreakGlass(
        _text(fields, "role"),
        _text(fields, "reason"),
        _text(fields, "reviewed_by"),
        _passed_over(_mapping(fields.get("passed_over"))),
    )


def _passed_over(fields: dict[str, Json]) -> PassedOver:
    return PassedOver(
        approvals=tuple(
            LackingApprovals(_text(each, "role"), _count(each, "count"))
            for each in map(_mapping, _list(fields, "approvals"))
        ),
        expired_at=_text(fields, "expired_at"),
        freezes=tuple(map(str, _list(fields, "freezes"))),
        authors_unknown=fields.get("authors_unknown") is True,
        rules=tuple(map(str, _list(fields, "rules"))) if "rules" in fields else (),
    )


def _lines(rows: Iterable[object]) -> bytes:
    return b"".join(canonical_json(row) + b"\n" for row in rows)


def _rows(content: bytes) -> Iterable[dict[str, Json]]:
    return (_mapping(value_from(line)) for line in content.splitlines())


def value_from(content: bytes) -> Json:
    """Return the value of a JSON text."""
    try:
        value: Json = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


def _mapping(value: Json) -> dict[str, Json]:
    if isinstance(value, dict):
        return value
    raise ValueError("it is no mapping")


def _list(fields: dict[str, Json], key: str) -> list[Json]:
    value = fields.get(key)
    if isinstance(value, list):
        return value
    raise ValueError(f"`{key}` is no list")


def _text(fields: dict[str, Json], key: str) -> str:
    value = fields.get(key)
    if isinstance(value, str):
        return value
    raise ValueError(f"`{key}` is no text")


def _count(fields: dict[str, Json], key: str) -> int:
    value = fields.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(f"`{key}` is no number")
