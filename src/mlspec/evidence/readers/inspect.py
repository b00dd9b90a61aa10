"""Evaluation logs of Inspect, in its JSON format (`--log-format json`, `inspect log dump`).

Looked at: inspect_ai 0.3.285, logs of version 2. A log whose status is not `success`, or that was
invalidated, is a reason: its scores are those of a part. A sample with an error stays, and one
that a scorer left unscored (NaN) has an error: Inspect itself leaves both out of the denominator.
C and I pass and fail; P (partial) and N (no answer) do not pass, and count 0.5 and 0 as scores.
With several scorers a sample passes where all those that give a grade say C.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._cases import Case, Cases
from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, finite_number, read_document
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0, "yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def _read(content: FileContent, _wanted: Wanted) -> Cases | Reason:
    return read_document(content, lambda log: _cases(content, log))


def _cases(content: FileContent, log: Node) -> Cases | Reason:
    status = log.at("status").text()
    if status != "success":
        return Reason("run-not-finished", f"the status of the log is {shown(status)}")
    if log.at("invalidated").value is True:
        return Reason("run-not-finished", "the log was invalidated")
    if not log.at("samples").some():
        return Reason("empty-file", "the log holds no samples")
    cases = tuple(_case(each) for each in log.at("samples").items())
    repeated = _repeated(cases)
    if repeated is not None:
        return repeated
    return Cases(content.material(len(cases)), cases, _planned(log), _provenance(log))


def _provenance(log: Node) -> Provenance:
    return Provenance(
        "inspect_ai",
        log.at("eval", "packages", "inspect_ai").text_or(),
        moment(log.at("stats", "completed_at").text_or())
        or moment(log.at("eval", "created").text_or()),
    )


def _planned(log: Node) -> int | None:
    total = log.at("results", "total_samples").count()
    samples = log.at("eval", "dataset", "samples").count()
    epochs = log.at("eval", "config", "epochs").count() or 1
    return total or (samples * epochs if samples else None)


def _repeated(cases: tuple[Case, ...]) -> Reason | None:
    seen: set[tuple[str, int]] = set()
    for each in cases:
        if (each.key, each.epoch) in seen:
            sentence = f"the sample {shown(each.key)} is there twice in epoch {each.epoch}"
            return Reason("duplicate-key", sentence)
        seen.add((each.key, each.epoch))
    return None


def _case(sample: Node) -> Case:
    key = _key(sample.at("id"))
    epoch = sample.at("epoch").count() or 1
    if sample.at("error").is_there:
        return Case(key, error=_raised(sample.at("error")), epoch=epoch)
    values = _values(sample.at("scores"))
    scores = [(name, _score(value)) for name, value in values]
    there = tuple((name, score) for name, score in scores if score is not None)
    error = _unscored(scores)
    return Case(key, None if error else _passed(values), there, error, epoch=epoch)


def _raised(error: Node) -> str:
    return error.at("message").text_or() or "the sample raised an error"


def _key(identifier: Node) -> str:
    """Return the identifier of a sample, which Inspect writes as a text or a whole number."""
    is_number = identifier.value.__class__ is int
    return str(identifier.value) if is_number else identifier.text()


def _unscored(scores: Sequence[tuple[str, float | None]]) -> str:
    """Return which scorers gave nothing that counts; empty where every one did."""
    missing = [name for name, score in scores if score is None]
    if missing:
        return f"not scored by {', '.join(missing)}"
    return "" if scores else "the sample has no score"


def _values(scores: Node) -> list[tuple[str, Json]]:
    """Return the values by scorer; one that is an object gives several, as `scorer.name`."""
    if not scores.is_there:
        return []
    found: list[tuple[str, Json]] = []
    for name, score in scores.members():
        value = score.at("value")
        if isinstance(value.value, dict):
            found += [(f"{name}.{inner}", each.value) for inner, each in value.members()]
        else:
            found.append((name, value.value))
    return found


def _score(value: Json) -> float | None:
    """Return a value as number; None for NaN, lists, and words that are no grade."""
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        return finite_number(value)
    grade = _GRADES.get(value, _GRADES.get(value.lower()))
    try:
        return finite_number(float(value)) if grade is None else grade
    except ValueError:
        return None


def _passed(values: list[tuple[str, Json]]) -> bool | None:
    """Tell whether every grade is C; None where the scorers give only numbers."""
    graded = [value for _, value in values if isinstance(value, bool) or _is_grade(value)]
    return all(_score(value) == 1 for value in graded) if graded else None


def _is_grade(value: Json) -> bool:
    return isinstance(value, str) and (value in _GRADES or value.lower() in _GRADES)


READER = Reader(
    format="inspect",
    summary="An evaluation log of Inspect, as JSON.",
    gives="Cases",
    read=_read,
    marks=("eval", "plan", "status"),
)
