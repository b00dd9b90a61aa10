"""Yes or no for each case of an evaluation suite; what has no answer stays among the cases."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.evidence import Cases, Frame, Reason, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mlspec.evidence import Case
    from mlspec.gates._port import GateInputs

__all__ = ["CaseColumns", "Outcome", "Outcomes", "cases_or_frame", "outcomes", "repeated_key"]


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Where the answer stands: a named score, or the columns of a table.

    `score` is None for "all assertions of the case"; `cluster` and `epoch` are columns of a table.
    """

    key: str
    score: str | None
    cluster: str | None = None
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of one case.

    `value` is the score, None where there is none; `failed` is true where the run itself went
    wrong. Outcomes of one `cluster` depend on each other.
    """

    key: str
    value: float | None
    failed: bool = False
    cluster: str = ""
    epoch: str = "1"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All runs of all cases; `planned` is how many runs the file says there should be."""

    rows: tuple[Outcome, ...]
    planned: int = 0
    digest: str = ""


def cases_or_frame(inputs: GateInputs, name: str) -> Cases | Frame | Reason:
    """Return a source of cases, be it the report of a tool or a table."""
    found = inputs.source(name, Cases)
    if isinstance(found, Reason) and found.code == "source-of-another-kind":
        return inputs.source(name, Frame)
    return found


def outcomes(inputs: GateInputs, name: str, columns: CaseColumns) -> Outcomes | Reason:
    """Return the outcomes of a source, or why it has none; no case of it is left out."""
    source = cases_or_frame(inputs, name)
    if isinstance(source, Reason):
        return source
    found = _of_cases(source, columns) if isinstance(source, Cases) else _of_frame(source, columns)
    if isinstance(found, Reason):
        return found
    problem = repeated_key(map(_place, found.rows)) or _nothing(found.rows)
    if problem is None:
        return found
    return Reason(problem.code, f"{shown(source.material.file)}: {problem.sentence}")


def _place(case: Outcome) -> tuple[str, str]:
    """Return the key of a case with its epoch, where cases are repeated."""
    return case.key, "" if case.epoch == "1" else f"epoch {case.epoch}"


def repeated_key(keys: Iterable[tuple[str, str]]) -> Reason | None:
    """Return the reason that a case stands twice in the same place, if one does."""
    counted = Counter(keys)
    twice = next((key for key, count in counted.items() if count > 1), None)
    if twice is None:
        return None
    where = f" ({shown(twice[1])})" if twice[1] else ""
    sentence = f"the case {shown(twice[0])}{where} occurs {counted[twice]} times"
    return Reason("duplicate-key", sentence)


def _nothing(rows: Sequence[Outcome]) -> Reason | None:
    if any(each.value is not None for each in rows):
        return None
    return Reason("nothing-measured", f"none of the {len(rows)} results has an answer")


def _of_cases(source: Cases, columns: CaseColumns) -> Outcomes | Reason:
    if columns.cluster is not None or columns.epoch is not None:
        sentence = "`cluster` and `epoch` name columns of a table, but the source is a report"
        return Reason("source-of-another-kind", sentence)
    answer = _passed if columns.score is None else _scores(source, columns.score)
    if isinstance(answer, Reason):
        return answer
    rows = tuple(_outcome(each, answer(each)) for each in source.cases)
    return Outcomes(rows, source.planned or 0, source.material.digest)


def _outcome(case: Case, value: float | None) -> Outcome:
    failed = bool(case.error) and value is None
    return Outcome(case.key, value, failed, case.cluster, str(case.epoch))


def _scores(source: Cases, name: str) -> Callable[[Case], float | None] | Reason:
    """Return how to read the score of that name, or that no case has one."""
    names = {name for each in source.cases for name, _ in each.scores}
    return _score(name) if name in names else _no_score(name, sorted(names))


def _no_score(name: str, names: list[str]) -> Reason:
    close = did_you_mean(name, names)
    rest = f"; did you mean {shown(close)}?" if close else ""
    return Reason("score-missing", f"no case has a score {shown(name)}{rest}")


def _passed(case: Case) -> float | None:
    return None if case.passed is None or case.error else float(case.passed)


def _score(name: str) -> Callable[[Case], float | None]:
    return lambda case: dict(case.scores).get(name)


def _of_frame(source: Frame, columns: CaseColumns) -> Outcomes | Reason:
    if columns.score is None:
        return Reason("score-missing", "the source is a table, and `score` names no column of it")
    named, values = _named(source, columns), source.measured(columns.score)
    if isinstance(named, Reason):
        return named
    if isinstance(values, Reason):
        return values
    answers = [None if math.isnan(each) else float(each) for each in values]
    rows = tuple(
        Outcome(key, value, value is None, cluster, epoch)
        for (key, cluster, epoch), value in zip(named, answers, strict=True)
    )
    return Outcomes(rows, digest=source.material.digest)


def _named(source: Frame, columns: CaseColumns) -> list[tuple[str, str, str]] | Reason:
    """Return key, cluster and epoch of each row."""
    keys = source.keys(columns.key)
    clusters, epochs = _labels(source, columns.cluster, ""), _labels(source, columns.epoch, "1")
    if isinstance(keys, Reason):
        return keys
    if isinstance(clusters, Reason):
        return clusters
    return epochs if isinstance(epochs, Reason) else [*zip(keys, clusters, epochs, strict=True)]


def _labels(source: Frame, column: str | None, absent: str) -> tuple[str, ...] | Reason:
    return (absent,) * source.rows if column is None else source.keys(column)
