"""The risks of a plan as findings in files: what forges show beside the lines of a change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mlspec.planning import Level
from mlspec.reporting._cells import clean
from mlspec.reporting._codequality import fingerprint
from mlspec.reporting._plan_options import TOP
from mlspec.reporting._plan_order import by_risk
from mlspec.reporting._plan_policy import rule_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.planning import Operation, Plan

__all__ = ["Finding", "findings_of"]

_WORKSPACE = "mlspec.yaml"


class Finding(NamedTuple):
    """One rule that met one operation.

    `fingerprint` stays the same when lines move and when the plan is made again. What has no
    place of its own, as an object without a spec, is shown at the top of the workspace file.
    """

    rule: str
    level: Level
    is_blocking: bool
    address: str
    message: str
    file: str
    line: int
    column: int
    fingerprint: str
    suppressed: str = ""
    """Why it lets pass: the reason of a waiver; "" where it does not."""


class _Told(NamedTuple):
    rule: str
    level: Level
    because: str
    path: str = ""
    is_blocking: bool = False
    at: str = ""
    suppressed: str = ""


def findings_of(plan: Plan, folder: str = TOP) -> Iterator[Finding]:
    """Yield what blocks an operation and which rules set its level, the gravest first.

    Files are named from the top of the repository that has the workspace in `folder`.
    """
    home = _home(plan)
    seen: Counter[tuple[str, ...]] = Counter()
    for operation in by_risk(plan.operations):
        places = {each.path: each.at for each in operation.changes}
        for told in (*_told(operation), *_of_policy(plan, operation)):
            key = (plan.environment, operation.address, told.rule, told.path)
            seen[key] += 1
            at = told.at or places.get(told.path) or operation.at
            file, line, column = _place(at) or (home, 1, 1)
            yield Finding(
                rule=told.rule,
                level=told.level,
                is_blocking=told.is_blocking,
                address=clean(operation.address),
                message=f"{clean(operation.address)}: {told.because}",
                file=file if folder == TOP else f"{folder}/{file}",
                line=line,
                column=column,
                fingerprint=fingerprint(key, seen[key]),
                suppressed=told.suppressed,
            )


def _told(operation: Operation) -> Iterator[_Told]:
    blocked = operation.blocked
    if blocked:
        rule = f"blocked-{blocked.code.value}"
        yield _Told(rule, Level.CRITICAL, clean(blocked.reason), is_blocking=True)
    for each in operation.risk.reasons:
        why = f"{clean(each.because)} ({each.level.value} risk)"
        yield _Told(clean(each.rule), each.level, why, each.path)


def _of_policy(plan: Plan, operation: Operation) -> Iterator[_Told]:
    for each in rule_findings(plan.policy, operation.address):
        yield _Told(
            each.rule,
            each.level,
            each.message,
            is_blocking=each.is_blocking,
            at=each.at,
            suppressed=each.suppressed,
        )


def _home(plan: Plan) -> str:
    named = [each for each in plan.source.files if each.rpartition("/")[2] == _WORKSPACE]
    return clean(min(named, key=len, default=_WORKSPACE))


def _place(at: str) -> tuple[str, int, int] | None:
    """Return file, line and column of `file:line:column`, None for what is no place."""
    file, _, column = at.rpartition(":")
    file, _, line = file.rpartition(":")
    if not file or not (line.isdecimal() and column.isdecimal()):
        return None
    return clean(file), max(1, int(line)), max(1, int(column))
