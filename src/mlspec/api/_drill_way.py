"""From an alert to the registry: the links of a fire drill after the drift."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from shutil import which
from typing import TYPE_CHECKING

from mlspec.api._stamp import stamp_of
from mlspec.api.context import context_of, wanted_objects
from mlspec.errors import EvidenceMissingError, MlspecError
from mlspec.evidence import DrillLink, DrillStatus, EvidenceRecord, EvidenceStatus, Verdict
from mlspec.manifests import Manifest, ManifestSet, find_problems
from mlspec.planning import (
    ApplyOptions,
    Checkout,
    Outcome,
    Scope,
    ScopeMode,
    apply_plan,
    evidence_entry,
    make_plan,
    observe_for,
)
from mlspec.registry import Place, open_backend
from mlspec.syntax import SourceText, parse
from mlspec.targets import alert_proof, emit, starts, template_renderer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.evidence import GateResult
    from mlspec.ir import Bundle, Monitor, Retraining, RetrainingTrigger
    from mlspec.kinds.model import Trigger
    from mlspec.planning import Desired, EvidenceEntry, PlanContext
    from mlspec.registry import Backend
    from mlspec.targets import AlertProof, Measured
    from mlspec.workspace import Workspace

__all__ = ["WATCHED", "Way", "gates_link", "registry_link"]

WATCHED = ("metric", "monitor")
"""Types of triggers that an alert starts."""
_TARGET = "argo-workflows"
"""The target whose triggers start runs; a Kubeflow pipeline waits to be started by others."""
_LONGEST_TEST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Way:
    """What is compiled for one model, and what its drift came to."""

    name: str
    bundle: Bundle
    enabled: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    measured: Measured | None
    scratch: Path

    def links(self, trigger: Trigger) -> Iterator[DrillLink]:
        """Yield the links of one trigger: its alert, where it has one, and what it starts."""
        proof = None
        if trigger.type in WATCHED:
            proof = self._proof(trigger)
            yield self._alert(trigger, proof)
        yield self._start(trigger, proof)

    def _proof(self, trigger: Trigger) -> AlertProof | None:
        monitor = self._monitor(trigger)
        if monitor is None:
            return None
        measured = self.measured if monitor.dimension == "data-drift" else None
        return alert_proof(monitor, self.bundle.environment, measured)

    def _monitor(self, trigger: Trigger) -> Monitor | None:
        return next(
            (
                each
                for each in self.bundle.monitors
                if (each.model, each.id) == (self.name, trigger.monitor)
            ),
            None,
        )

    def _alert(self, trigger: Trigger, proof: AlertProof | None) -> DrillLink:
        if proof is None:
            told = f"no alert is compiled for the monitor `{trigger.monitor}`"
            step = "give the monitor `above` or `below`; see `mlspec compile`"
            return DrillLink("alert", DrillStatus.MISSING, told, step, trigger.id)
        promtool = which("promtool")
        if promtool is None:
            told = f"nobody tried whether `{proof.name}` fires: there is no promtool"
            step = "install Prometheus, which brings promtool, and drill again"
            return DrillLink("alert", DrillStatus.NOT_PROVEN, told, step, trigger.id)
        return _tried(promtool, proof, self.scratch, trigger.id)

    def _start(self, trigger: Trigger, proof: AlertProof | None) -> DrillLink:
        compiled = self._compiled(trigger)
        if isinstance(compiled, DrillLink):
            return compiled
        lowered = next(each for each in compiled.triggers if each.id == trigger.id)
        if trigger.type in WATCHED and not self._is_started(compiled, lowered, proof):
            told = "the alert of its monitor does not start the pipeline that is compiled"
            return DrillLink("start", DrillStatus.FAILED, told, "report this", trigger.id)
        faults = self._faults(compiled)
        if faults:
            told = f"what is compiled for {_TARGET} would not run: {faults[0].message}"
            step = "see `mlspec compile` and `mlspec verify`"
            return DrillLink("start", DrillStatus.FAILED, told, step, trigger.id)
        told = f"{_starter(trigger, proof)} starts `{self.name}-retraining` ({_TARGET})"
        return DrillLink("start", DrillStatus.PROVEN, told, trigger=trigger.id)

    def _compiled(self, trigger: Trigger) -> Retraining | DrillLink:
        """Return what trains the model again, or why nothing starts it."""
        found = next((each for each in self.bundle.retrainings if each.model == self.name), None)
        if found is None:
            told = self.problems[0].message if self.problems else "nothing says what trains it"
            step = "add `training` to the model, and `targets.training` to `mlspec.yaml`"
            return DrillLink("start", DrillStatus.MISSING, told, step, trigger.id)
        if _TARGET in self.enabled:
            return found
        told = "no target that starts pipelines is compiled"
        step = f"add `{_TARGET}` to `targets.enabled` of `mlspec.yaml`"
        return DrillLink("start", DrillStatus.MISSING, told, step, trigger.id)

    def _is_started(
        self, retraining: Retraining, trigger: RetrainingTrigger, proof: AlertProof | None
    ) -> bool:
        return proof is not None and starts(self.bundle, retraining, trigger, proof.labels)

    def _faults(self, retraining: Retraining) -> list[Diagnostic]:
        """Return what the checks of manifests find in the pipeline of the model."""
        alone = replace(self.bundle, retrainings=(retraining,))
        artifacts = emit(alone, (_TARGET,), template_renderer(None))
        texts = [each for each in artifacts if not each.path.endswith("kustomization.yaml")]
        documents = (
            document
            for each in texts
            for document in parse(SourceText(each.path, each.content.encode())).documents
        )
        return list(find_problems(ManifestSet(tuple(map(Manifest, documents)))))


def gates_link(record: EvidenceRecord) -> DrillLink:
    """Return whether the gates that a challenger has to pass run on its files."""
    if not record.results:
        step = "add `gates` or `gateSets`: a challenger that nothing judges is promoted blindly"
        return DrillLink("gates", DrillStatus.MISSING, "no gate judges a challenger", step)
    count = len(record.results)
    told = f"{count} gate{'s' if count > 1 else ''} judged: {record.overall.value}"
    blocking = [each for each in record.results if each.blocks and not each.awaits_review]
    if not blocking:
        return DrillLink("gates", DrillStatus.PROVEN, told)
    failed = _failed(record)
    worst = (failed or blocking)[0]
    step = f"mend what `{worst.gate}` says: {worst.reason or worst.verdict.value}"
    return DrillLink("gates", DrillStatus.FAILED if failed else DrillStatus.NOT_PROVEN, told, step)


def _failed(record: EvidenceRecord) -> list[GateResult]:
    """Return what was judged and stops the challenger; what nobody could judge is not in it."""
    return [
        each
        for each in record.results
        if each.blocks and not each.awaits_review and each.verdict is Verdict.FAIL
    ]


def registry_link(
    session: Session, workspace: Workspace, record: EvidenceRecord, scratch: Path
) -> DrillLink:
    """Register the model in an empty registry of its own, which is thrown away.

    Approvals and freezes are left out: nobody is asked to agree to a drill. It is not proven where
    gates could not be judged: then nothing was tried.
    """
    address = record.subject
    try:
        count = _registered(session, workspace, record, scratch)
    except MlspecError as error:
        why = "; ".join([error.message, *error.details])
        told = f"registering `{address}` in a scratch registry fails: {why}"
        if isinstance(error, EvidenceMissingError) and not _failed(record):
            step = "first mend what the link `gates` says: nobody could try this one"
            return DrillLink("registry", DrillStatus.NOT_PROVEN, told, step)
        step = error.hint or "see `mlspec plan`"
        return DrillLink("registry", DrillStatus.FAILED, told, step)
    changes = "1 change" if count == 1 else f"{count} changes"
    told = f"a plan of {changes} registers `{address}` in a scratch registry, without approvals"
    return DrillLink("registry", DrillStatus.PROVEN, told)


def _registered(
    session: Session, workspace: Workspace, record: EvidenceRecord, scratch: Path
) -> int:
    """Return how many operations it took; the registry holds the model as it is wanted.

    What is no model goes first and without its gates: a challenger comes to a registry that knows
    teams, data and gate sets already.
    """
    place = Place(scratch / "registry.db", session.root)
    backend = open_backend("embedded", place, workspace.environment)
    desired = wanted_objects(session, workspace)
    context = replace(
        context_of(session, workspace, backend="embedded"),
        require_approvals=False,
        freezes=(),
        signed_evidence="never",
        signed_profiles="never",
        recomputed_evidence="never",
        moves=(),
        removals=(),
    )
    around = {name: each for name, each in desired.items() if each.kind != "Model"}
    _applied(backend, around, replace(context, require_gates=False), {})
    scope = Scope(ScopeMode.TARGET, (record.subject,))
    entry = evidence_entry(record.subject, record, EvidenceStatus.PRESENT)
    count = _applied(backend, desired, replace(context, scope=scope), {record.subject: entry})
    held = backend.observe().objects.get(record.subject)
    if held is None or held.digest != desired[record.subject].digest:
        raise MlspecError("the registry does not hold what was applied")
    return count


def _applied(
    backend: Backend,
    desired: Mapping[str, Desired],
    context: PlanContext,
    evidence: Mapping[str, EvidenceEntry],
) -> int:
    """Plan and apply; return the number of operations."""
    plan = make_plan(desired, observe_for(backend, desired, context), context, evidence)
    checkout = Checkout(desired, context, evidence)
    result = apply_plan(plan, backend, checkout, stamp_of(None), ApplyOptions())
    if result.outcome is not Outcome.APPLIED:
        raise MlspecError(f"the run is {result.outcome.value}")
    return len(plan.operations)


def _tried(promtool: str, proof: AlertProof, scratch: Path, trigger: str) -> DrillLink:
    (scratch / proof.rule_file).write_text(proof.rules, encoding="utf-8")
    tests = scratch / f"{proof.name}.test.yaml"
    tests.write_text(proof.tests, encoding="utf-8")
    done = subprocess.run(
        [promtool, "test", "rules", tests.name],
        cwd=scratch,
        capture_output=True,
        text=True,
        timeout=_LONGEST_TEST_SECONDS,
        check=False,
    )
    series = "on the measured drift" if proof.is_measured else "beyond its bound"
    if done.returncode == 0:
        told = f"`{proof.name}` fires {series}, and stays silent otherwise (promtool)"
        return DrillLink("alert", DrillStatus.PROVEN, told, trigger=trigger)
    told = f"`{proof.name}` does not fire {series}, or fires without it (promtool)"
    step = "compare its bound with the limit of the gate, or drill with a greater `--strength`"
    return DrillLink("alert", DrillStatus.FAILED, told, step, trigger)


def _starter(trigger: Trigger, proof: AlertProof | None) -> str:
    if proof is not None:
        return f"the alert `{proof.name}`"
    return "the clock" if trigger.type == "schedule" else "the news of new data"
