"""`plan`: what a change means. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mlspec.api.context import context_of, wanted_objects
from mlspec.api.files import read_text
from mlspec.api.known_evidence import known_evidence, terms_in
from mlspec.api.law import law_of, under_registry
from mlspec.api.naming import naming_notices
from mlspec.api.origin import authors_of, commits_recorded, envelope_of, spec_paths, valid_from
from mlspec.api.promote import travel_notices
from mlspec.api.session import open_session
from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.planning import Scope, ScopeMode, make_plan, observe_for, unreviewed
from mlspec.planning.approvals import authority_in_force, recorded_teams
from mlspec.planning.approvers import unfillable_notices
from mlspec.planning.law_then import reverted
from mlspec.planning.revert import require_whole, revert_of
from mlspec.planning.revert_evidence import revert_evidence
from mlspec.planning.selection import selected, touched
from mlspec.planning.state_file import read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.canonical import Json
    from mlspec.planning import Desired, EvidenceEntry, Law, Plan, PlanContext
    from mlspec.state import Snapshot
    from mlspec.workspace import Workspace

__all__ = ["PlanOptions", "Planned", "plan", "prepare"]


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a plan is asked for.

    `targets` are addresses: then other changes are left out. `reverts` is the id of a run to
    undo. `offline` is an exported state to plan against instead of the registry. `as_of` is the
    moment from which the plan is good, `now` or in ISO 8601; by default that of the commit.
    """

    targets: tuple[str, ...] = ()
    reverts: str = ""
    offline: Path | None = None
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what is needed to choose what a report shows of it."""

    plan: Plan
    desired: Mapping[str, Desired]
    session: Session

    def shown(self, since: str | None, select: Sequence[str]) -> Collection[str] | None:
        """Return the addresses to show: of specs that changed since a commit, and selected ones.

        None means all. The plan stays whole.

        Raises:
            UsageError: git knows no such commit, or an expression selects nothing there is.
        """
        from mlspec.vcs import changed_since

        found: set[str] | None = None
        operations = self.plan.operations
        if since is not None:
            files = changed_since(self.session.root, since, spec_paths(self.session))
            found = {*touched(operations, files, self.desired)}
        if select:
            chosen = selected(operations, select, self.desired)
            found = {*chosen} if found is None else found & chosen
        return found


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a plan is made from: what is wanted, on which terms, and what was applied so far.

    `commits` reads by address which commit an object was written from, and `bodies` what the
    registry recorded, by digest; only approvals ask. `law` judges what is written.
    """

    desired: Mapping[str, Desired]
    context: PlanContext
    snapshot: Snapshot
    evidence: Mapping[str, EvidenceEntry]
    commits: Callable[[], Mapping[str, str]]
    bodies: Callable[[Collection[str]], Mapping[str, Json]]
    notices: tuple[str, ...]
    law: Law


def plan(
    directory: Path | None = None,
    environment: str | None = None,
    options: PlanOptions | None = None,
) -> Plan:
    """Compare the specs of an environment with its registry. Writes nothing.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: there is no such workspace, environment, target, run, file or moment.
        RegistryUnavailableError: the registry can't be read.
        TamperedPlanError: an evidence record or an exported state does not match its own digest.
    """
    return prepare(directory, environment, options or PlanOptions()).plan


def prepare(directory: Path | None, environment: str | None, options: PlanOptions) -> Planned:
    """Return the plan of `plan`, ready to be shown in part. The errors are the same."""
    _require_one_way(options)
    session = open_session(directory)
    workspace = session.environment(environment)
    basis = _basis(session, workspace, options)
    context = replace(
        basis.context,
        valid_from=valid_from(session.root, options.as_of),
        envelope=envelope_of(session),
    )
    if options.targets:
        context = replace(context, scope=_targets(options, basis))
    made = make_plan(basis.desired, basis.snapshot, context, basis.evidence, basis.law)
    return Planned(_completed(made, session, basis), basis.desired, session)


def _require_one_way(options: PlanOptions) -> None:
    if options.reverts and (options.targets or options.offline):
        raise UsageError(
            "a run is undone whole, and from what the registry keeps",
            hint="leave out `--target` and `--offline`",
        )


def _basis(session: Session, workspace: Workspace, options: PlanOptions) -> _Basis:
    if options.offline is not None:
        return _offline(session, workspace, options.offline)
    law = law_of(session, workspace)
    desired, context = wanted_objects(session, workspace), context_of(session, workspace, law=law)
    backend = session.backend(workspace.environment)
    snapshot = observe_for(backend, desired, context)
    terms = terms_in(snapshot, desired, context, backend)
    evidence = known_evidence(session, workspace, terms)
    teams = recorded_teams(snapshot, backend.bodies)
    law = under_registry(law, session, terms.signers, teams, backend)
    if options.reverts:
        revert = revert_of(backend, options.reverts, context)
        require_whole(revert)
        evidence = revert_evidence(backend, revert, desired, evidence)
        desired, context = revert.desired, revert.context
        law = reverted(law, desired, snapshot)
        snapshot = observe_for(backend, desired, context)
    commits = partial(commits_recorded, backend)
    elsewhere = naming_notices(session, workspace.environment)
    notices = (*elsewhere, *unreviewed(backend.runs()))
    return _Basis(desired, context, snapshot, evidence, commits, backend.bodies, notices, law)


def _offline(session: Session, workspace: Workspace, file: Path) -> _Basis:
    state = read_state(read_text(file), str(file))
    held = state.snapshot.environment
    if held != workspace.environment:
        raise UsageError(
            f"`{file}` holds the state of `{held}`, not of `{workspace.environment}`",
            hint=f"mlspec state export --env {workspace.environment} --out FILE",
        )
    notice = (
        f"OFFLINE: planned against `{file}`, serial {state.snapshot.serial}; what was applied "
        "later is not seen, and apply refuses the plan if it matters"
    )
    law = law_of(session, workspace)
    context = context_of(session, workspace, backend=state.backend, law=law)
    desired = wanted_objects(session, workspace)
    terms = terms_in(state.snapshot, desired, context)
    evidence = known_evidence(session, workspace, terms)
    kept = {each.digest: each.body for each in state.snapshot.objects.values()}
    bodies = partial(_chosen, kept)
    teams = recorded_teams(state.snapshot, bodies)
    law = under_registry(law, session, terms.signers, teams)
    commits, notices = lambda: state.commits, (notice,)
    return _Basis(desired, context, state.snapshot, evidence, commits, bodies, notices, law)


def _chosen(bodies: Mapping[str, Json], digests: Collection[str]) -> Mapping[str, Json]:
    return {each: bodies[each] for each in digests if each in bodies}


def _targets(options: PlanOptions, basis: _Basis) -> Scope:
    addresses = {*basis.desired, *basis.snapshot.objects}
    for target in options.targets:
        if target not in addresses:
            close = did_you_mean(target, sorted(addresses))
            hint = f"did you mean `{close}`?" if close else "an address is `kind/name`"
            raise UsageError(f"neither specs nor registry have `{target}`", hint=hint)
    return Scope(ScopeMode.TARGET, tuple(sorted({*options.targets})))


def _completed(made: Plan, session: Session, basis: _Basis) -> Plan:
    """Return the plan with its authors, where somebody has to approve it, and its notices."""
    notices = [*basis.notices, *_of_scope(made), *travel_notices(session, made, basis.desired)]
    if made.require_approvals and made.has_changes:
        people = authors_of(session, made, basis.commits())
        made = replace(made, authors=people.addresses)
        if not people.is_complete:
            notices.append(
                "the history of the specs is cut off or unknown here: the authors of the plan may "
                "not be all who made the change"
            )
        notices += _unfillable(made, basis)
    return replace(made, envelope=replace(made.envelope, notices=tuple(notices)))


def _unfillable(made: Plan, basis: _Basis) -> Iterator[str]:
    """Yield which approvals nobody can give, as things are."""
    desired = basis.desired
    authority = authority_in_force(basis.snapshot, basis.bodies, desired)
    teams = {
        each.address: each.locate(("spec", "roles"))
        for each in desired.values()
        if each.kind == "Team"
    }
    yield from unfillable_notices(made.required_approvals, authority, made.authors, teams)


def _of_scope(made: Plan) -> Iterator[str]:
    if made.scope.mode is ScopeMode.TARGET:
        targets = ", ".join(f"`{each}`" for each in made.scope.targets)
        yield f"PARTIAL PLAN: only {targets} and what they need; other changes are left out"
    elif made.scope.mode is ScopeMode.REVERT:
        yield f"REVERT: undoes run {made.scope.reverts}; changes of the specs are left out"
