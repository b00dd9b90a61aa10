"""Ledgers for tests: runs written through the port of a registry, or held in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mlspec.canonical import digest_value
from mlspec.ledger import (
    Applied,
    RunFacts,
    change_event,
    make_checkpoint,
    renamed_head,
    run_statement,
)
from mlspec.state import (
    Head,
    Journal,
    ObjectRecord,
    RunOperation,
    RunOutcome,
    RunRecord,
    Snapshot,
    StepStatus,
)

BODY = {"kind": "Model", "metadata": {"name": "churn"}, "spec": {"floor": 0.9, "on": True}}
PLAN = "sha256:" + "ab" * 32


@dataclass(frozen=True)
class Change:
    """One operation of a run; `record` is how the object is afterwards, or was before a delete."""

    record: ObjectRecord
    action: str = "update"
    pre: str = ""
    previous: str = ""
    is_gone: bool = False

    @property
    def op_id(self):
        return self.record.op_id or f"op-{self.record.address}-{self.record.revision}"


def record(address="model/churn", body=None, **changes):
    """An object."""
    body = BODY if body is None else body
    fields = {"uid": "u1", "revision": 1, "digest": digest_value(body), "body": body} | changes
    return ObjectRecord(address=address, **fields)


def at(serial):
    """The moment of a run."""
    return f"2026-01-02T03:{serial // 60 % 60:02}:{serial % 60:02}+00:00"


def facts_of(snapshot, changes, **told):
    """What the next run says of itself."""
    serial = snapshot.serial + 1
    operations = tuple(RunOperation(x.record.address, x.action, x.op_id) for x in changes)
    usual = RunFacts(
        run_id=f"{serial}-ab",
        plan_digest=PLAN,
        risk_digest="",
        spec_digest="",
        commit="",
        environment=snapshot.environment,
        lineage=snapshot.lineage,
        serial=serial,
        actor="ana",
        at=at(serial),
        outcome=RunOutcome.APPLIED,
        operations=operations,
    )
    return replace(usual, **told)


def events_of(facts, statement, changes, heads):
    """The events of a run; `heads` moves along."""
    events = []
    for each in changes:
        address = each.record.address
        head = heads.get(address, Head())
        if each.previous:
            head = renamed_head(heads[each.previous], head)
        event = change_event(head, facts, statement.digest, _applied(each))
        heads[address] = Head(event.sequence, event.digest)
        events.append(event)
    return events


def run_of(facts, statement=""):
    """The run as a history shows it."""
    return RunRecord(
        facts.run_id,
        facts.plan_digest,
        facts.environment,
        facts.serial,
        facts.actor,
        facts.at,
        facts.operations,
        facts.outcome,
        statement,
        facts.break_glass,
    )


def _applied(change):
    record = change.record
    return Applied(
        address=record.address,
        action=change.action,
        uid=record.uid,
        revision=record.revision,
        pre=change.pre,
        post="" if change.is_gone else record.digest,
        previous_address=change.previous,
        protect=record.protect,
        lifecycle=record.lifecycle,
    )


def write(transaction, *changes, sign=None, kept=(), **told):
    """Write changes as an apply does; records alone are updates. Returns the run."""
    changes = [x if isinstance(x, Change) else Change(x) for x in changes]
    state, heads = transaction.snapshot(), dict(transaction.heads())
    facts = facts_of(state, changes, **told)
    if not transaction.is_atomic:
        steps = dict.fromkeys((x.op_id for x in changes), StepStatus.PENDING)
        transaction.begin(Journal(facts.run_id, facts.plan_digest, facts.actor, facts.at, steps))
    for each in changes:
        _write_one(transaction, each)
    statement = run_statement(facts)
    transaction.keep([*kept, statement])
    transaction.append(events_of(facts, statement, changes, heads))
    moved = [x.record.address for x in changes]
    previous = Head(state.sequence, state.head)
    checkpoint = make_checkpoint(previous, facts, statement.digest, heads, moved)
    signature = sign(checkpoint) if sign else ""
    transaction.seal(replace(checkpoint, signature=signature))
    run = run_of(facts, statement.digest)
    transaction.finish(run)
    return run


def _write_one(transaction, change):
    record = replace(change.record, op_id=change.op_id)
    if change.is_gone:
        transaction.remove(record.address, record.op_id)
    elif change.previous:
        transaction.rename(change.previous, record)
    else:
        transaction.put(record)


def apply(registry, *changes, **told):
    """Write changes in one transaction."""
    with registry.transaction("ana@laptop") as transaction:
        return write(transaction, *changes, **told)


@dataclass
class Ledger:
    """A registry in memory whose parts a test may change behind its back."""

    objects: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    checkpoints: list = field(default_factory=list)
    statements: dict = field(default_factory=dict)
    runs: list = field(default_factory=list)
    written: list = field(default_factory=list)
    serial: int = 0
    head: Head = field(default_factory=Head)
    is_atomic: bool = True

    @property
    def state(self):
        return Snapshot(
            "prod", "L1", self.serial, self.head.digest, self.objects, self.head.sequence
        )

    def apply(self, *changes, **told):
        """Apply changes; returns itself."""
        write(self, *changes, **told)
        return self

    def snapshot(self):
        return replace(self.state, objects=dict(self.objects))

    def heads(self):
        return {x.address: Head(x.sequence, x.digest) for x in self.events}

    def bodies(self):
        """All bodies that were ever written and not lost, by digest."""
        there = [x for x in self.objects.values() if x.body is not None]
        return {x.digest: x.body for x in (*self.written, *there)}

    def lose(self, digest):
        """Lose a body, as a registry that keeps each of them once."""
        self.written = [x for x in self.written if x.digest != digest]
        self.objects |= {
            address: replace(x, body=None)
            for address, x in self.objects.items()
            if x.digest == digest
        }

    def put(self, record):
        self.objects[record.address] = record
        self.written.append(record)

    def rename(self, previous, record):
        del self.objects[previous]
        self.put(record)

    def remove(self, address, _op_id):
        del self.objects[address]

    def append(self, events):
        self.events = sorted([*self.events, *events], key=lambda x: (x.address, x.sequence))

    def keep(self, statements):
        self.statements |= {x.digest: x for x in statements}

    def seal(self, checkpoint):
        self.checkpoints.append(checkpoint)
        self.head = Head(checkpoint.sequence, checkpoint.digest)

    def finish(self, run):
        self.runs = [x for x in self.runs if x.serial != run.serial] + [run]
        self.serial = run.serial
