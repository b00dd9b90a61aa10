"""The rules about what changes inside a resource."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.members import section
from mlspec.planning._contract import contract_change
from mlspec.planning._lookup import traits_of
from mlspec.planning._model import (
    ChangeDirection,
    Compatibility,
    FieldChange,
    Level,
    RiskReason,
)
from mlspec.planning._risk_case import BASELINE, BINDING, TEAM, WAIVER, WORKSPACE, Case, Finding
from mlspec.planning._risk_table import (
    base_level,
    level_of_new,
    lowered,
    raised,
)
from mlspec.planning._tiers import MODEL, PROMPT
from mlspec.planning.diff import parts_of
from mlspec.schema import FieldClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning._blast import Reach
    from mlspec.planning._model import ContractChange

__all__ = ["contract_of", "findings_of_changes"]

_TIER: Final = "spec.risk.tier"
_GUARD: Final = "metadata.protect"
_RULES: Final = (BASELINE, BINDING, TEAM, WAIVER, WORKSPACE)
"""Kinds whose rules concern every model there is and ever will be."""
_NOUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        FieldClass.ARTIFACT: "the artifact",
        FieldClass.CONTRACT: "the output contract",
        FieldClass.COSMETIC: "what only readers see",
        FieldClass.COST: "the budget",
        FieldClass.DATA: "the data",
        FieldClass.FEATURE: "the features",
        FieldClass.GATE: "the gates",
        FieldClass.MONITORING: "the monitoring",
        FieldClass.OVERSIGHT: "human oversight",
        FieldClass.OWNER: "who answers for it",
        FieldClass.POLICY: "the rules that govern it",
        FieldClass.RETRAINING: "the retraining",
        FieldClass.ROLLOUT: "the rollout",
        FieldClass.SERVING: "the serving",
        FieldClass.TIER: "the facts behind the tier",
    }
)
_VERBS: Final = MappingProxyType(
    {
        ChangeDirection.TIGHTENED: ("TIGHTENED", "tightens"),
        ChangeDirection.NEUTRAL: ("CHANGED", "changes"),
        ChangeDirection.LOOSENED: ("LOOSENED", "loosens"),
        ChangeDirection.UNKNOWN: ("LOOSENED", "may loosen"),
    }
)


def contract_of(case: Case) -> ContractChange | None:
    """Return what becomes of the contract of a model or a prompt that had one."""
    if case.kind not in (MODEL, PROMPT) or not case.is_compared or case.old is None:
        return None
    return contract_change(case.old, case.new)


def findings_of_changes(case: Case, contract: ContractChange | None) -> Iterator[Finding]:
    """Yield a finding per rule that the changes meet, with the first path where several do."""
    grouped: dict[str, list[Finding]] = {}
    for part in _parts(case):
        found = _finding(case, part)
        grouped.setdefault(found.reason.rule, []).append(found)
    findings = [_joined(group) for group in grouped.values()]
    if contract is not None and contract.compatibility is Compatibility.BREAKING:
        findings.append(_breaking(case, contract))
    yield from findings
    yield from _reach(case, findings)


def _parts(case: Case) -> Iterator[FieldChange]:
    """Yield the changes down to single values; those of a shared rollout through the reference."""
    traits = traits_of(case.kind, case.old, case.new)
    parts = parts_of(case.old, case.new, traits, case.graph.renames)
    is_shared = _policy(case.old) is not None or _policy(case.new) is not None
    if case.kind != MODEL or not is_shared:
        return iter(parts)
    own = [each for each in parts if not f"{each.path}.".startswith("spec.rollout.")]
    return iter([*own, *_shared_rollout(case)])


def _shared_rollout(case: Case) -> Iterable[FieldChange]:
    """Return what becomes of the rollout in force, the model's own or the shared one.

    What a policy that is not there says can't be known.
    """
    is_another = _policy(case.old) != _policy(case.new)
    if is_another and (_is_lost(case, case.old) or _is_lost(case, case.new)):
        unknown = ChangeDirection.UNKNOWN
        return [FieldChange("spec.rolloutPolicy", None, None, FieldClass.ROLLOUT, unknown)]
    old, new = _policy_body(case, case.old), _policy_body(case, case.new)
    return parts_of(old, new, traits_of("RolloutPolicy", old, new))


def _policy(body: Json) -> Json:
    return section(body, "spec").get("rolloutPolicy")


def _is_lost(case: Case, body: Json) -> bool:
    reference = _policy(body)
    return reference is not None and case.graph.shared_rollout(reference) is None


def _policy_body(case: Case, body: Json) -> Json:
    """Return the rollout in force as a policy of its own; what the model says goes first."""
    own = section(body, "spec").get("rollout")
    rollout = case.graph.shared_rollout(_policy(body)) if own is None else own
    return {"spec": {} if rollout is None else {"rollout": rollout}}


def _finding(case: Case, part: FieldChange) -> Finding:
    if part.field_class not in _NOUNS:
        because = "the field is not known, so nobody can say what it does"
        reason = RiskReason("R-UNKNOWN-FIELD", Level.HIGH, because, part.path)
        return Finding(reason, part.field_class)
    if part.path == _GUARD and part.direction is ChangeDirection.LOOSENED:
        because = "takes away the guard against deletion"
        reason = RiskReason("R-GUARD-LOWERED", Level.HIGH, because, part.path)
        return Finding(reason, part.field_class)
    if part.path == _TIER:
        return _tier(case, part)
    field_class, direction = _promise(case, part)
    suffix, verb = _VERBS[direction]
    rule = f"R-{field_class.value.upper()}-{suffix}"
    level = lowered(base_level(field_class, direction), _scale(case, field_class))
    because = f"{verb} {_NOUNS[field_class]}{_at(case)}"
    found = Finding(RiskReason(rule, level, because, part.path), field_class)
    return found if direction is ChangeDirection.TIGHTENED else _raised(found, case.after)


def _tier(case: Case, part: FieldChange) -> Finding:
    """A lower tier takes away what the next change needs; a higher one lets the model in anew."""
    tiers = f"the tier goes from {case.tier_old or 'none'} to {case.tier_new}"
    if part.direction is ChangeDirection.TIGHTENED:
        level = level_of_new(case.judged_at)
        reason = RiskReason("R-TIER-RAISED", level, tiers, part.path)
        return _raised(Finding(reason, case.after.widest() or FieldClass.TIER), case.after)
    reason = RiskReason("R-TIER-LOWERED", Level.CRITICAL, f"{tiers}{_at(case)}", part.path)
    return Finding(reason, FieldClass.TIER)


def _promise(case: Case, part: FieldChange) -> tuple[FieldClass, ChangeDirection]:
    """Return class and direction; a member of a team that may approve is more than a name."""
    if not (case.kind == TEAM and case.governs and _is_membership(part)):
        return FieldClass(part.field_class), part.direction
    is_added = part.old is None
    return FieldClass.POLICY, ChangeDirection.LOOSENED if is_added else ChangeDirection.TIGHTENED


def _is_membership(part: FieldChange) -> bool:
    return part.path == "spec.members" and (part.old is None or part.new is None)


def _scale(case: Case, field_class: FieldClass) -> str:
    """Return the tier to judge at: who may approve, and by which law, concerns any tier."""
    is_rule = field_class is FieldClass.POLICY and case.kind in _RULES
    return "high" if is_rule else case.judged_at


def _breaking(case: Case, contract: ContractChange) -> Finding:
    names = ", ".join(f"`{each}`" for each in contract.consumers)
    because = f"breaks the output contract{f' with {names}' if names else ''}: "
    level = lowered(Level.HIGH, case.judged_at)
    reason = RiskReason("R-CONTRACT-BREAKING", level, because + contract.reasons[0], "spec.output")
    return _raised(Finding(reason, FieldClass.CONTRACT), case.after)


def _raised(found: Finding, reach: Reach) -> Finding:
    level = raised(found.level)
    if level is found.level or not reach.is_wide(found.field_class):
        return found
    return replace(found, reason=replace(found.reason, level=level), is_raised=True)


def _joined(group: list[Finding]) -> Finding:
    """Return one finding for several of the same rule: the gravest, and in how many places."""
    first = max(group, key=lambda each: each.level.rank)
    places = len(_outermost(each.reason.path for each in group))
    if places == 1:
        return first
    because = f"{first.reason.because}, in {places} places"
    return replace(first, reason=replace(first.reason, because=because))


def _outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that do not lie inside another one."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not (found and path.startswith((f"{found[-1]}.", f"{found[-1]}["))):
            found.append(path)
    return found


def _reach(case: Case, findings: list[Finding]) -> Iterator[Finding]:
    """Yield what follows from who is reached: by how many, by nobody, by more than before."""
    wide = max((e for e in findings if e.is_raised), key=lambda e: e.level.rank, default=None)
    if wide is not None:
        because = f"many meet it at once: {case.after.said(wide.field_class)}"
        yield Finding(RiskReason("R-BLAST-WIDE", wide.level, because))
    if not case.is_new:
        yield from _withdrawn(case)
        yield from _widened(case)


def _withdrawn(case: Case) -> Iterator[Finding]:
    if case.kind == MODEL and case.before.is_live and not case.after.is_live:
        because = "it answers requests and no longer would"
        reason = RiskReason("R-WITHDRAWN-LIVE", Level.CRITICAL, because, "spec.serving")
        yield Finding(reason, FieldClass.SERVING)


def _widened(case: Case) -> Iterator[Finding]:
    widened = case.after.widened(case.before)
    if widened is not None:
        level = raised(level_of_new(case.judged_at))
        because = f"its changes reach many from now on: {case.after.said(widened)}{_at(case)}"
        yield Finding(RiskReason("R-REACH-WIDENED", level, because))


def _at(case: Case) -> str:
    return f", judged at tier {case.judged_at}" if case.judged_at else ""
