"""How the records of mlspec stand in a dossier: gates, signatures, policy, the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._card_history import history_of
from mlspec.api._dossier_files import statement_digest
from mlspec.api.exports import assessed
from mlspec.ir import IndexValue, ValueStatus
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.api.item_records import RecordedItems
    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.evidence import Item
    from mlspec.lowering import AppliedChange, CardHistory
    from mlspec.reporting.exports_oscal import Assessed
    from mlspec.workspace import Resource, Workspace

__all__ = ["About", "assessed_of", "records_of"]


@dataclass(frozen=True)
class About:
    """The subject of a dossier with its models, and what is known of them.

    `kept` is the evidence of each model, in their order.
    """

    session: Session
    workspace: Workspace
    subject: Resource
    models: tuple[Resource, ...]
    report: PolicyReport
    items: tuple[Item, ...]
    kept: tuple[KeptEvidence, ...]
    recorded: RecordedItems


def assessed_of(about: About) -> Assessed:
    """Return what the packs in force say of the subject, as auditors read it."""
    return assessed(about.workspace, about.report, about.subject)


def records_of(about: About, files: Mapping[str, bytes]) -> Mapping[str, tuple[IndexValue, ...]]:
    """Return how the records of mlspec stand, by their names in the list of a law.

    `files` are those of the dossier, to which the values link.
    """
    known = history_of(about.session.backend(about.workspace.environment), about.subject)
    judged = [*zip(about.models, about.kept, strict=True)]
    return {
        "gates": tuple(_gates(about, model, kept, files) for model, kept in judged),
        "signature": tuple(_signature(about, model, kept, files) for model, kept in judged),
        "policy": (_policy(about),),
        "history": (_history(about, known),),
        "versions": (_versions(about, known),),
    }


def _gates(
    about: About, model: Resource, kept: KeptEvidence, files: Mapping[str, bytes]
) -> IndexValue:
    record, how = kept.record, f"mlspec gate run {model.address}"
    status = ValueStatus(kept.status.value)
    is_there, link = status is ValueStatus.PRESENT, _named(files, f"/{model.name}.evidence.json")
    return IndexValue(
        _of(about, model),
        status,
        f"overall verdict: {record.told}" if record else "",
        statement_digest(files[link]) if link else "",
        link,
        "" if is_there else f"{how} --env {about.workspace.environment}",
        "" if is_there else kept.reason,
    )


def _signature(
    about: About, model: Resource, kept: KeptEvidence, files: Mapping[str, bytes]
) -> IndexValue:
    label = _of(about, model)
    if kept.signers:
        link = _named(files, f"/{model.name}.evidence.json.sig")
        told = f"signed by {', '.join(kept.signers)}"
        return IndexValue(label, ValueStatus.PRESENT, told, link=link)
    how = f"mlspec gate run {model.address} --env {about.workspace.environment} --sign KEY"
    return IndexValue(label, ValueStatus.MISSING, how=how, note=kept.unsigned)


def _of(about: About, model: Resource) -> str:
    return "" if model is about.subject else f" of {model.name}"


def _named(files: Mapping[str, bytes], ending: str) -> str:
    return next((path for path in sorted(files) if path.endswith(ending)), "")


def _policy(about: About) -> IndexValue:
    told = assessed_of(about)
    if not told.packs:
        how = "bind a pack: `kind: PolicyBinding`"
        return IndexValue("", ValueStatus.MISSING, how=how, note="no policy pack is in force")
    counts: dict[str, int] = {}
    for each in told.results:
        counts[each.outcome.value] = counts.get(each.outcome.value, 0) + 1
    text = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    return IndexValue("", ValueStatus.PRESENT, text, link="policy/results.json")


def _history(about: About, known: CardHistory) -> IndexValue:
    if not known.changes:
        return _not_applied(about)
    newest = known.changes[-1]
    text = f"{counted(len(known.changes), 'change')}, the last at {newest.at}"
    return IndexValue("", ValueStatus.PRESENT, text, _event(about, newest), "audit/VERIFY.md")


def _versions(about: About, known: CardHistory) -> IndexValue:
    """Return the versions that were applied before the one of the specs, oldest first."""
    if not known.changes:
        return _not_applied(about)
    own = about.subject.metadata.version or ""
    first: dict[str, AppliedChange] = {}
    for change in known.changes:
        first.setdefault(change.version, change)
    earlier = [each for version, each in first.items() if version not in ("", own)]
    told = ", ".join(f"{each.version} (first applied at {each.at})" for each in earlier)
    text = told or f"none before {own or 'this one'}, by the ledger"
    source = "; ".join(_event(about, each) for each in earlier or known.changes[:1])
    return IndexValue("", ValueStatus.PRESENT, text, source, "audit/VERIFY.md")


def _not_applied(about: About) -> IndexValue:
    environment = about.workspace.environment
    how = f"mlspec plan --env {environment}, then mlspec apply"
    note = f"nothing was applied to `{environment}` yet"
    return IndexValue("", ValueStatus.MISSING, how=how, note=note)


def _event(about: About, change: AppliedChange) -> str:
    return f"event {change.sequence} of {about.subject.address}, {change.digest}"
