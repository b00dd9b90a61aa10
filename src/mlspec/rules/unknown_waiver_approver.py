"""A waiver was agreed to by nobody who may.

What it does
Checks that `waiver.approver` is a member of a team with `roles`, such a team, or a role that a team
holds. Where an environment requires approvals, two pairs of eyes are asked for: the approver is not
the owner of the waiver, and not only a member of the team that owns the spec.

Why is this bad?
A waiver lets a model into production past a gate. A name that nobody can find stands for no
decision, and whoever has to mend what the gate found should not be the one who waives it.

What to do
Name a person of a team with `roles`, or a role such as `model-risk`. A team gets `roles` in its own
spec, which is a change of who may approve.

Bad
    kind: Model
    metadata:
      name: employment-screen
    spec:
      gates:
        - id: auc-floor
          type: metric-threshold
          metric: roc-auc
          atLeast: 0.8
        - id: recall-floor
          type: metric-threshold
          metric: recall
          atLeast: 0.7
          waiver:
            reason: Labels of the last quarter are late.
            owner: li@example.org
            approver: anna@example.org
            until: 2100-01-31

Good
    kind: Model
    metadata:
      name: employment-screen
    spec:
      gates:
        - id: auc-floor
          type: metric-threshold
          metric: roc-auc
          atLeast: 0.8
        - id: recall-floor
          type: metric-threshold
          metric: recall
          atLeast: 0.7
          waiver:
            reason: Labels of the last quarter are late.
            owner: li@example.org
            approver: ana@example.org
            until: 2100-01-31

References
- NIST SP 800-53 Rev. 5, AC-5: separation of duties
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, did_you_mean
from mlspec.evidence import shown
from mlspec.people import name_of, names_in
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import gates_in
from mlspec.rules._waivers import Approvers, approvers_of, is_same_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.gates import GateWaiver
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_HINT = "name a person of a team with `roles`, such a team, or a role that a team holds"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each waiver whose approver is not known, or may not approve it."""
    waived = [(each, each.waiver, path) for each, path in gates_in(resource) if each.waiver]
    approvers = approvers_of(workspace) if waived else None
    if approvers is None:
        return
    for gate, waiver, place in waived:
        for message, hint in _wrong(waiver, resource, workspace, approvers):
            where = (*place, "waiver", "approver")
            yield Finding(resource, where, f"gate `{gate.id}`: {message}", hint=hint)


def _wrong(
    waiver: GateWaiver, resource: Resource, workspace: Workspace, approvers: Approvers
) -> Iterator[tuple[str, str]]:
    teams = approvers.resolved(waiver.approver)
    if not teams:
        yield _unresolved(waiver.approver, approvers)
    elif not _asks_for_four_eyes(workspace):
        return
    elif is_same_person(waiver.approver, waiver.owner):
        yield f"{shown(waiver.approver)} owns the waiver and agreed to it", _other(approvers, "")
    elif teams == {resource.metadata.owner}:
        owner = resource.metadata.owner
        message = f"{shown(waiver.approver)} is of `team/{owner}`, which owns the spec"
        yield message, _other(approvers, owner)


def _unresolved(approver: str, approvers: Approvers) -> tuple[str, str]:
    names = (approver.removeprefix("team/"), *names_in(approver))
    team = next((approvers.others[each] for each in names if each in approvers.others), "")
    if team:
        return f"{shown(approver)} is of `team/{team}`, which has no role to approve as", _HINT
    close = did_you_mean(name_of(approver) or approver, [*approvers.words()])
    hint = f"did you mean `{close}`?" if close else _HINT
    return f"{shown(approver)}, who agreed to the waiver, is nobody who may approve", hint


def _other(approvers: Approvers, owner: str | None) -> str:
    others = ", ".join(f"`team/{each}`" for each in sorted(approvers.teams) if each != owner)
    what = f"of {others}" if others else "of another team with `roles`"
    return f"where approvals are required, somebody else agrees: a person {what}"


def _asks_for_four_eyes(workspace: Workspace) -> bool:
    settings = workspace.spec.environments
    named = [settings[workspace.environment]] if workspace.environment else settings.values()
    return any(each.require_approvals for each in named)


RULE = Rule(
    "MLS407",
    "unknown-waiver-approver",
    Severity.ERROR,
    ("GateSet", "Model"),
    check,
    suppressible=False,
)
