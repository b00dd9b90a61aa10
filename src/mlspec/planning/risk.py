"""What an operation means: its level, the rules that set it, whom it reaches, the way back.

Pure: it asks the two bodies and what is desired, and nothing else. A plan makes one `Assessor`
and asks it about every operation; an apply makes another one, and finds what was tampered with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._blast import Graph
from mlspec.planning._model import Action, Blast, Reversibility, Risk
from mlspec.planning._moves import renames_in
from mlspec.planning._risk_actions import findings_of_action, is_live_withdrawal
from mlspec.planning._risk_case import WORKSPACE, Case
from mlspec.planning._risk_changes import contract_of, findings_of_changes
from mlspec.planning._risk_table import WITH_DATA, gravest
from mlspec.planning._tiers import PROMPT
from mlspec.schema import FieldClass
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._model import ContractChange, Move, Operation, RiskReason
    from mlspec.planning._risk_case import Finding
    from mlspec.planning.desired import Desired

__all__ = ["Assessor"]


class Assessor:
    """Judges operations against one set of desired resources.

    The graph of references is read once, on the first question that needs it.
    """

    def __init__(
        self,
        desired: Mapping[str, Desired],
        recorded: Mapping[str, Json] | None = None,
        touched: Collection[str] = (),
        moves: Sequence[Move] = (),
    ) -> None:
        """Take what is desired, and the bodies of live models that are not as they are desired.

        `touched` are the addresses that operations write or take away: those models change, the
        others among the recorded ones stay as they are. `moves` tell of resources that have
        another address now.
        """
        found = recorded or {}
        self._desired = desired
        self.renames = renames_in(desired, moves)
        left = frozenset(found) - frozenset(touched)
        self._graph = Graph(desired, found, left, self.renames)

    def assess(
        self, operation: Operation, old_body: Json, was: Lifecycle = Lifecycle.LIVE
    ) -> Operation:
        """Return the operation with its risk, and what becomes of its output contract.

        `old_body` is what the registry holds, None where it holds nothing; for a rename that at
        the address before. `was` is the lifecycle of that record: what is retired already answers
        no requests. The bodies decide, not the changes that the operation lists.
        """
        wanted = self._desired.get(operation.address) if operation.writes else None
        new = wanted.body if wanted else None
        case = Case(operation, old_body, new, self._graph, was)
        contract = contract_of(case)
        return replace(operation, risk=_risk(case, contract), contract=contract)


def _risk(case: Case, contract: ContractChange | None) -> Risk:
    findings = list(findings_of_action(case))
    if case.is_compared:
        findings += findings_of_changes(case, contract)
    return Risk(
        level=gravest(tuple(each.level for each in findings)),
        reasons=_ordered(findings),
        tier_old=case.tier_old,
        tier_new=case.tier_new,
        judged_at=case.judged_at,
        reversibility=_reversibility(case, findings),
        blast=_blast(case, findings),
    )


def _ordered(findings: Iterable[Finding]) -> tuple[RiskReason, ...]:
    """Return the reasons, gravest first; what counts for nothing only where nothing else does.

    Among equals, what happens to a field stands before what follows for the whole.
    """
    reasons = sorted(
        {each.reason for each in findings},
        key=lambda each: (-each.level.rank, not each.path, each.rule, each.path, each.because),
    )
    return tuple(each for each in reasons if each.level.rank) or tuple(reasons)


def _reversibility(case: Case, findings: Iterable[Finding]) -> Reversibility:
    if case.operation.action is Action.DELETE:
        return Reversibility.IRREVERSIBLE
    is_text = case.kind == PROMPT  # the registry has the one before
    is_made_again = not is_text and any(each.field_class in WITH_DATA for each in findings)
    if is_made_again or is_live_withdrawal(case):
        return Reversibility.WITH_DATA
    return Reversibility.REVERSIBLE


def _blast(case: Case, findings: Iterable[Finding]) -> Blast:
    if not case.operation.writes:
        is_live = is_live_withdrawal(case)
        return Blast(float(is_live), case.before.consumers, case.before.dependants)
    if case.operation.action is Action.CREATE:
        return Blast(consumers=case.after.consumers)  # it has answered nothing yet
    if case.kind == WORKSPACE:
        return Blast(dependants=case.graph.patched(case.old, case.new))
    classes = {each.field_class for each in findings if each.field_class}
    if case.is_new:
        classes.add(FieldClass.ARTIFACT)
    return case.after.blast(case.before, classes)
