"""Evidence items that a registry keeps: what runs told of them, long after files are gone.

An apply keeps the statement of every item about what it writes, and the envelope of those signed,
by digest. The paper itself stays where it was: git, or the folder of papers, has it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from mlspec.api._subjects import SUBJECT_KINDS
from mlspec.api.evidence_items import has_items, items_at, with_paper
from mlspec.api.evidence_store import seal_path
from mlspec.api.files import read_text
from mlspec.canonical import canonical_json, digest_bytes
from mlspec.evidence import Item, ItemStatus, read_item, standing
from mlspec.ledger.evidence_seals import envelope_kept
from mlspec.ledger.item_facts import ItemFact
from mlspec.planning.audit import audit_log
from mlspec.planning.signers_then import signers_then
from mlspec.planning.views import read_facts
from mlspec.policy import models_in
from mlspec.state import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.evidence import ItemRecord
    from mlspec.kinds.system import SystemSpec
    from mlspec.ledger import RunFacts
    from mlspec.planning import Operation
    from mlspec.planning.signers_then import SignersThen
    from mlspec.registry import Backend
    from mlspec.workspace import Resource, Workspace

__all__ = ["RecordedItems", "items_then", "kept_items"]

_MEND = "run `mlspec audit verify` to see what was done to the record"


def kept_items(
    root: Path, workspace: Workspace, operations: Iterable[Operation], signers: str
) -> tuple[tuple[ItemFact, ...], tuple[Statement, ...]]:
    """Return what a run tells of evidence items, and the documents behind them.

    They are the items about the models, systems and data sets that it writes, and about the models
    of systems among these, as they stand now. `signers` are the allowed signers in force. An item
    that is not whole is no evidence, and is not kept.

    Raises:
        UsageError: items lead out of the workspace, or can't be read.
    """
    if not has_items(root, workspace):
        return (), ()
    found = [
        _fact(root, resource, each, each.record)
        for resource in _subjects(workspace, operations)
        for each in items_at(root, workspace, resource, {}, signers)
        if each.is_whole and each.record is not None
    ]
    kept = {each.digest: each for _, documents in found for each in documents}
    return tuple(fact for fact, _ in found), tuple(kept[each] for each in sorted(kept))


def _subjects(workspace: Workspace, operations: Iterable[Operation]) -> Iterator[Resource]:
    written = {each.address for each in operations if each.writes}
    found = [workspace.resources[each] for each in sorted(written & workspace.resources.keys())]
    parts = (
        model
        for each in found
        if each.kind == "System"
        for model in models_in(workspace, cast("SystemSpec", each.spec))  # of systems only
    )
    every = [*(each for each in found if each.kind in SUBJECT_KINDS), *parts]
    yield from {each.address: each for each in every}.values()


def _fact(
    root: Path, resource: Resource, item: Item, record: ItemRecord
) -> tuple[ItemFact, tuple[Statement, ...]]:
    """Return what is told of an item; its statement and, where a signature counts, the envelope."""
    statement = _kept_form(record)
    envelope = _kept(read_text(seal_path(root / item.file)).encode()) if item.signers else None
    fact = ItemFact(
        resource.address,
        resource.metadata.version or "",
        item.kind,
        item.part,
        item.status.value,
        statement.digest,
        envelope.digest if envelope else "",
        item.digest,
    )
    return fact, (statement, envelope) if envelope else (statement,)


def _kept_form(record: ItemRecord) -> Statement:
    return _kept(canonical_json(record.statement(recordDigest=record.digest)))


def _kept(content: bytes) -> Statement:
    return Statement(digest_bytes(content), content.decode())


class RecordedItems:
    """The evidence items that a registry keeps; it is read once, when it is first asked."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def of(self, address: str, version: str = "") -> tuple[Item, ...]:
        """Return the items of the newest run that tells of a resource, of a version if named.

        Each is whole or says what was done to it; how it stands today is not told. Signatures are
        held against the keys that the registry had recorded before that run.

        Raises:
            RegistryUnavailableError: the registry can't be read.
        """
        if not any(each.items for each in self._runs):
            return ()
        names = {address, *(each.event.address for each in audit_log(self._backend, address))}
        for facts in self._runs:
            told = [
                each
                for each in facts.items
                if each.address in names and version in ("", each.version)
            ]
            if told:
                return tuple(replace(self._item(facts, each), address=address) for each in told)
        return ()

    def envelope_of(self, item: Item) -> str:
        """Return the signed envelope around an item that `of` returned; "" where none counted."""
        own = {_kept_form(item.record).digest} if item.record is not None else set()
        named = {
            each.envelope
            for facts in self._runs
            if facts.run_id == item.run
            for each in facts.items
            if each.digest in own
        }
        found = self._backend.statements(named - {""}).values()
        return next((each.content for each in found), "")

    @cached_property
    def _runs(self) -> tuple[RunFacts, ...]:
        """What runs say of themselves, the newest first."""
        statements = [each.statement for each in self._backend.runs()]
        told = dict(read_facts(self._backend.statements({*statements} - {""})))
        return tuple(told[each] for each in reversed(statements) if each in told)

    @cached_property
    def _signers(self) -> SignersThen:
        return signers_then(tuple(self._backend.events()), self._backend.bodies)

    def _item(self, facts: RunFacts, fact: ItemFact) -> Item:
        kept = self._backend.statements({fact.digest, fact.envelope} - {""})
        item = Item(fact.address, fact.kind, ItemStatus(fact.status), run=facts.run_id)
        try:
            record = read_item(_content(fact, kept))
            names, unsigned = self._signed(facts, fact, kept)
        except ValueError as error:
            told = f"run {facts.run_id}: {error}"
            item = replace(item, status=ItemStatus.CONFLICT, reason=told)
            return replace(item, is_whole=False, mend=_MEND)
        return replace(item, record=record, signers=names, unsigned=unsigned)

    def _signed(
        self, facts: RunFacts, fact: ItemFact, kept: Mapping[str, Statement]
    ) -> tuple[tuple[str, ...], str]:
        """Return who signed with a key that was in force then, or why nobody counts.

        Raises:
            ValueError: the envelope is gone, or is not around the statement.
        """
        if not fact.envelope:
            return (), "no signature counted when it was applied"
        from mlspec.ledger import envelopes
        from mlspec.ledger.signing import EVIDENCE_NAMESPACE

        found = envelope_kept(fact, kept)
        if not isinstance(found, str):
            keys = self._signers.of_run(facts.serial)
            sealed = envelopes.sealed_by(found, keys, EVIDENCE_NAMESPACE)
            return sealed.signers, "" if sealed.signers else "; ".join(sealed.notes)
        raise ValueError(found)


def items_then(root: Path, workspace: Workspace, recorded: Sequence[Item]) -> tuple[Item, ...]:
    """Return items of a version that is gone as they stand on the day of the workspace.

    What they are bound to is as it was then; only days pass. One that did not hold then does not
    hold now.

    Raises:
        UsageError: the folder of papers leads out of the workspace.
    """
    records = [each.record for each in recorded if each.record is not None]
    then = {bound.name: bound.digest for each in records for bound in each.bound}
    stood = {(each.kind, each.part): each for each in recorded}
    found = (_as_then(each, stood) for each in standing(recorded, then, (), workspace.today))
    return tuple(with_paper(root, workspace, each) for each in found)


def _as_then(item: Item, stood: Mapping[tuple[str, str], Item]) -> Item:
    before = stood[item.kind, item.part]
    if before.is_good or not item.is_good:
        return item
    return item.told(before.status, f"so it stood when run {before.run} was made")


def _content(fact: ItemFact, kept: Mapping[str, Statement]) -> str:
    """Return the text of a statement.

    Raises:
        ValueError: the registry has lost it, or it was edited there.
    """
    if fact.digest not in kept:
        raise ValueError(f"the registry has lost the statement {fact.digest[:19]}")
    content = kept[fact.digest].content
    if digest_bytes(content.encode()) != fact.digest:
        raise ValueError(f"the statement {fact.digest[:19]} was edited in the registry")
    return content
