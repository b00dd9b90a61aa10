"""The plan: a frozen value, and the digests that reviewers approve."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.ledger.policy_facts import PolicyView
from mlspec.planning._model import (
    Action,
    ChangeDirection,
    Envelope,
    EvidenceEntry,
    Freeze,
    Level,
    Operation,
    ReadEntry,
    Requirement,
    Scope,
    Source,
    Summary,
    Toolchain,
)
from mlspec.planning._to_json import (
    evidence_to_json,
    freeze_to_json,
    operation_to_json,
    risk_facts,
    scope_to_json,
)

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """What would be done to one environment of one registry, and what it rests on.

    `required_approvals` are empty where none are required. `expires_at` is the first moment at
    which the plan can no longer be applied, "" for never. `freezes` are all windows of the
    environment, whether one is open is known when the plan is applied. `policy` is what the packs
    in force say; empty where there are none.
    """

    environment: str
    backend: str
    lineage: str
    source: Source
    toolchain: Toolchain
    scope: Scope = field(default_factory=Scope)
    read_set: tuple[ReadEntry, ...] = ()
    operations: tuple[Operation, ...] = ()
    evidence: tuple[EvidenceEntry, ...] = ()
    unchanged: int = 0
    require_approvals: bool = False
    required_approvals: tuple[Requirement, ...] = ()
    authors: tuple[str, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    expires_at: str = ""
    policy: PolicyView = field(default_factory=PolicyView)
    envelope: Envelope = field(default_factory=Envelope, compare=False)

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to apply, shown or not."""
        return self.summary.total > 0

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
            "scope": scope_to_json(self.scope),
            "read_set": [each.to_json() for each in self.read_set],
            "operations": [operation_to_json(each) for each in self.operations],
            "evidence": [evidence_to_json(each) for each in self.evidence],
            "require_approvals": self.require_approvals,
            "required_approvals": [each.to_json() for each in self.required_approvals],
            "authors": list(self.authors),
            "freezes": [freeze_to_json(each) for each in self.freezes],
            "expires_at": self.expires_at,
            "risk_digest": self.risk_digest,
            "summary": self.summary.to_json(),
            **({} if self.policy.is_empty else {"policy": self.policy.to_json()}),
        }

    @cached_property
    def digest(self) -> str:
        """The digest of the canonical body: what reviewers approve."""
        return digest_value(self.body)

    @cached_property
    def risk_digest(self) -> str:
        """The digest of what approvals rest on: they carry over to a plan that has the same.

        That is where the plan applies, what each operation does and risks, the evidence, the
        approvals that are asked for, the policy packs and what did not simply pass by them; not
        the read set, the spec files or the places in them.
        """
        evidence = {each.address: [each.status, each.digest] for each in self.evidence}
        return digest_value(
            {
                "env": self.environment,
                "lineage": self.lineage,
                "operations": [risk_facts(each) for each in self.operations],
                "evidence": evidence,
                "required_approvals": [each.to_json() for each in self.required_approvals],
                **({} if self.policy.is_empty else {"policy": self.policy.risk_facts()}),
            }
        )

    @cached_property
    def summary(self) -> Summary:
        """The counts of the plan."""
        actions = [each.action for each in self.operations]
        levels = [each.risk.level for each in self.operations]
        return Summary(
            create=actions.count(Action.CREATE),
            update=actions.count(Action.UPDATE),
            retire=actions.count(Action.RETIRE),
            unchanged=self.unchanged,
            blocked=len(self.blocked),
            loosened=sum(map(_loosening, self.operations)),
            tightened=sum(map(_tightening, self.operations)),
            rename=actions.count(Action.RENAME),
            delete=actions.count(Action.DELETE),
            adopt=actions.count(Action.ADOPT),
            forget=actions.count(Action.FORGET),
            max_risk=max(levels, key=lambda each: each.rank, default=Level.NONE),
        )


def _loosening(operation: Operation) -> int:
    """Return how many changes loosen, or may."""
    directions = (ChangeDirection.LOOSENED, ChangeDirection.UNKNOWN)
    return _going(operation, directions, ("-LOOSENED", "-LOWERED"))


def _tightening(operation: Operation) -> int:
    return _going(operation, (ChangeDirection.TIGHTENED,), ("-TIGHTENED", "-RAISED"))


def _going(
    operation: Operation, directions: tuple[ChangeDirection, ...], rules: tuple[str, ...]
) -> int:
    """Return how many changes go one way; one where rules alone tell of it.

    A change of a section may go both ways inside, and a member who joins a team that may approve
    loosens what the field alone does not say.
    """
    changes = sum(each.direction in directions for each in operation.changes)
    return changes or int(any(each.rule.endswith(rules) for each in operation.risk.reasons))
