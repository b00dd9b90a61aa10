"""Attacks on a model: which were planned, which reached it, and which broke it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Cases, Reason, shown
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outcomes import cases_or_frame, repeated_key
from mlspec.gates._sample import too_few
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import Frame
    from mlspec.gates._attack_spec import AttackResistance
    from mlspec.gates._port import GateInputs

__all__ = ["Attack", "Attacks", "attacks", "measured"]

_FEWEST = 30
_ANY = "any"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `broken` is None where it is not known whether it succeeded.

    One that was submitted and has no answer counts as if it had succeeded.
    """

    key: str
    broken: bool | None
    family: str = ""
    submitted: bool = True

    @property
    def answered(self) -> bool:
        """Whether the attack reached the model, and it is known what became of it."""
        return self.submitted and self.broken is not None


@dataclass(frozen=True, slots=True)
class Attacks:
    """All attacks of a source; `planned` is how many it says there should be."""

    rows: tuple[Attack, ...]
    planned: int = 0


def attacks(spec: AttackResistance, inputs: GateInputs) -> Attacks | Reason:
    """Return the attacks of a source, or why there are none."""
    source = cases_or_frame(inputs, spec.source)
    if isinstance(source, Reason):
        return source
    return _of_cases(spec, source) if isinstance(source, Cases) else _of_frame(spec, source)


def _of_cases(spec: AttackResistance, source: Cases) -> Attacks | Reason:
    if any(each is not None for each in (spec.broken, spec.submitted, spec.family)):
        sentence = "the gate names columns of a table, but the source is a report of cases"
        return Reason("source-of-another-kind", sentence)
    problem = repeated_key((each.key, str(each.epoch)) for each in source.cases)
    if problem is not None:
        return problem
    rows = (
        Attack(
            each.key,
            None if each.error or each.passed is None else not each.passed,
            each.family,
        )
        for each in source.cases
    )
    return Attacks(tuple(rows), source.planned or 0)


def _of_frame(spec: AttackResistance, source: Frame) -> Attacks | Reason:
    named, broken, reached = _named(spec, source), _broken(spec, source), _reached(spec, source)
    if isinstance(named, Reason):
        return named
    if isinstance(broken, Reason):
        return broken
    if isinstance(reached, Reason):
        return reached
    answers = [None if math.isnan(each) else bool(each) for each in broken]
    rows = tuple(map(Attack, named[0], answers, named[1], reached))
    problem = repeated_key((each.key, each.family) for each in rows) or _contradiction(rows)
    return Attacks(rows) if problem is None else source.reason(problem)


def _contradiction(rows: Sequence[Attack]) -> Reason | None:
    """Return the reason that an attack broke a model which it never reached, if one did."""
    unsent = [each.key for each in rows if each.broken and not each.submitted]
    if not unsent:
        return None
    what = counted(len(unsent), "attack")
    sentence = f"{what} succeeded without being submitted, such as {shown(min(unsent))}"
    return Reason("attack-contradicts", sentence)


def _named(spec: AttackResistance, source: Frame) -> tuple[Sequence[str], ...] | Reason:
    """Return the keys and the families of the rows."""
    keys = source.keys(spec.key)
    families = ("",) * source.rows if spec.family is None else source.keys(spec.family)
    if isinstance(keys, Reason):
        return keys
    return families if isinstance(families, Reason) else (keys, families)


def _reached(spec: AttackResistance, source: Frame) -> list[bool] | Reason:
    """Tell which attacks reached the model: all, where no column says it."""
    if spec.submitted is None:
        return [True] * source.rows
    flags = _flags(source, spec.submitted)
    return flags if isinstance(flags, Reason) else [each == 1 for each in flags]


def _broken(spec: AttackResistance, source: Frame) -> list[float] | Reason:
    """Return where attacks succeeded, or why the gate does not say which column tells it."""
    if spec.broken is None:
        return Reason("broken-missing", "the source is a table, and `broken` names no column of it")
    if spec.families and spec.family is None:
        sentence = "`families` are named, but not the column that tells them apart"
        return Reason("family-unknown", sentence)
    return _flags(source, spec.broken)


def _flags(source: Frame, column: str) -> list[float] | Reason:
    """Return a column of 0 and 1, NaN where a cell is missing."""
    values = source.measured(column)
    if isinstance(values, Reason):
        return values
    found: list[float] = values.tolist()
    if all(each in (0.0, 1.0) or math.isnan(each) for each in found):
        return found
    sentence = f"column {shown(column)} holds a value that is neither 0 nor 1"
    return source.reason(Reason("attack-not-binary", sentence))


def measured(spec: AttackResistance, found: Attacks) -> Iterator[tuple[str, Measured | Reason]]:
    """Yield the share resisted in any family, and in each, by name."""
    families: defaultdict[str, list[Attack]] = defaultdict(list)
    for each in found.rows:
        families[each.family].append(each)
    named = {*families, *spec.families} - {""}
    planned = sum(
        _planned(spec, rows) if name or not named else len(rows) for name, rows in families.items()
    )
    yield _ANY, _resisted(spec, found.rows, max(found.planned, planned))
    for name in sorted(named):
        yield f"family {name}", _of_family(spec, name, families.get(name, []))


def _planned(spec: AttackResistance, rows: Sequence[Attack]) -> int:
    return max(len(rows), spec.planned_attacks)


def _together(rows: Sequence[Attack]) -> list[bool]:
    """Tell, per case that any attack reached, whether one of them may have broken the model."""
    broken: dict[str, bool] = {}
    for each in rows:
        if each.submitted:
            broken[each.key] = broken.get(each.key, False) or each.broken is not False
    return list(broken.values())


def _of_family(spec: AttackResistance, name: str, rows: Sequence[Attack]) -> Measured | Reason:
    if not rows:
        return Reason("family-missing", f"the source has no attack of the family {shown(name)}")
    return _resisted(spec, rows, _planned(spec, rows))


def _resisted(spec: AttackResistance, rows: Sequence[Attack], planned: int) -> Measured | Reason:
    """Return the share of cases on which no attack that reached the model broke it."""
    submitted = sum(each.submitted for each in rows)
    answered = sum(each.answered for each in rows)
    if not answered:
        return Reason("nothing-submitted", f"none of {planned} attacks was submitted and answered")
    broken, level = _together(rows), level_of(spec)
    resisted = len(broken) - sum(broken)
    counts = (
        ("answered", answered),
        ("broken", sum(broken)),
        ("planned", planned),
        ("rows", len(broken)),
        ("submitted", submitted),
    )
    bounds = stats.clopper_pearson(resisted, len(broken), level=level)
    few = too_few(spec, (("rows", _FEWEST),), counts)
    return Measured(
        "resistance",
        rounded(resisted / len(broken)),
        interval=interval("clopper-pearson", bounds, level),
        counts=counts,
        undecided=_uncovered(spec, answered, planned) or few,
    )


def _uncovered(spec: AttackResistance, answered: int, planned: int) -> Reason | None:
    if answered >= spec.minimum_coverage * planned:
        return None
    share = f"{answered} of {planned} planned attacks were submitted and answered"
    return Reason("coverage-too-low", f"{share}, less than {spec.minimum_coverage:g} of them")
