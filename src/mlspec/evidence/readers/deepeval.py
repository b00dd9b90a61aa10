"""Test runs of DeepEval: the file it saves in `DEEPEVAL_RESULTS_FOLDER`, or an `EvaluationResult`.

Looked at: DeepEval 4.3.1. A case whose metric raised an error, or has no score or NaN, has an
error and stays; a metric that is declared flaky decides nothing, as in DeepEval. A case without a
metric has passed nothing. A case of the same name and input that stands there again is an epoch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._cases import Case, Cases
from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, finite_number, read_document
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]


def _read(content: FileContent, _wanted: Wanted) -> Cases | Reason:
    return read_document(content, lambda run: _cases(content, run))


def _cases(content: FileContent, run: Node) -> Cases | Reason:
    if run.has("test_results"):
        found = run.at("test_results").items()
    else:
        found = run.at("testCases").items() + run.at("conversationalTestCases").some()
    if not found:
        return Reason("empty-file", "the test run has no cases")
    cases = _numbered(found)
    if isinstance(cases, Reason):
        return cases
    return Cases(content.material(len(cases)), cases, len(cases), Provenance("deepeval"))


def _numbered(found: list[Node]) -> tuple[Case, ...] | Reason:
    inputs: dict[str, object] = {}
    epochs: dict[str, int] = {}
    cases = []
    for each in found:
        key = each.at("name").text()
        asked = each.at("input").value
        if inputs.setdefault(key, asked) != asked:
            return Reason("duplicate-key", f"two cases have the name {shown(key)}")
        epochs[key] = epochs.get(key, 0) + 1
        cases.append(_case(each, key, epochs[key]))
    return tuple(cases)


def _case(each: Node, key: str, epoch: int) -> Case:
    metrics = _either(each, "metrics_data", "metricsData").some()
    deciding = [metric for metric in metrics if metric.at("flaky").value is not True]
    error = next(filter(None, map(_error, deciding)), "")
    scores = {
        metric.at("name").text(): finite_number(metric.at("score").value) for metric in metrics
    }
    there = tuple((name, score) for name, score in sorted(scores.items()) if score is not None)
    if error or not deciding:
        return Case(key, None, there, error, epoch=epoch)
    return Case(key, all(metric.at("success").truth() for metric in deciding), there, epoch=epoch)


def _error(metric: Node) -> str:
    """Return why a metric has no result, "" where it has one."""
    stated = metric.at("error").text_or()
    if stated:
        return stated
    if finite_number(metric.at("score").value) is None:
        return f"{metric.at('name').text()} gave no finite score"
    return ""


def _either(node: Node, name: str, alias: str) -> Node:
    return node.at(name) if node.has(name) else node.at(alias)


READER = Reader(
    format="deepeval",
    summary="A test run of DeepEval, as JSON.",
    gives="Cases",
    read=_read,
)
