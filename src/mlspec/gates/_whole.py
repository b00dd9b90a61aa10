"""Whether the parts in a record are all that there were, those included that no spec names.

Slices, groups and bins part the rows, so the rows of all parts are those of the predictions, and a
part that was struck leaves some over. Every two groups are compared, or each with the reference.
Features are those of the file, windows follow from the moment of the run. No number is believed
that can be had from elsewhere: whoever strikes a part has to make up all others along with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import singledispatch
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict, instant, shown, shown_part
from mlspec.gates._attack_spec import WITHOUT_FAMILY, AttackResistance
from mlspec.gates._calibration_spec import Calibration
from mlspec.gates._concept_drift_spec import ConceptDrift, window_names
from mlspec.gates._data_drift_spec import DataDrift
from mlspec.gates._fairness_spec import Fairness, reference_among, titles
from mlspec.gates._slices_spec import Slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.evidence import GateResult, PartResult
    from mlspec.gates._spec import GateSpecBase

__all__ = ["Seen", "missing_parts"]

_MEASURED = (Verdict.PASS, Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the data besides what a gate says of it; None and absent is not compared.

    `rows` are those of the predictions, `as_of` is the moment of the run, `features` are the names
    of what the reference of a drift gate holds, by source.
    """

    rows: int | None = None
    as_of: str = ""
    features: Mapping[str, Sequence[str]] = field(default_factory=dict)


def missing_parts(spec: GateSpecBase, result: GateResult, seen: Seen) -> Iterator[str]:
    """Yield how the parts of a verdict are not all that there were, in words.

    A part that misses its limit makes the gate fail, and one that was not measured keeps it from
    passing: nobody gains by striking others, so only what passes or is open is looked at.
    """
    if result.verdict in _MEASURED:
        yield from _missing(spec, result, seen)


@singledispatch
def _missing(_spec: GateSpecBase, _result: GateResult, _seen: Seen) -> Iterator[str]:
    yield from ()


@_missing.register(Slices)
def _(spec: Slices, result: GateResult, seen: Seen) -> Iterator[str]:
    for each in spec.by:
        rows = sum(_count(part, "rows") for part in _under(f"{each.column}: ", result.parts))
        yield from _unlike(each.column, rows, seen.rows)


@_missing.register(Calibration)
def _(spec: Calibration, result: GateResult, seen: Seen) -> Iterator[str]:
    if spec.metric == "mce":
        rows = sum(_count(part, "rows") for part in result.parts)
        yield from _unlike("score", rows, seen.rows)


@_missing.register(Fairness)
def _(spec: Fairness, result: GateResult, seen: Seen) -> Iterator[str]:
    for title, rate in titles(spec):
        parts = _under(f"{title}{rate}: ", result.parts)
        if spec.metric == "calibration-error":
            yield from _unlike(title, sum(_count(part, "rows") for part in parts), seen.rows)
        else:
            yield from _not_every_pair(title, parts, reference_among(spec, title), seen.rows)


def _not_every_pair(
    title: str, parts: Sequence[PartResult], reference: str | None, rows: int | None
) -> Iterator[str]:
    """Yield which comparisons of groups are missing; the rows of groups follow from all of them."""
    pairs = [each for each in parts if _pair(each)]
    small = sum(_count(each, "rows") for each in parts if each not in pairs)
    if reference is not None:
        yield from _unlike(title, small + _with_reference(pairs, reference), rows)
        return
    groups = (1 + math.isqrt(1 + 8 * len(pairs))) // 2
    if groups * (groups - 1) // 2 != len(pairs):
        yield f"of {shown(title)} it lacks the comparison of two groups"
        return
    total, rest = divmod(sum(map(_pair, pairs)), max(groups - 1, 1))
    yield from _unlike(title, small + total + rest, rows)


def _with_reference(pairs: Sequence[PartResult], reference: str) -> int:
    """Return the rows of all groups, each of which is compared with one; that counts once."""
    name, own, others = shown(reference), 0, 0
    for each in pairs:
        side, other = ("lower", "higher") if f": {name} / " in each.name else ("higher", "lower")
        own, others = _side(each, side), others + _side(each, other)
    return own + others


def _pair(part: PartResult) -> int:
    return _side(part, "lower") + _side(part, "higher")


def _side(part: PartResult, side: str) -> int:
    counts = dict(part.counts)
    return counts.get(f"{side}Rows", counts.get(f"{side}Trials", 0))


@_missing.register(AttackResistance)
def _(_spec: AttackResistance, result: GateResult, _seen: Seen) -> Iterator[str]:
    together = sum(_count(each, "submitted") for each in result.parts if each.name == "any")
    families = sum(_count(each, "submitted") for each in _under("family ", result.parts))
    alone = int(dict(result.facts).get(WITHOUT_FAMILY, 0))
    yield from _unlike("families", families + alone, together, "attacks")


@_missing.register(ConceptDrift)
def _(spec: ConceptDrift, result: GateResult, seen: Seen) -> Iterator[str]:
    now = instant(seen.as_of)
    names = {each.name for each in result.parts}
    expected = () if now is None else window_names(spec, now)
    yield from (f"it has no part {shown_part(each)}" for each in expected if each not in names)


@_missing.register(DataDrift)
def _(spec: DataDrift, result: GateResult, seen: Seen) -> Iterator[str]:
    names = {each.name for each in result.parts}
    if any(each.name == "*" for each in spec.features):
        judged = set(seen.features.get(spec.reference, ())) - set(spec.ignore)
        yield from (f"it has no part {shown_part(each)}" for each in sorted(judged - names))


def _under(head: str, parts: Sequence[PartResult]) -> list[PartResult]:
    return [each for each in parts if each.name.startswith(head)]


def _count(part: PartResult, name: str) -> int:
    return dict(part.counts).get(name, 0)


def _unlike(title: str, found: int, there: int | None, what: str = "rows") -> Iterator[str]:
    if there not in (None, found):
        yield f"its parts by {shown(title)} are of {found} {what}, and there are {there}"
