"""Answers of the HTTP API of Prometheus to `query` and `query_range`.

Looked at: Prometheus 2.42. A file holds one answer as it came, or answers with their queries as
`{"query": ..., "response": {...}}`: one, a list of them, or one per line. A query without series,
NaN and infinite values are kept as they are: the gate decides. An answer with `status: error` is
a reason, and so is one with warnings: part of the data was not there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._json import MalformedError, Node, finite_number, of_file, parse_json
from mlspec.evidence._moment import from_seconds
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason
from mlspec.evidence._rows import json_lines
from mlspec.evidence._series import Series, SeriesSet

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_VALUE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]?Inf")


def _read(content: FileContent, _wanted: Wanted) -> SeriesSet | Reason:
    found = _entries(content)
    try:
        answers = found if isinstance(found, Reason) else _answers(found)
    except MalformedError as error:
        answers = Reason("malformed-report", str(error))
    if isinstance(answers, Reason):
        return of_file(content, answers)
    times = [at for _, found in answers for each in found for at, _ in each.points]
    collected = from_seconds(max(times)) if times else ""
    return SeriesSet(content.material(), answers, Provenance("prometheus", collected_at=collected))


def _entries(content: FileContent) -> list[Node] | Reason:
    """Return the answers of a file: of one document, or of its lines."""
    document = parse_json(content.content)
    if not isinstance(document, Reason):
        return Node(document).items() if isinstance(document, list) else [Node(document)]
    found: list[Node] = []
    for number, line in enumerate(json_lines(content.content), 1):
        if isinstance(line, Reason):
            return line
        found.append(Node(line, f"answer {number}"))
    return found


def _answers(found: list[Node]) -> tuple[tuple[str, tuple[Series, ...]], ...] | Reason:
    if not found:
        return Reason("empty-file", "the file holds no answers")
    answers: dict[str, tuple[Series, ...]] = {}
    for each in found:
        named = each.has("response")
        query = each.at("query").text() if named else ""
        series = _series(each.at("response") if named else each)
        if isinstance(series, Reason):
            return series
        if query in answers:
            return Reason("duplicate-name", f"the query {shown(query)} has two answers")
        answers[query] = series
    return tuple(answers.items())


def _incomplete(answer: Node) -> Reason | None:
    status = answer.at("status").text()
    if status != "success":
        why = answer.at("error").text_or() or status
        return Reason("query-failed", f"Prometheus answers {shown(why)}")
    warnings = answer.at("warnings").some()
    if warnings:
        return Reason("partial-answer", f"Prometheus warns: {shown(warnings[0].text_or())}")
    return None


def _series(answer: Node) -> tuple[Series, ...] | Reason:
    incomplete = _incomplete(answer)
    if incomplete is not None:
        return incomplete
    kind, result = answer.at("data", "resultType").text(), answer.at("data", "result")
    if kind == "scalar":
        return (Series((), (_point(result),)),)
    if kind not in _POINTS:
        return Reason("malformed-report", f"the type of the result is {shown(kind)}")
    return tuple(Series(_labels(each), _POINTS[kind](each)) for each in result.items())


def _labels(each: Node) -> tuple[tuple[str, str], ...]:
    return tuple((name, value.text()) for name, value in each.at("metric").members())


def _at_one_moment(each: Node) -> tuple[tuple[float, float], ...]:
    return (_point(each.at("value")),)


def _over_time(each: Node) -> tuple[tuple[float, float], ...]:
    return tuple(_point(point) for point in each.at("values").items())


_POINTS = {"vector": _at_one_moment, "matrix": _over_time}


def _point(point: Node) -> tuple[float, float]:
    """Return (seconds since 1970, value); Prometheus writes the value as text."""
    match point.items():
        case [moment, value] if (at := finite_number(moment.value)) is not None:
            return at, _number(value)
        case _:
            raise point.malformed("a moment and a value")


def _number(value: Node) -> float:
    text = value.text()
    if not _VALUE.fullmatch(text):
        raise value.malformed("a number as text")
    return float(text)


READER = Reader(
    format="prometheus",
    summary="Answers of the HTTP API of Prometheus, as JSON or JSON lines.",
    gives="SeriesSet",
    read=_read,
    marks=("status", "data"),
)
