"""The plan: a frozen value, and the digest that reviewers approve."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.planning._model import (
    Action,
    ChangeDirection,
    Envelope,
    EvidenceEntry,
    Operation,
    ReadEntry,
    Source,
    Summary,
    Toolchain,
)
from mlspec.planning._to_json import evidence_to_json, operation_to_json

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """What would be done to one environment of one registry, and what it rests on."""

    environment: str
    backend: str
    lineage: str
    source: Source
    toolchain: Toolchain
    read_set: tuple[ReadEntry, ...] = ()
    operations: tuple[Operation, ...] = ()
    evidence: tuple[EvidenceEntry, ...] = ()
    unchanged: int = 0
    envelope: Envelope = field(default_factory=Envelope, compare=False)

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self.operations)

    @property
    def blocked(self) -> tuple[Operation, ...]:
        """The operations that keep the plan from being applied."""
        return tuple(each for each in self.operations if each.blocked)

    @cached_property
    def body(self) -> dict[str, Json]:
        """The part of the plan file that the digest covers."""
        return {
            "env": self.environment,
            "registry": {"backend": self.backend, "lineage": self.lineage},
            "source": {"spec_digest": self.source.spec_digest, "files": dict(self.source.files)},
            "toolchain": self.toolchain.to_json(),
            "scope": {"mode": "full", "partial": False, "targets": []},
            "read_set": [each.to_json() for each in self.read_set],
            "operations": [operation_to_json(each) for each in self.operations],
            "evidence": [evidence_to_json(each) for each in self.evidence],
            "summary": self.summary.to_json(),
        }

    @cached_property
    def digest(self) -> str:
        """The digest of the canonical body: what reviewers approve."""
        return digest_value(self.body)

    @cached_property
    def summary(self) -> Summary:
        """The counts of the plan."""
        actions = [each.action for each in self.operations]
        directions = [c.direction for each in self.operations for c in each.changes]
        return Summary(
            create=actions.count(Action.CREATE),
            update=actions.count(Action.UPDATE),
            retire=actions.count(Action.RETIRE),
            unchanged=self.unchanged,
            blocked=len(self.blocked),
            loosened=directions.count(ChangeDirection.LOOSENED)
            + directions.count(ChangeDirection.UNKNOWN),
            tightened=directions.count(ChangeDirection.TIGHTENED),
        )
