"""The rules about a resource that comes, goes or gets another name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.kinds import find_kind
from mlspec.members import section
from mlspec.planning._lookup import known_fields
from mlspec.planning._model import Action, ChangeDirection, Level, RiskReason
from mlspec.planning._risk_case import BASELINE, BINDING, WAIVER, Finding
from mlspec.planning._risk_table import base_level, gravest
from mlspec.planning._tiers import MODEL
from mlspec.schema import FieldClass
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.planning._risk_case import Case

__all__ = ["findings_of_action", "is_live_withdrawal"]

_WITHDRAWN: Final = MappingProxyType(
    {
        Action.RETIRE: ("RETIRE", "R-RETIRED", "is no longer in the specs"),
        Action.DELETE: ("DELETE", "R-DELETED", "loses its record"),
        Action.FORGET: ("FORGET", "R-FORGOTTEN", "is left to others"),
    }
)
_LAW: Final = MappingProxyType(
    {
        BASELINE: ((True, "findings that are known stop nothing"), (False, "they stop again")),
        BINDING: ((False, "a pack of rules comes into force"), (True, "its pack rules no longer")),
        WAIVER: ((True, "a rule need not hold for a while"), (False, "its rule holds again")),
    }
)
"""By kind: whether it loosens, and why, where it comes and where it goes."""


def findings_of_action(case: Case) -> Iterator[Finding]:
    """Yield what the action asks for, whatever changes inside."""
    yield from _of_law(case)
    if not case.operation.writes:
        yield from _withdrawal(case)
        return
    if case.operation.action is Action.RENAME:
        because = f"it was `{case.operation.previous}`; its identity and record stay"
        yield _about("R-RENAMED", Level.LOW, because)
    if case.is_new:
        yield _newcomer(case)
    if case.operation.action is Action.CREATE:
        yield from _unknown(case)
    elif case.old is None:
        yield _about("R-UNKNOWN-FIELD", Level.HIGH, "what it was before is not known")


def _of_law(case: Case) -> Iterator[Finding]:
    """Yield what a binding, a waiver or a baseline that comes or goes does to the rules of models.

    A pack that is bound tightens, and a rule that need not hold for a while, or a list of findings
    that stop nothing, loosens; that one of them goes does the opposite.
    """
    is_gone = not case.operation.writes
    if case.kind not in _LAW or not (is_gone or case.is_new):
        return
    is_looser, because = _LAW[case.kind][is_gone]
    does = ChangeDirection.LOOSENED if is_looser else ChangeDirection.TIGHTENED
    level = base_level(FieldClass.POLICY, does)
    reason = RiskReason(f"R-POLICY-{does.value.upper()}", level, because)
    yield Finding(reason, FieldClass.POLICY)


def is_live_withdrawal(case: Case) -> bool:
    """Tell whether a model goes that answers requests; one that is not known may do so."""
    if case.operation.writes or case.kind != MODEL or case.was is not Lifecycle.LIVE:
        return False
    return case.before.is_live or case.old is None


def _newcomer(case: Case) -> Finding:
    tier = f" for tier {case.judged_at}" if case.judged_at else ""
    rule, because = "R-CREATED", f"it is new{tier}"
    if case.operation.action is Action.ADOPT:
        rule, because = "R-ADOPTED", f"it was left to others and is governed again{tier}"
    elif case.operation.action is not Action.CREATE:
        rule, because = "R-RESTORED", f"it was withdrawn and is back{tier}"
    if case.governs:
        because = "it decides who may approve, or what the environment asks for"
    return _about(rule, case.level_of_whole, because)


def _withdrawal(case: Case) -> Iterator[Finding]:
    word, rule, because = _WITHDRAWN[case.operation.action]
    if is_live_withdrawal(case):
        serves = "it answers requests" if case.old is not None else "it may answer requests"
        yield _about(f"R-{word}-LIVE", Level.CRITICAL, f"{serves} and {because}")
        return
    yield _about(rule, _level_of_withdrawal(case), f"it {because}")


def _level_of_withdrawal(case: Case) -> Level:
    """A deleted model can come back as another one, with nothing to compare it to."""
    if case.operation.action is not Action.DELETE:
        return case.level_of_whole
    least = Level.CRITICAL if case.kind == MODEL else Level.MEDIUM
    return gravest((least, case.level_of_whole))


def _unknown(case: Case) -> Iterator[Finding]:
    """Yield what of a new resource is not known: its kind, or a section that its kind lacks."""
    if find_kind(case.kind) is None:
        yield _about("R-UNKNOWN-FIELD", Level.HIGH, f"the kind `{case.kind}` is not known")
        return
    for part in ("metadata", "spec"):
        written = section(case.new, part)
        for key in sorted(written.keys() - known_fields(case.kind, part)):
            because = "the field is not known, so nobody can say what it does"
            yield _about("R-UNKNOWN-FIELD", Level.HIGH, because, f"{part}.{key}")


def _about(rule: str, level: Level, because: str, path: str = "") -> Finding:
    return Finding(RiskReason(rule, level, because, path))
