"""A metric in each slice of the rows: what is measured, what is too small, and what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.diagnostics import did_you_mean
from mlspec.evidence import PartResult, Reason, Verdict, shown
from mlspec.gates._claims import Comparison, judged
from mlspec.gates._compare import difference_interval, fewest, needs_of, pair_of, with_discordance
from mlspec.gates._decide import above, at_least, at_most, below, unmeasured
from mlspec.gates._groups import group_frame, grouping
from mlspec.gates._measure import estimate_of, interval_of, level_of
from mlspec.gates._metrics import metric_of
from mlspec.gates._parts import of_parts, unmeasured_part
from mlspec.gates._sample import one_class, part_of, readable, too_few
from mlspec.gates._slices_spec import limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.evidence import Frame, GateResult, Interval
    from mlspec.gates._decide import Bound
    from mlspec.gates._groups import Grouping
    from mlspec.gates._metrics import Metric
    from mlspec.gates._port import GateInputs
    from mlspec.gates._sample import Sample
    from mlspec.gates._slices_spec import SliceColumn, Slices
    from mlspec.stats import Bounds, FloatVector

__all__ = ["conclude"]

_MOST = 200
_TWO = 2


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of the model, and of the champion where the gate compares; of all slices or of one."""

    spec: Slices
    metric: Metric
    samples: tuple[Sample, ...]
    digests: tuple[str, ...]

    def part(self, codes: FloatVector, code: int) -> _Rows:
        parts = tuple(part_of(self.metric, each, codes, code) for each in self.samples)
        return replace(self, samples=parts)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        fewer = fewest(self.samples[0], self.samples[-1])
        if len(self.samples) < _TWO:
            return fewer
        ours, theirs = self.samples
        return with_discordance(self.metric, (ours, theirs), fewer)

    def too_few(self, *, of_all: bool = False) -> Reason | None:
        """Return the reason that a slice of these rows is too small to be decided on.

        `of_all` asks for rows of whatever class alone.
        """
        alone = self.spec.model_copy(update={"minimum_rows": self.spec.minimum_slice_rows})
        needs = [each for each in self._needs() if each[0] == "rows" or not of_all]
        return too_few(alone, tuple(needs), self.counts)

    def _needs(self) -> tuple[tuple[str, int], ...]:
        if self.spec.decide == "point":
            return self.metric.point_needs
        is_pair = len(self.samples) == _TWO
        return needs_of(self.metric, self.spec) if is_pair else self.metric.needs

    def estimate(self) -> float | Reason:
        problem = one_class(self.metric, self.samples[0])
        if problem is not None:
            return problem
        ours, *theirs = (estimate_of(self.metric, each) for each in self.samples)
        value = ours - sum(theirs)
        if math.isfinite(value):
            return value
        return Reason("undefined-metric", f"`{self.metric.name}` is undefined on these rows")

    def interval(self, level: float, seed: int) -> Interval | None:
        if len(self.samples) == _TWO:
            ours, theirs = self.samples
            return difference_interval(self.metric, (ours, theirs), level, seed)
        return interval_of(self.metric, self.samples[0], level, seed)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the slices say: numbers, those too small for one, and what decides without a number.

    What is small is left out where the gate only reports it.
    """

    comparisons: tuple[Comparison, ...] = ()
    small: tuple[PartResult, ...] = ()
    unmeasured: tuple[PartResult, ...] = ()


def conclude(spec: Slices, require: str, inputs: GateInputs) -> GateResult:
    """Return the verdict on all slices; the small ones are among them, or only listed."""
    found = _found(spec, inputs)
    if isinstance(found, Reason):
        return unmeasured(spec, require, found, metric=spec.metric)
    sign = 1 if metric_of(spec.metric).higher_is_better else -1
    parts = [*judged(spec, found.comparisons), *found.unmeasured]
    parts.sort(key=lambda each: sign * (each.estimate or 0.0))
    deciding = parts if spec.small_slices == "report" else [*parts, *found.small]
    counts = [("slices", float(len(parts))), ("smallSlices", float(len(found.small)))]
    if spec.mode is not None and inputs.unpinned:
        counts.append(("unpinnedFiles", float(len(inputs.unpinned))))
    result = of_parts(spec, require, deciding, metric=spec.metric, facts=tuple(counts))
    return replace(result, parts=(*parts, *found.small))


def _found(spec: Slices, inputs: GateInputs) -> _Found | Reason:
    rows = _rows(spec, inputs)
    if isinstance(rows, Reason):
        return rows
    if isinstance(inputs.challenger, Reason):
        return inputs.challenger
    columns = [each.column for each in spec.by]
    frame = group_frame(inputs, inputs.challenger, spec.source, spec.key, columns)
    if isinstance(frame, Reason):
        return frame
    few = too_few(spec, (("rows", 0),), rows.counts)  # of all rows together
    return _joined([_of_column(rows, frame, column) for column in spec.by], few)


def _joined(found: Sequence[_Found], undecided: Reason | None) -> _Found:
    """Return the slices of all columns, and why no number of theirs decides, where none does."""
    return _Found(
        tuple(replace(each, undecided=undecided) for one in found for each in one.comparisons),
        tuple(each for one in found for each in one.small),
        tuple(each for one in found for each in one.unmeasured),
    )


def _rows(spec: Slices, inputs: GateInputs) -> _Rows | Reason:
    metric = metric_of(spec.metric, spec.quantile)
    if isinstance(inputs.challenger, Reason):
        return inputs.challenger
    if spec.mode is None:
        sample = readable(metric, inputs.challenger, inputs.positive_threshold)
        if isinstance(sample, Reason):
            return sample
        return _Rows(spec, metric, (sample,), inputs.challenger.digests)
    pair = pair_of(metric, inputs)
    if isinstance(pair, Reason):
        return pair
    digests = () if isinstance(inputs.champion, Reason) else inputs.champion.digests
    return _Rows(spec, metric, pair, digests)


def _of_column(rows: _Rows, frame: Frame, wanted: SliceColumn) -> _Found:
    """Return each slice of one column: its number, or why it has none."""
    parted = grouping(frame, [wanted.column])
    if isinstance(parted, Reason):
        return _Found(unmeasured=(unmeasured_part(wanted.column, parted),))
    problem = _problem(parted, wanted)
    if problem is not None:
        return _Found(unmeasured=(unmeasured_part(wanted.column, problem),))
    slices = {
        name: _slice(rows.part(parted.codes, place), _titled(wanted, name))
        for place, name in enumerate(parted.names)
    }
    return _sorted_out(rows.spec, wanted, slices)


def _sorted_out(
    spec: Slices, wanted: SliceColumn, slices: Mapping[str, Comparison | PartResult]
) -> _Found:
    """Tell what decides: a slice that has to occur does, and so does a column of small ones."""
    told = {name: each for name, each in slices.items() if isinstance(each, PartResult)}
    small = {name: each for name, each in told.items() if _is_small(wanted, name, each)}
    deciding = [each for name, each in told.items() if name not in small]
    found = _Found(
        tuple(each for each in slices.values() if isinstance(each, Comparison)),
        tuple(small.values()),
        (*deciding, *_missing(wanted, slices)),
    )
    return found if spec.small_slices == "block" else _with_something_judged(wanted, found)


def _is_small(wanted: SliceColumn, name: str, each: PartResult) -> bool:
    return each.verdict is Verdict.INCONCLUSIVE and name not in wanted.expected


def _missing(wanted: SliceColumn, slices: Mapping[str, object]) -> Iterator[PartResult]:
    for name in wanted.expected:
        if name not in slices:
            close = did_you_mean(name, sorted(slices))
            rest = f"; did you mean {shown(close)}?" if close else ""
            reason = Reason("slice-missing", f"no row has {shown(name)} there{rest}")
            yield unmeasured_part(_titled(wanted, name), reason)


def _with_something_judged(wanted: SliceColumn, found: _Found) -> _Found:
    """Return what was found, where small slices are left out: all of them together decide."""
    if found.comparisons or found.unmeasured:
        return found
    sentence = f"every slice of {shown(wanted.column)} is too small, so none was judged"
    reason = Reason("slices-too-small", sentence)
    return replace(found, unmeasured=(unmeasured_part(wanted.column, reason),))


def _titled(wanted: SliceColumn, name: str) -> str:
    return f"{wanted.column}: {shown(name)}"


def _problem(parted: Grouping, wanted: SliceColumn) -> Reason | None:
    count = len(parted.names)
    if count > _MOST:
        return Reason("too-many-slices", f"there are {count} values, more than {_MOST}")
    if count == 1 and not wanted.expected:
        return Reason("single-slice", f"all rows have the value {shown(parted.names[0])}")
    return None


def _slice(rows: _Rows, name: str) -> Comparison | PartResult:
    estimate = rows.estimate()
    few = rows.too_few(of_all=isinstance(estimate, Reason))
    if few is not None:
        return PartResult(name, Verdict.INCONCLUSIVE, few.sentence, few.code, counts=rows.counts)
    if isinstance(estimate, Reason):
        return unmeasured_part(name, estimate)
    seed = stats.seed_from(rows.digests, f"{rows.spec.id}\n{name}")

    @cache
    def interval_at(level: float) -> Interval | None:
        return rows.interval(level, seed)

    def bounds_at(level: float) -> Bounds:
        found = interval_at(level)
        if found is None:
            return stats.Bounds(-math.inf, math.inf)
        return stats.Bounds(found.lower, found.upper)

    nominal = interval_at(level_of(rows.spec))
    method = nominal.method if nominal else ""
    return Comparison(name, estimate, method, bounds_at, _bound(rows.spec), rows.counts)


def _bound(spec: Slices) -> Bound:
    if spec.mode is not None:
        side = above if metric_of(spec.metric).higher_is_better else below
        return side(limit(spec, spec.mode))
    if spec.at_least is not None:
        return at_least(spec.at_least)
    return at_most(spec.at_most or 0.0)
