"""Results of promptfoo, as `promptfoo eval --output out.json` writes them.

Looked at: promptfoo 0.121.20, results of version 3. It counts a case without an assertion as
passed with score 1; here such a case has passed nothing. A case that could not be run
(`failureReason` 2) has an error and stays. Several providers in one file are several models: the
spec names one in `run`. A case that stands there several times was repeated: these are epochs.
Cases of a red team have the plug-in that made them as their family. A case that succeeded with a
failed grade or an error, or a failure in the sums that no case shows, is a contradiction: nothing
is read then.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.evidence._cases import Case, Cases
from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, finite_number, read_document
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_ERROR = 2
"""`failureReason` of a case that raised an error: 0 is none, 1 an assertion."""


def _read(content: FileContent, wanted: Wanted) -> Cases | Reason:
    return read_document(content, lambda output: _cases(content, output, wanted.run))


def _cases(content: FileContent, output: Node, run: str | None) -> Cases | Reason:
    found = _of_provider(output.at("results", "results").items(), run)
    if isinstance(found, Reason):
        return found
    if not found:
        return Reason("empty-file", "the file has no results")
    contradiction = _contradiction(output, found, run)
    if contradiction is not None:
        return contradiction
    cases = _numbered(found)
    provenance = Provenance(
        "promptfoo",
        output.at("metadata", "promptfooVersion").text_or(),
        moment(output.at("results", "timestamp").text_or()),
    )
    planned = _planned(output) if run is None else None
    return Cases(content.material(len(cases)), cases, planned, provenance)


def _contradiction(output: Node, found: list[Node], run: str | None) -> Reason | None:
    """Return why a case that passed did not, or that failures of the sums are not listed."""
    passed = [each for each in found if each.at("success").value is True]
    for each in passed:
        if _has_failed(each):
            index = _index(each, "testIdx")
            sentence = f"case {index} succeeded, but has a failed grade or an error"
            return Reason("contradictory-report", sentence)
    left = len(found) - len(passed)
    stats = [output.at("results", "stats", name).count() for name in ("failures", "errors")]
    told = sum(each or 0 for each in stats) if run is None else 0
    if told <= left:
        return None
    sentence = f"{left} cases did not succeed, but the sums of the report tell of {told}"
    return Reason("contradictory-report", sentence)


def _has_failed(case: Node) -> bool:
    """Tell whether a grade, an error or a reason says that a case failed."""
    graded = case.at("gradingResult", "pass").value is False
    return (
        graded
        or bool(case.at("error").text_or())
        or case.at("failureReason").value not in {0, None}
    )


def _of_provider(found: list[Node], run: str | None) -> list[Node] | Reason:
    """Return the results of one provider, by its label or identifier."""
    providers = sorted({_provider(each) for each in found})
    if run is None and len(providers) > 1:
        known = ", ".join(map(shown, providers[:3]))
        return Reason("ambiguous-runs", f"there are {len(providers)} providers: {known}")
    if run is not None and run not in providers:
        return Reason("run-missing", f"the file holds no results of the provider {shown(run)}")
    return found if run is None else [each for each in found if _provider(each) == run]


def _provider(result: Node) -> str:
    provider = result.at("provider")
    return provider.at("label").text_or() or provider.at("id").text_or() or provider.text_or()


def _numbered(found: list[Node]) -> tuple[Case, ...]:
    """Return the cases; one that stands there again is its next epoch."""
    several = len({_index(each, "promptIdx") for each in found}) > 1
    first: dict[str, str] = {}
    epochs: dict[str, int] = {}
    cases = []
    for each in found:
        prompt = _index(each, "promptIdx")
        same = json.dumps([each.at("testCase").value, prompt], sort_keys=True)
        test = _index(each, "testIdx")
        key = first.setdefault(same, f"{test}/{prompt}" if several else str(test))
        epochs[same] = epochs.get(same, 0) + 1
        cases.append(_case(each, key, epochs[same]))
    return tuple(cases)


def _index(result: Node, name: str) -> int:
    index = result.at(name).count()
    if index is None:
        raise result.at(name).malformed("a number")
    return index


def _case(each: Node, key: str, epoch: int) -> Case:
    if each.at("failureReason").value == _ERROR:
        error = each.at("error").text_or() or "the case raised an error"
        return Case(key, error=error, epoch=epoch, family=_family(each))
    passed = each.at("success").truth() if _is_asserted(each) else None
    return Case(key, passed, _scores(each), epoch=epoch, family=_family(each))


def _family(each: Node) -> str:
    """Return the plug-in of a red team that made the case, "" for another."""
    stated = each.at("testCase", "metadata", "pluginId").text_or()
    return stated or each.at("metadata", "pluginId").text_or()


def _is_asserted(each: Node) -> bool:
    return bool(
        each.at("gradingResult", "componentResults").some() or each.at("testCase", "assert").some()
    )


def _scores(each: Node) -> tuple[tuple[str, float], ...]:
    """Return the overall score of a case with assertions, and its named scores."""
    named = each.at("namedScores").members() if each.at("namedScores").is_there else []
    if _is_asserted(each):
        named = [*named, ("score", each.at("score"))]
    numbers = {name: finite_number(score.value) for name, score in named}
    return tuple((name, found) for name, found in sorted(numbers.items()) if found is not None)


def _planned(output: Node) -> int | None:
    stats = output.at("results", "stats")
    counts = [stats.at(name).count() for name in ("successes", "failures", "errors")]
    there = [each for each in counts if each is not None]
    return sum(there) if len(there) == len(counts) else None


READER = Reader(
    format="promptfoo",
    summary="Results of promptfoo, as JSON.",
    gives="Cases",
    read=_read,
    marks=("evalId", "results"),
)
