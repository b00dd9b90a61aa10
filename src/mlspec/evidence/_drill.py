"""A fire drill of a retraining: what was proven of the way from an alert to the registry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value, pretty_json

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["DrillLink", "DrillRecord", "DrillStatus", "read_drill", "write_drill"]

_FORMAT = "mlspec.drill/1.0"


class DrillStatus(StrEnum):
    """What is known of one link."""

    PROVEN = "proven"
    FAILED = "failed"
    """It was tried, and did something else than it must."""
    NOT_PROVEN = "not-proven"
    """It could not be tried here."""
    MISSING = "missing"
    """The specs do not have it."""


@dataclass(frozen=True, slots=True)
class DrillLink:
    """One link of the way. `trigger` is empty where a link serves all; `step` says what to do."""

    id: str
    status: DrillStatus
    told: str
    step: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class DrillRecord:
    """What one drill found. `path_digest` covers all that the spec says of the way.

    `as_of` is the moment in UTC; `seed` what chance was drawn from: the rest is the same for the
    same files.
    """

    subject: str
    environment: str
    path_digest: str
    tool_version: str
    as_of: str
    drift: str
    strength: float
    seed: int
    links: tuple[DrillLink, ...]

    @property
    def rehearsed(self) -> tuple[str, ...]:
        """The triggers whose whole way is proven, sorted."""
        shared = [each for each in self.links if not each.trigger]
        if not all(each.status is DrillStatus.PROVEN for each in shared):
            return ()
        own: dict[str, bool] = {}
        for each in self.links:
            if each.trigger:
                is_proven = each.status is DrillStatus.PROVEN
                own[each.trigger] = own.get(each.trigger, True) and is_proven
        return tuple(sorted(name for name, is_proven in own.items() if is_proven))


def write_drill(record: DrillRecord) -> str:
    """Return a record as one JSON document with its own digest."""
    body = _body(record)
    return pretty_json({**body, "digest": digest_value(body)})


def read_drill(text: str) -> DrillRecord | None:
    """Return the record of a document; None where it is none, or was changed."""
    try:
        found = json.loads(text)
        stated = found.pop("digest")
        record = _record(found)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None
    return record if _body(record) == found and digest_value(_body(record)) == stated else None


def _body(record: DrillRecord) -> dict[str, Json]:
    return {
        "format": _FORMAT,
        "address": record.subject,
        "env": record.environment,
        "pathDigest": record.path_digest,
        "toolVersion": record.tool_version,
        "asOf": record.as_of,
        "drift": record.drift,
        "strength": record.strength,
        "seed": record.seed,
        "links": [
            {
                "id": each.id,
                "trigger": each.trigger,
                "status": each.status.value,
                "told": each.told,
                "step": each.step,
            }
            for each in record.links
        ],
        "rehearsed": list(record.rehearsed),
    }


def _record(found: dict[str, object]) -> DrillRecord:
    links = found["links"]
    if not isinstance(links, list):
        raise TypeError("`links` is no list")
    return DrillRecord(
        subject=str(found["address"]),
        environment=str(found["env"]),
        path_digest=str(found["pathDigest"]),
        tool_version=str(found["toolVersion"]),
        as_of=str(found["asOf"]),
        drift=str(found["drift"]),
        strength=float(str(found["strength"])),
        seed=int(str(found["seed"])),
        links=tuple(_link(each) for each in links),
    )


def _link(found: dict[str, str]) -> DrillLink:
    return DrillLink(
        found["id"], DrillStatus(found["status"]), found["told"], found["step"], found["trigger"]
    )
