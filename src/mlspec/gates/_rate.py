"""The rate of yes over all runs of all cases, those without an answer included."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import MAX_ROWS, Reason, Verdict
from mlspec.gates._decide import at_least, judge
from mlspec.gates._judge import agreement, judge_labels
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outcomes import CaseColumns, Outcome, Outcomes, outcomes
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.evidence import Interval
    from mlspec.gates._judge import Labels
    from mlspec.gates._llm_quality_spec import LlmQuality
    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector

__all__ = ["measure"]

_FEWEST_CASES = 30
_FEWEST_CLUSTERS = 10
"""Below this, the cluster-robust interval is too narrow even with t (Cameron et al. 2008)."""
_JUDGED_TWICE = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """0 or 1 per planned run, and the code of the cluster that it belongs to.

    `unanswered` runs are among them, with the answer that counts against the requirement.
    """

    values: FloatVector
    clusters: FloatVector
    counts: tuple[tuple[str, int], ...]
    unanswered: int
    epochs: int

    @property
    def rate(self) -> float:
        return float(self.values.mean())


@dataclass(frozen=True, slots=True)
class _Judged:
    """What labels of people say about the judge: what is wrong with it, and numbers beside it."""

    labels: Labels | None = None
    doubt: Reason | None = None
    facts: tuple[tuple[str, float], ...] = ()


def measure(spec: LlmQuality, inputs: GateInputs) -> Measured | Reason:
    """Return the rate over all planned runs, or why there is none."""
    columns = CaseColumns(spec.key, spec.score, spec.cluster, spec.epoch)
    found = outcomes(inputs, spec.source, columns)
    if isinstance(found, Reason):
        return found
    problem = _not_binary(spec, found.rows)
    if problem is not None:
        return problem
    judged = _judged(spec, inputs)
    if isinstance(judged, Reason):
        return judged
    answers = _answers(spec, found)
    return answers if isinstance(answers, Reason) else _measured(spec, answers, judged)


def _not_binary(spec: LlmQuality, rows: Iterable[Outcome]) -> Reason | None:
    if spec.score_at_least is not None or spec.score_at_most is not None:
        return None
    other = next((each for each in rows if each.value not in (None, 0.0, 1.0)), None)
    if other is None:
        return None
    sentence = (
        f"`{spec.score}` is {other.value:g} for a case: state `scoreAtLeast` or `scoreAtMost`"
    )
    return Reason("score-not-binary", sentence)


def _answers(spec: LlmQuality, found: Outcomes) -> _Answers | Reason:
    """Return one answer per planned run; missing ones follow those that are there."""
    runs = Counter(each.key for each in found.rows)
    planned = max(found.planned, spec.planned_results, len(runs) * max(runs.values()))
    if planned > MAX_ROWS:
        return Reason("too-large", f"{planned} results are planned, more than {MAX_ROWS}")
    missing = planned - len(found.rows)
    against = 0.0 if spec.at_least is not None else 1.0
    values = [_answer(spec, each.value, against) for each in found.rows] + [against] * missing
    clusters = _clusters(found.rows)
    counts = _counts(found.rows, len(runs), len(set(clusters)), missing)
    clusters += range(len(clusters), len(clusters) + missing)
    return _Answers(
        stats.vector(values),
        stats.vector(clusters),
        tuple(counts.items()),
        sum(each.value is None for each in found.rows) + missing,
        min(runs.values()),
    )


def _clusters(rows: Iterable[Outcome]) -> list[int]:
    """Return the code of each run's cluster; the runs of a case without one are one."""
    names = [("cluster", e.cluster) if e.cluster else ("case", e.key) for e in rows]
    codes: dict[tuple[str, str], int] = {}
    return [codes.setdefault(name, len(codes)) for name in names]


def _counts(rows: Sequence[Outcome], cases: int, clusters: int, missing: int) -> dict[str, int]:
    failed = sum(each.failed for each in rows)
    return {
        "clusters": clusters,
        "errors": failed,
        "missing": missing,
        "results": len(rows),
        "rows": cases,
        "unscored": sum(each.value is None for each in rows) - failed,
    }


def _answer(spec: LlmQuality, value: float | None, against: float) -> float:
    if value is None:
        return against
    if spec.score_at_least is not None:
        return float(value >= spec.score_at_least)
    if spec.score_at_most is not None:
        return float(value <= spec.score_at_most)
    return value


def _judged(spec: LlmQuality, inputs: GateInputs) -> _Judged | Reason:
    """Hold the judge against people; without labels, what it said is not known to mean anything."""
    if spec.judge is None:
        return _Judged()
    labels = judge_labels(spec.judge, inputs)
    if isinstance(labels, Reason):
        return labels
    kappa = agreement(spec, spec.judge.weighting, labels, unit="labels")
    if isinstance(kappa, Reason):
        return kappa
    verdict, why = judge(spec, kappa, at_least(spec.judge.at_least))
    facts = (("kappa", kappa.estimate), *((f"judge.{name}", n) for name, n in kappa.facts))
    if verdict is Verdict.PASS or why is None:
        return _Judged(labels, None, facts)
    sentence = f"kappa of the judge and people has to reach {spec.judge.at_least:g}: {why.sentence}"
    return _Judged(labels, Reason("judge-not-validated", sentence), facts)


def _measured(spec: LlmQuality, answers: _Answers, judged: _Judged) -> Measured | Reason:
    level = level_of(spec)
    rate, ends = answers.rate, _interval(answers, level)
    facts = dict(judged.facts) | {"errorRate": rounded(answers.unanswered / answers.values.size)}
    if spec.rate == "corrected" and judged.labels is not None:
        corrected = _corrected(answers, judged.labels, level)
        if isinstance(corrected, Reason):
            return corrected
        facts["observedRate"] = rounded(rate)
        rate, ends = corrected
    return Measured(
        spec.score or "passed",
        rounded(rate),
        interval=ends,
        counts=answers.counts,
        undecided=_undecided(spec, answers) or judged.doubt,
        facts=tuple(sorted(facts.items())),
    )


def _undecided(spec: LlmQuality, answers: _Answers) -> Reason | None:
    share = answers.unanswered / answers.values.size
    if share > spec.maximum_error_rate:
        sentence = (
            f"{answers.unanswered} of {answers.values.size} results have no answer, a share of "
            f"{share:.6g}, but at most {spec.maximum_error_rate:g} is allowed"
        )
        return Reason("too-many-errors", sentence)
    twice = spec.judge is not None and spec.judge.is_stochastic
    needed = max(spec.minimum_epochs, _JUDGED_TWICE if twice else 1)
    if answers.epochs < needed:
        sentence = f"a case was run {answers.epochs} times, but {needed} are needed"
        return Reason("too-few-epochs", sentence)
    needs = (("rows", _FEWEST_CASES), ("clusters", _FEWEST_CLUSTERS))
    return too_few(spec, needs, answers.counts)


def _interval(answers: _Answers, level: float) -> Interval | None:
    total, rows = float(answers.values.sum()), answers.values.size
    if _units(answers.clusters) == rows:
        return interval("wilson", stats.wilson(total, rows, level=level), level)
    bounds = stats.clustered_share(answers.values, answers.clusters, level=level)
    return interval("cluster-robust", bounds, level)


def _units(clusters: FloatVector) -> float:
    """Return the effective number of clusters, that of rows where each is its own."""
    sizes = stats.vector([float(count) for count in Counter(clusters.tolist()).values()])
    return stats.effective_sample_size(sizes) if sizes.size < clusters.size else clusters.size


def _corrected(
    answers: _Answers, labels: Labels, level: float
) -> tuple[float, Interval | None] | Reason:
    if not (stats.is_binary(labels.judge) and stats.is_binary(labels.human)):
        return Reason("label-not-binary", "a rate is corrected where verdicts are 0 or 1 alone")
    units = _units(answers.clusters)
    rates = stats.judge_rates(labels.judge, labels.human)
    flagged = stats.Share(answers.rate * units, units)
    true = stats.rogan_gladen(flagged, rates.sensitivity, rates.specificity, level=level)
    if math.isnan(true.rate):
        return Reason("undefined-metric", "the judge does no better than chance")
    return true.rate, interval("rogan-gladen", true.bounds, level)
