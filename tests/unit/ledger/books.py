"""Ledgers for tests: what runs write, made by the real constructors and kept in lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlspec.canonical import digest_value
from mlspec.ledger import (
    Applied,
    RunFacts,
    change_event,
    make_checkpoint,
    renamed_head,
    run_statement,
)
from mlspec.state import Head, ObjectRecord, RunOperation, RunOutcome, RunRecord, Snapshot

AT = "2026-01-02T03:04:05+00:00"


def record(address="model/churn", revision=1, text="", **changes):
    """Return an object whose body differs by revision and text."""
    body = {"kind": "Model", "metadata": {"name": address}, "spec": {"n": revision, "text": text}}
    fields = {"uid": f"u-{address}", "digest": digest_value(body), "body": body} | changes
    return ObjectRecord(address=address, revision=revision, **fields)


def facts(serial, operations=(), *, plan="sha256:aa", environment="prod", lineage="L1", **changes):
    """Return what a run says of itself."""
    told = {
        "run_id": f"{serial}-aa",
        "plan_digest": plan,
        "risk_digest": "sha256:bb",
        "spec_digest": "sha256:cc",
        "commit": "c0ffee",
        "environment": environment,
        "lineage": lineage,
        "serial": serial,
        "actor": "ana",
        "at": AT,
        "outcome": RunOutcome.APPLIED,
        "operations": tuple(operations),
    }
    return RunFacts(**(told | changes))


def run_of(told, statement):
    """Return the record of a run with these facts."""
    return RunRecord(
        told.run_id,
        told.plan_digest,
        told.environment,
        told.serial,
        told.actor,
        told.at,
        told.operations,
        told.outcome,
        statement.digest,
        told.break_glass,
    )


def write(transaction, *records, plan="sha256:aa", **changes):
    """Write objects with events, statement, checkpoint and run, as an apply does."""
    state, heads = transaction.snapshot(), dict(transaction.heads())
    operations = [RunOperation(each.address, "update", each.op_id) for each in records]
    told = facts(
        state.serial + 1,
        operations,
        plan=plan,
        environment=state.environment,
        lineage=state.lineage,
        **changes,
    )
    statement = run_statement(told)
    transaction.keep([statement])
    events = []
    for each in records:
        transaction.put(each)
        head = heads.get(each.address, Head())
        made = change_event(head, told, statement.digest, applied(each))
        heads[each.address] = Head(made.sequence, made.digest)
        events.append(made)
    transaction.append(events)
    moved = [each.address for each in records]
    previous = Head(state.sequence, state.head)
    transaction.seal(make_checkpoint(previous, told, statement.digest, heads, moved))
    transaction.finish(run_of(told, statement))


def applied(each, action="update", pre="", previous=""):
    """Return what became of an object."""
    return Applied(
        each.address,
        action,
        each.uid,
        each.revision,
        pre,
        each.digest,
        previous_address=previous,
        protect=each.protect,
        lifecycle=each.lifecycle,
    )


@dataclass
class Book:
    """A ledger in memory, written run by run."""

    events: list = field(default_factory=list)
    checkpoints: list = field(default_factory=list)
    statements: dict = field(default_factory=dict)
    runs: list = field(default_factory=list)
    objects: dict = field(default_factory=dict)
    heads: dict = field(default_factory=dict)

    @property
    def snapshot(self):
        newest = self.checkpoints[-1] if self.checkpoints else None
        head, sequence = (newest.digest, newest.sequence) if newest else ("", 0)
        return Snapshot("prod", "L1", len(self.runs), head, dict(self.objects), sequence)

    def run(self, *records, renamed_from="", kept=(), **changes):
        """Write one run over these objects."""
        operations = [RunOperation(each.address, "update") for each in records]
        told = facts(len(self.runs) + 1, operations, **changes)
        statement = run_statement(told)
        for each in (statement, *kept):
            self.statements[each.digest] = each
        for each in records:
            head = self.heads.get(each.address, Head())
            if renamed_from:
                head = renamed_head(self.heads[renamed_from], head)
                del self.objects[renamed_from]
            made = change_event(head, told, statement.digest, applied(each, previous=renamed_from))
            self.heads[each.address] = Head(made.sequence, made.digest)
            self.events.append(made)
            self.objects[each.address] = each
        self._seal(told, statement, [each.address for each in records])
        return self

    def _seal(self, told, statement, moved):
        before = self.snapshot
        previous = Head(before.sequence, before.head)
        self.checkpoints.append(
            make_checkpoint(previous, told, statement.digest, self.heads, moved)
        )
        self.runs.append(run_of(told, statement))
        self.events.sort(key=lambda each: (each.address, each.sequence))
