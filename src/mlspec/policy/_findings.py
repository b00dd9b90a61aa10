"""What policy says, as diagnostics: the finding that every report knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Diagnostic, Severity
from mlspec.policy._model import Enforcement, Outcome
from mlspec.policy._report import report
from mlspec.policy._tiers import TIERS, greatest
from mlspec.policy._waivers import BY_CHECKOUT
from mlspec.rules import NOT_LOOKED_UP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.diagnostics import Path, Span
    from mlspec.kinds.model import ModelSpec
    from mlspec.policy._judge import Judged
    from mlspec.policy._model import Result
    from mlspec.policy._tiers import TierReason
    from mlspec.workspace import Resource, Workspace

__all__ = ["finding", "findings", "place_of", "understated"]

_FEW = 6


def findings(workspace: Workspace, judged: Judged) -> Iterator[Diagnostic]:
    """Yield what fails, warns or is waived, and once for each fact what can't be judged.

    One resource after the other: the places in a file are found once.
    """
    by_address: dict[str, list[Result]] = {each: [] for each in judged.tiers}
    for result in judged.results:
        by_address.setdefault(result.address, []).append(result)
    for address, results in by_address.items():
        resource = workspace.resources[address]
        yield from _about(resource, results)
        if address in judged.tiers:  # of models and systems only
            yield from understated(resource, judged.tiers[address])


def _about(resource: Resource, results: Iterable[Result]) -> Iterator[Diagnostic]:
    unstated: dict[Path, list[Result]] = {}
    for result in results:
        if result.unstated and result.waiver is None:
            unstated.setdefault(result.unstated[0], []).append(result)
        elif result.outcome not in (Outcome.PASS, Outcome.SKIP):
            yield finding(resource, result)
    for path, group in unstated.items():
        yield _unstated(resource, path, group)


def finding(resource: Resource, result: Result) -> Diagnostic:
    """Return one result as a diagnostic: its code is the id of the rule."""
    message, hint, reason = result.message, result.remediation, ""
    use = result.waiver
    if use is not None and use.entry:
        reason = f"{use.reason} ({NOT_LOOKED_UP})"
    elif use is not None and use.holds:
        reason = use.reason
        by = ", ".join(use.approved_by)
        message = f"{message} Waived until {use.expires} by {by}, {BY_CHECKOUT}."
    elif use is not None:
        message = f"{message} `{use.address}` does not hold: {use.reason}."
    return Diagnostic(
        code=result.rule,
        name=result.rule.lower(),
        severity=_severity(result),
        message=message,
        span=place_of(resource, result),
        hint=hint,
        waived=reason,
        about=result.address,
        lasting=result.lasting,
        known=use.entry if use is not None else "",
    )


def _severity(result: Result) -> Severity:
    """Advice is never an error; what does not apply yet, or is waived, is told only."""
    if result.outcome is Outcome.WAIVED or result.is_known:
        return Severity.NOTE
    if result.outcome is Outcome.WARN or result.enforcement is Enforcement.ADVISORY:
        return Severity.NOTE if result.severity is Severity.NOTE else Severity.WARNING
    return result.severity


def place_of(resource: Resource, result: Result) -> Span:
    """Return where a finding points: what the rule names, or else the first fact of the spec.

    Of a list the key is meant: its first entry is no more at fault than the others.
    """
    if result.field:
        path = tuple(result.field.split("."))
        return resource.key_span(path) if _is_list(resource, path) else resource.span(path)
    for fact in result.facts:
        if fact.path[:1] in (("spec",), ("metadata",)):
            return resource.span(fact.path)
    return resource.span(("metadata", "name"))


def _is_list(resource: Resource, path: Path) -> bool:
    """Tell whether a list stands at a path, in the document itself and not in an override."""
    if any(path[:length] in resource.origins for length in range(1, len(path) + 1)):
        return False
    found: object = resource.data
    for step in path:
        found = found.get(str(step)) if isinstance(found, Mapping) else None
    return isinstance(found, list | tuple)


def _unstated(resource: Resource, path: Path, results: Sequence[Result]) -> Diagnostic:
    name = ".".join(str(each) for each in path)
    rules = ", ".join(each.rule for each in results[:_FEW])
    more = f" and {len(results) - _FEW} more" if len(results) > _FEW else ""
    many = f"{len(results)} rules" if len(results) > 1 else "a rule"
    told = f"`{name}` is not stated, so {many} can't be judged: {rules}{more}"
    hint = "state it; until then it counts as the worse case when a plan is made or applied"
    place = resource.span(path) if path[0] in ("spec", "metadata") else resource.span(("spec",))
    return report("unstated-fact", told, place, hint)


def understated(resource: Resource, reasons: Iterable[TierReason]) -> Iterator[Diagnostic]:
    """Yield the declared tier where known facts say more; prohibited can't be declared at all.

    What a built-in rule says is its finding, and not told again.
    """
    known = [each for each in reasons if each.is_known]
    least = greatest(known)
    declared = cast("ModelSpec", resource.spec).risk.tier  # systems have `risk`, too
    decisive = [each for each in known if each.tier == least]
    is_told = all(each.is_floor for each in decisive)
    if TIERS.index(least) <= TIERS.index(declared) or is_told:
        return
    chain = "; ".join(each.told for each in decisive)
    place = resource.span(("spec", "risk", "tier"))
    if least == "prohibited":
        hint = "take it out of use; no tier makes it lawful to use"
        yield report("prohibited-practice", f"the practice is prohibited: {chain}", place, hint)
    else:
        told = f"the declared tier is `{declared}`, but policy says `{least}`: {chain}"
        yield report("understated-tier", told, place, f"write `tier: {least}`")
