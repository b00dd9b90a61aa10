"""Facts of the run that wrote a record: when, by whom, where, from which commit.

They differ from run to run, so they stand in a statement of their own beside the record: judging
again gives the bytes of the record, and these say how it came about. They decide nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import Json, digest_value, pretty_json
from mlspec.evidence._model import STATEMENT_TYPE, digest_set
from mlspec.evidence._moment import moment

if TYPE_CHECKING:
    from mlspec.evidence._model import EvidenceRecord

__all__ = ["RUN_TYPE", "GateRun", "read_run", "write_run"]

RUN_TYPE = "https://mlspec.dev/attestation/gate-run/v1"
_MOST_CHARACTERS = 1000
_TEXTS = {
    "startedAt": "started_at",
    "actor": "actor",
    "ci": "ci",
    "url": "url",
    "specPath": "spec_path",
    "gitCommit": "commit",
}
"""Members that are text, and their fields; one that is not known is left out."""


@dataclass(frozen=True, slots=True)
class GateRun:
    """What is known of a run; "" and None stand for what is not.

    `started_at` is a moment in UTC; `duration_seconds` how long judging took. `ci` is the system
    that ran it, such as `github-actions`, and `url` the page of the run there. `spec_path` is the
    file of the model in the workspace, `commit` the one checked out, `dirty` whether specs
    differed from it. `signed` tells that a signature was put beside the statement.
    """

    started_at: str = ""
    duration_seconds: float | None = None
    actor: str = ""
    ci: str = ""
    url: str = ""
    spec_path: str = ""
    commit: str = ""
    dirty: bool | None = None
    signed: bool = False

    def to_json(self) -> dict[str, Json]:
        """Return what is known, as the `run` of the statement."""
        texts: dict[str, Json] = {name: getattr(self, of) for name, of in _TEXTS.items()}
        found: dict[str, Json] = {name: text for name, text in texts.items() if text}
        if self.duration_seconds is not None:
            found["durationSeconds"] = self.duration_seconds
        return found if self.dirty is None else {**found, "dirty": self.dirty}


def write_run(facts: GateRun, record: EvidenceRecord) -> str:
    """Return the statement about the run that wrote a record, as text for a file."""
    statement = _statement(facts, record)
    return pretty_json(_with(statement, {"runDigest": digest_value(statement)}))


def _statement(facts: GateRun, record: EvidenceRecord) -> dict[str, Json]:
    predicate: dict[str, Json] = {"run": facts.to_json()}
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": record.subject, "digest": digest_set(record.digest)}],
        "predicateType": RUN_TYPE,
        "predicate": {**predicate, **({"signed": True} if facts.signed else {})},
    }


def _with(statement: dict[str, Json], more: dict[str, Json]) -> dict[str, Json]:
    predicate = statement["predicate"]
    return {
        **statement,
        "predicate": {**predicate, **more} if isinstance(predicate, dict) else more,
    }


def read_run(text: str, record: EvidenceRecord) -> GateRun:
    """Return the facts of the run that wrote a record.

    Raises:
        ValueError: the text is no such statement, was changed, or is about another record.
    """
    try:
        stated = json.loads(text)
        predicate = stated["predicate"]
        facts = _facts(predicate["run"], signed=predicate.get("signed", False) is True)
        known = stated["predicateType"] == RUN_TYPE, stated["subject"][0]["digest"]
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            "it is no statement about a run of gates, or only a part of one"
        ) from error
    if known != (True, digest_set(record.digest)):
        raise ValueError("it is about another record")
    if json.loads(write_run(facts, record)) != stated:
        raise ValueError("it was changed after it was written: its digest does not match")
    return facts


def _facts(found: dict[str, Json], *, signed: bool) -> GateRun:
    texts = {field: _text(found.get(name, "")) for name, field in _TEXTS.items()}
    seconds, dirty = found.get("durationSeconds"), found.get("dirty")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | None):
        raise TypeError("not a number")
    if not isinstance(dirty, bool | None) or (
        texts["started_at"] and not moment(texts["started_at"])
    ):
        raise TypeError("neither true nor false, or no moment")
    return GateRun(**texts, duration_seconds=seconds, dirty=dirty, signed=signed)


def _text(found: Json) -> str:
    if not isinstance(found, str) or len(found) > _MOST_CHARACTERS:
        raise TypeError("not a text, or too long")
    return found
