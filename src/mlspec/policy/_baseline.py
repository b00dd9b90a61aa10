"""Whether the policy baseline knows what a rule says, and what is wrong with a baseline.

An entry is no waiver: the outcome stays as it is, and only stops nothing. What is mandatory, what
is waived, and what is graver than it was, no entry covers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, fingerprint
from mlspec.policy._model import Enforcement, Outcome, WaiverUse
from mlspec.policy._report import report
from mlspec.rules import BASELINE_KIND, known_words
from mlspec.workspace import BASELINE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.kinds.policy_baseline import BaselineEntry
    from mlspec.policy._model import Result
    from mlspec.rules import Baseline
    from mlspec.workspace import Workspace

__all__ = [
    "fingerprint_of",
    "idle_entry",
    "misplaced_baselines",
    "passing_known",
    "weight_of",
]

_LACKING = (Outcome.FAIL, Outcome.ERROR, Outcome.WARN)


def passing_known(result: Result, baseline: Baseline) -> Result:
    """Return a result with the entry of the baseline that covers it, if one does."""
    weight = weight_of(result) if baseline.entries else None
    if weight is None:
        return result
    mark = fingerprint_of(result)
    entry = baseline.covering(mark, result.rule, result.address, weight)
    if entry is None:
        return result
    words, until = known_words(entry), entry.until or ""
    use = WaiverUse(baseline.address, holds=True, reason=words, expires=until, entry=mark)
    return replace(result, waiver=use)


def fingerprint_of(result: Result) -> str:
    """Return what tells a result from others, as reports for forges do."""
    return fingerprint(result.rule, result.address, result.lasting)


def weight_of(result: Result) -> Severity | None:
    """Return how grave a result is that a baseline may have; None for one that it may not.

    What stops a plan is an error, whatever the rule calls it.
    """
    if result.outcome not in _LACKING or result.enforcement is Enforcement.MANDATORY:
        return None
    is_advice = result.enforcement is Enforcement.ADVISORY
    if result.outcome is not Outcome.WARN and not is_advice:
        return Severity.ERROR
    return None if result.severity is Severity.NOTE else Severity.WARNING


def idle_entry(entry: BaselineEntry, span: Span) -> Diagnostic:
    """Return that an entry covers nothing, or not everywhere it says."""
    told = f"`{entry.rule}` does not find this in `{entry.resource}` any more"
    if entry.environments:
        told += f", at least not in all of {', '.join(entry.environments)}"
    return report("idle-baseline-entry", told, span, "run `mlspec policy baseline --update`")


def misplaced_baselines(workspace: Workspace) -> Iterator[Diagnostic]:
    """Yield baselines that do not stand where `mlspec policy baseline` writes the only one."""
    for each in workspace.of_kind(BASELINE_KIND):
        span = each.document.span(("kind",))
        if span.file != BASELINE_FILE:
            told = f"`{each.address}` is a policy baseline outside of `{BASELINE_FILE}`"
            hint = "take it away; `mlspec policy baseline` writes the only one"
            yield report("misplaced-baseline", told, span, hint)
