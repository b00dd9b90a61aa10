"""Which operations of a plan a report shows; the plan itself stays whole.

In: a plan and what somebody wants to see of it. Out: addresses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.members import section, text
from mlspec.planning._glob import glob
from mlspec.planning._model import Level
from mlspec.planning._paths import file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from mlspec.planning._model import Operation
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired

    Test = Callable[[Operation], bool]

__all__ = ["restricted", "selected", "touched"]


def restricted(plan: Plan, addresses: Collection[str]) -> Plan:
    """Return a plan for a report on some operations; a notice says how many it leaves out.

    Digests, counts and approvals stay those of the whole plan, which is what is applied.
    """
    shown = tuple(each for each in plan.operations if each.address in addresses)
    hidden, all_of_them = len(plan.operations) - len(shown), len(plan.operations)
    if not hidden:
        return plan
    blocked = sum(each.address not in addresses for each in plan.blocked)
    notice = f"FILTERED: {hidden:,} of {all_of_them:,} operations are hidden" + (
        f", {blocked:,} of them blocked" if blocked else ""
    )
    notices = (*plan.envelope.notices, f"{notice}; apply does all of them")
    view = replace(plan, operations=shown, envelope=replace(plan.envelope, notices=notices))
    # computed once per plan, and taken over: a report states the digest that is approved
    for name in ("body", "digest", "risk_digest", "summary"):
        vars(view)[name] = getattr(plan, name)
    return view


def selected(
    operations: Iterable[Operation], expressions: Sequence[str], desired: Mapping[str, Desired]
) -> frozenset[str]:
    """Return the addresses of the operations that fit any of the expressions.

    An expression is an address, with `*` and `?` for any characters, or `kind:Model`,
    `owner:TEAM`, `risk:LEVEL` (that level or above), `action:delete`.

    Raises:
        UsageError: an expression is none of these.
    """
    tests = [_test(each, desired) for each in expressions]
    return frozenset(
        each.address for each in operations if any(is_wanted(each) for is_wanted in tests)
    )


def touched(
    operations: Iterable[Operation], files: Collection[str], desired: Mapping[str, Desired]
) -> frozenset[str]:
    """Return the addresses of operations that come from one of the files, or depend on one.

    An operation that stands in no file, such as a retirement, can't be told apart: it is shown.
    """
    sources = {address: {file_of(each.locate(()))} for address, each in desired.items()}
    return frozenset(
        each.address
        for each in operations
        if not each.at or _files(each, sources, desired) & {*files}
    )


def _files(
    operation: Operation, sources: Mapping[str, set[str]], desired: Mapping[str, Desired]
) -> set[str]:
    """Return the files of an operation: of its fields, and of all that it refers to."""
    found = {file_of(operation.at), *(file_of(each.at) for each in operation.changes)}
    seen, waiting = {operation.address}, [operation.address]
    while waiting:
        wanted = desired.get(waiting.pop())
        for reference in wanted.references if wanted else ():
            if reference not in seen:
                seen.add(reference)
                waiting.append(reference)
                found |= sources.get(reference, set())
    return found


def _test(expression: str, desired: Mapping[str, Desired]) -> Test:
    name, colon, value = expression.partition(":")
    if not colon:
        is_named = glob(expression)
        return lambda each: is_named(each.address) or is_named(each.previous)
    found = _tests_of(value, desired).get(name)
    if found is None:
        raise UsageError(
            f"`{expression}` selects nothing that there is",
            hint="`model/*`, `kind:Model`, `owner:TEAM`, `action:delete`, or `risk:` with "
            + ", ".join(Level),
        )
    return found


def _tests_of(value: str, desired: Mapping[str, Desired]) -> dict[str, Test]:
    """Return the tests that a value can be for, by the word before the colon."""
    tests: dict[str, Test] = {
        "kind": lambda each: each.kind == value,
        "owner": lambda each: _owner(each, desired) == value,
        "action": lambda each: each.action.value == value,
    }
    if value in tuple(Level):
        tests["risk"] = lambda each: each.risk.level.rank >= Level(value).rank
    return tests


def _owner(operation: Operation, desired: Mapping[str, Desired]) -> str:
    wanted = desired.get(operation.address)
    return text(section(wanted.body if wanted else None, "metadata"), "owner")
