"""The record of a run that a registry keeps, from the facts that its statement tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.state import RunRecord

if TYPE_CHECKING:
    from mlspec import ledger

__all__ = ["run_record"]


def run_record(facts: ledger.RunFacts, statement: str) -> RunRecord:
    """Return the record of a run; `statement` is the digest of what was told of it."""
    return RunRecord(
        run_id=facts.run_id,
        plan_digest=facts.plan_digest,
        environment=facts.environment,
        serial=facts.serial,
        actor=facts.actor,
        at=facts.at,
        operations=facts.operations,
        outcome=facts.outcome,
        statement=statement,
        break_glass=facts.break_glass,
    )
