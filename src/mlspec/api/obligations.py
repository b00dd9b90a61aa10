"""What is owed for a model, and why a rule says what it says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from mlspec.api._reliable import require_reliable
from mlspec.api._subjects import refuse_observed
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session, require_day
from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.policy import Outcome, Owed, RuleAnswer, incident_clocks, obligations, why_skipped
from mlspec.workspace import observed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mlspec.api.policy import PolicyReport
    from mlspec.kinds.system import SystemSpec
    from mlspec.policy import Pack, Result
    from mlspec.workspace import Resource, Workspace

__all__ = ["explained", "owed", "owed_by"]

_KINDS = ("Model", "System", "Dataset")
_JUDGED = (*_KINDS, "Prompt", "Incident")
"""Kinds that rules may look at, though no duties of them are listed."""
_CODES = "mls"


def owed(name: str, directory: str | Path | None, environment: str | None, as_of: str = "") -> Owed:
    """Return what is owed for a model, system or data set on a day, today otherwise.

    Raises:
        SpecInvalidError: the specs or the packs in force have errors.
        UsageError: `as_of` is no day, there is no such resource, or no pack is in force.
    """
    return owed_by(*_judged(name, directory, environment, as_of))


def owed_by(workspace: Workspace, report: PolicyReport, resource: Resource) -> Owed:
    """Return what is owed for a resource, by what policy was found to say of its workspace."""
    packs = [each.pack for each in report.force.packs if each.applies_in(workspace.environment)]
    reasons = report.judged.tiers.get(resource.address, ())
    declared = getattr(getattr(resource.spec, "risk", None), "tier", "")
    return Owed(
        resource.address,
        workspace.environment,
        workspace.today,
        declared,
        reasons[0].tier if reasons else "minimal",
        reasons,
        tuple(f"{each.name}@{each.version}" for each in packs),
        obligations(packs, report.judged.of(resource.address), workspace.today),
        incident_clocks(workspace, report.force.packs, report.judged.tiers, resource.address),
        tuple(without_duty(packs, report.judged.of(resource.address))),
        tuple(_undocumented(workspace, resource)),
    )


def _undocumented(workspace: Workspace, resource: Resource) -> Iterator[str]:
    """Yield the models of a system that are only observed."""
    if resource.kind == "System":
        spec = cast("SystemSpec", resource.spec)  # of systems only
        yield from (each.address for _, each in observed_in(workspace, spec))


def without_duty(packs: Iterable[Pack], results: Iterable[Result]) -> Iterator[Result]:
    """Yield what rules say that state no `duty`, and so are no line of the list of duties."""
    plain = {rule.id for pack in packs for rule in pack.rules if rule.spec.duty is None}
    for each in results:
        if each.rule in plain and each.outcome is not Outcome.SKIP:
            yield each


def explained(
    rule: str, name: str, directory: str | Path | None, environment: str | None, as_of: str = ""
) -> RuleAnswer:
    """Return what a rule in force says about a resource, with the facts that it read.

    Raises:
        SpecInvalidError: the specs or the packs in force have errors.
        UsageError: `as_of` is no day, there is no such resource, or no such rule in force; or
            `rule` is a code of mlspec, which `mlspec explain` explains.
    """
    _require_asked(rule, name)
    workspace, report, resource = _judged(name, directory, environment, as_of, _JUDGED)
    found = {each.rule: each for each in report.judged.of(resource.address)}
    if rule not in found:
        _refuse_code(rule)
        raise _no_such_rule(rule, resource, found, report)
    stated = next(
        (each, bound.pack)
        for bound in report.force.packs
        for each in bound.pack.rules
        if each.id == rule
    )
    spec, result, why = stated[0].spec, found[rule], ""
    if result.outcome is Outcome.SKIP and report.inputs is not None:
        why, facts = why_skipped(stated[1], stated[0], report.inputs)
        result = replace(result, facts=facts)
    return RuleAnswer(
        result,
        spec.when,
        spec.require,
        tuple(f"{each.source}: {each.cite}" for each in spec.references),
        tuple(_places(resource, result)),
        spec.stages,
        why,
        workspace.environment,
    )


def _no_such_rule(
    rule: str, resource: Resource, found: Iterable[str], report: PolicyReport
) -> UsageError:
    """Return that no rule of this id says anything of a resource, and where to look instead."""
    if rule in {each.id for bound in report.force.packs for each in bound.pack.tiers}:
        return UsageError(
            f"`{rule}` is a rule about the tier, and asks for nothing itself",
            hint=f"`mlspec obligations {resource.address}` tells the tier with all its reasons",
        )
    close = did_you_mean(rule, sorted(found))
    hint = f"did you mean `{close}`?" if close else "`mlspec policy list` shows what is in force"
    return UsageError(f"no rule `{rule}` in force looks at `{resource.address}`", hint=hint)


def _require_asked(rule: str, name: str) -> None:
    """Refuse what can't be answered whatever the specs say: a code of mlspec, or no name."""
    if rule[:3].casefold() == _CODES:
        _refuse_code(rule)
    if not name:
        how = f"write `mlspec policy explain {rule} --model NAME`"
        raise UsageError("missing option `--model`", hint=how)


def _refuse_code(word: str) -> None:
    """Refuse a code or a name of mlspec itself, and say where that is explained."""
    from mlspec.api.reference import is_known  # knows all stages, which no rule of a pack needs

    if is_known(word):
        raise UsageError(
            f"`{word}` is a code of mlspec, and no rule of a policy pack",
            hint=f"`mlspec explain {word}` says what it means, and what to do",
        )


def _places(resource: Resource, result: Result) -> list[tuple[str, str]]:
    found = []
    for fact in result.facts:
        name = ".".join(map(str, fact.path))
        if fact.is_stated and fact.path[:1] in (("spec",), ("metadata",)):
            span = resource.span(fact.path)
            found.append((name, f"{span.file}:{span.start.line}"))
    return found


def _judged(
    name: str,
    directory: str | Path | None,
    environment: str | None,
    as_of: str,
    kinds: Sequence[str] = _KINDS,
) -> tuple[Workspace, PolicyReport, Resource]:
    require_day(as_of)
    session = open_session(directory)
    workspace = session.environment(environment)
    if as_of:
        workspace = replace(workspace, today=as_of)
    if not workspace.of_kind("PolicyBinding"):
        raise UsageError(
            "no policy pack is in force",
            hint="bind one: a `PolicyBinding` with `spec: {pack: core, version: 2026.11.0}`",
        )
    registry = partial(session.backend, workspace.environment)
    resource = _resource(workspace, name, kinds)
    report = policy_of(session.root, workspace, registry=registry, asked=resource.address)
    require_reliable(report.force)
    return workspace, report, resource


def _resource(workspace: Workspace, name: str, kinds: Sequence[str]) -> Resource:
    """Return the resource that an address or a bare name means, a model before others."""
    if name in workspace.resources and workspace.resources[name].kind != "ObservedModel":
        return workspace.resources[name]
    for kind in kinds:
        found = workspace.find(kind, name)
        if found is not None:
            return found
    refuse_observed(workspace, name)
    known = [each.name for kind in kinds for each in workspace.of_kind(kind)]
    close = did_you_mean(name, known)
    hint = f"did you mean `{close}`?" if close else f"there are {', '.join(known)}"
    raise UsageError(f"there is no model, system or data set `{name}`", hint=hint)
