"""Whether the people who approved a waiver may, and waivers that do nothing: told once for each.

People are those of the teams that the registry has recorded, and where there is none at hand those
of the workspace. One who owns the waiver, or the resource that it covers, does not approve it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from mlspec.canonical import digest_value
from mlspec.diagnostics import did_you_mean
from mlspec.policy._model import Outcome, Stage
from mlspec.policy._named_environments import strange_environments
from mlspec.policy._report import report
from mlspec.policy._staff import staff_of
from mlspec.policy._waivers import StatedWaiver, days_of
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.kinds.waiver import WaiverSpec
    from mlspec.policy._force import Force
    from mlspec.policy._judge import Judged
    from mlspec.policy._staff import Staff
    from mlspec.workspace import Resource, Workspace

__all__ = ["WAIVER_ROLES", "stated_waivers", "unused_waivers", "waiver_faults"]

WAIVER_ROLES: Final = ("compliance", "model-risk")
"""Who may approve a waiver: one of these roles."""


def stated_waivers(workspace: Workspace, staff: Staff | None = None) -> tuple[StatedWaiver, ...]:
    """Return the waivers of a workspace, each with why nobody may rely on it.

    `staff` are the people of the registry, where it knows any: by its own teams, a change would
    bring who approves its waiver.
    """
    waivers = workspace.of_kind("Waiver")
    if not waivers:
        return ()
    staff = staff or staff_of(workspace)
    return tuple(
        StatedWaiver(
            each.address,
            _spec(each),
            tuple(_faults(workspace, each, staff)),
            digest_value(canonical_body(each)),
        )
        for each in waivers
    )


def waiver_faults(
    workspace: Workspace, force: Force, waivers: Iterable[StatedWaiver]
) -> Iterator[Diagnostic]:
    """Yield waivers of rules, resources or environments that are not there, or of no approver."""
    known = sorted({rule.id for bound in force.packs for rule in bound.pack.rules})
    for each in waivers:
        if not force.is_broken:
            yield from _of_rule(workspace, each, known)
        if not workspace.unbound:
            yield from _of_resource(workspace, each)
        yield from strange_environments(workspace, workspace.resources[each.address])
        yield from _of_term(workspace, force, each)
        if each.faults:
            told = f"the waiver does not hold: {'; '.join(each.faults)}"
            hint = f"have somebody of another team approve it, as {' or '.join(WAIVER_ROLES)}"
            yield report("unsound-waiver", told, _place(workspace, each, "approvedBy"), hint)


def _of_rule(
    workspace: Workspace, waiver: StatedWaiver, known: Sequence[str]
) -> Iterator[Diagnostic]:
    rule = waiver.spec.rule
    if rule not in known:
        close = did_you_mean(rule, known)
        hint = f"did you mean `{close}`?" if close else "`mlspec policy list` shows them"
        told = f"no pack in force has a rule `{rule}`"
        yield report("unknown-rule", told, _place(workspace, waiver, "rule"), hint)


def _of_resource(workspace: Workspace, waiver: StatedWaiver) -> Iterator[Diagnostic]:
    resource = waiver.spec.scope.resource
    if resource not in workspace.resources:
        close = did_you_mean(resource, sorted(workspace.resources))
        hint = f"did you mean `{close}`?" if close else "take the waiver away"
        told = f"there is no `{resource}`, so the waiver covers nothing"
        place = _place(workspace, waiver, "scope", "resource")
        yield report("unsound-waiver", told, place, hint)


def _of_term(workspace: Workspace, force: Force, waiver: StatedWaiver) -> Iterator[Diagnostic]:
    """Yield a waiver that ends before it starts, or lasts longer than the pack of its rule allows.

    Nobody has to wait for the rule to fail to learn that it would not hold.
    """
    spec, place = waiver.spec, _place(workspace, waiver, "expires")
    length = days_of(spec.created, spec.expires)
    if length is None:
        return
    if length < 0:
        told = f"the waiver ends on {spec.expires}, before it starts on {spec.created}"
        yield report("unsound-waiver", told, place, "write a last day that is not before the first")
    for pack in (each.pack for each in force.packs):
        if length > pack.spec.waiver_days and spec.rule in {rule.id for rule in pack.rules}:
            most = pack.spec.waiver_days
            told = f"the waiver lasts {length} days, and the pack `{pack.name}` allows {most}"
            yield report("unsound-waiver", told, place, "end it sooner, and renew it by then")


def _place(workspace: Workspace, waiver: StatedWaiver, *path: str) -> Span:
    return workspace.resources[waiver.address].span(("spec", *path))


def unused_waivers(
    workspace: Workspace,
    force: Force,
    waivers: Iterable[StatedWaiver],
    judged: Iterable[Judged],
) -> Iterator[Diagnostic]:
    """Yield waivers that covered nothing in any environment; `judged` has all of them.

    One that starts later, one of a rule that does not apply yet, and one of a rule that is judged
    only when a plan is made, may be of use.
    """
    results = [result for each in judged for result in each.results]
    used = {each.waiver.address for each in results if each.waiver is not None}
    waiting = {(each.rule, each.address) for each in results if each.outcome is Outcome.WARN}
    seen = _judged_at_once(force)
    for each in waivers:
        spec = each.spec
        is_early = spec.created > workspace.today or (spec.rule, spec.scope.resource) in waiting
        if each.address not in used and spec.rule in seen and not is_early:
            told = f"the waiver covers nothing: `{spec.rule}` does not fail there without it"
            place = _place(workspace, each, "rule")
            yield report("unused-waiver", told, place, "take it away")


def _judged_at_once(force: Force) -> frozenset[str]:
    """Return the rules that `validate` judges, by id."""
    rules = (rule for bound in force.packs for rule in bound.pack.rules)
    return frozenset(each.id for each in rules if Stage.VALIDATE.value in each.spec.stages)


def _faults(workspace: Workspace, waiver: Resource, staff: Staff) -> Iterator[str]:
    owner = waiver.metadata.owner or ""
    if not owner:
        yield "nobody owns it"
    covered = workspace.resources.get(_spec(waiver).scope.resource)
    owners = {owner, (covered.metadata.owner or "") if covered else ""} - {""}
    for approver in _spec(waiver).approved_by:
        yield from _against(approver, owners, staff)


def _against(approver: str, owners: set[str], staff: Staff) -> Iterator[str]:
    """Yield why somebody may not approve a waiver."""
    person = staff.person(approver)
    teams = staff.teams.get(person)
    if teams is None:
        yield f"no team has `{approver}` as a member"
        return
    if owning := sorted(owners & teams):
        yield f"`{approver}` is of the team `{owning[0]}`, which owns it or what it covers"
    if staff.roles[person].isdisjoint(WAIVER_ROLES):
        yield f"`{approver}` holds no role that may approve it: {' or '.join(WAIVER_ROLES)}"


def _spec(waiver: Resource) -> WaiverSpec:
    return cast("WaiverSpec", waiver.spec)  # resources of this kind have it
