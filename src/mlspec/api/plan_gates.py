"""`gate plan`: what gates read, what is missing, and how many rows they need. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_uses import history_of
from mlspec.api.judge import (
    alike,
    by_gates,
    environments_of,
    require_signed_profiles,
    say_nothing,
    subject_digest,
    with_artifact,
)
from mlspec.api.session import open_session
from mlspec.errors import ExitCode
from mlspec.gates import Assumed, Binding, plan_gates
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlspec.api.judge import Tell
    from mlspec.api.session import Session
    from mlspec.gates import PlannedGate
    from mlspec.workspace import Workspace

__all__ = ["GatePlanReport", "PlannedModel", "plan_evaluation"]


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """The gates of one model, and the environments that have them so."""

    address: str
    environments: tuple[str, ...]
    gates: tuple[PlannedGate, ...]


@dataclass(frozen=True, slots=True)
class GatePlanReport:
    """What is to be evaluated under which assumptions; the addresses of models without gates."""

    models: tuple[PlannedModel, ...]
    ungated: tuple[str, ...]
    assumed: Assumed

    @property
    def exit_code(self) -> ExitCode:
        """0 when every gate can be evaluated, else the code of gates that are not."""
        gates = [gate for each in self.models for gate in each.gates]
        is_complete = bool(gates) and all(each.is_complete for each in gates)
        return ExitCode.OK if is_complete else ExitCode.GATE_NOT_EVALUATED


def plan_evaluation(
    models: Sequence[str] = (),
    directory: Path | None = None,
    environment: str | None = None,
    *,
    assumed: Assumed | None = None,
    tell: Tell = say_nothing,
) -> GatePlanReport:
    """Say of the named models (all otherwise) what their gates need; nothing is decided.

    Raises:
        UsageError: a model or the environment does not exist, or a model named has no gates.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: a profile has a signature beside it that does not hold.
    """
    session = open_session(directory)
    workspaces = [*environments_of(session, environment)]
    gated, ungated = by_gates(workspaces, models)
    taken = assumed or Assumed()
    planner = _Planner(session, workspaces, taken, tell)
    return GatePlanReport(
        tuple(each for address in gated for each in planner.planned(address)), ungated, taken
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    session: Session
    workspaces: list[Workspace]
    assumed: Assumed
    tell: Tell

    def planned(self, address: str) -> Iterator[PlannedModel]:
        root = self.session.root
        for group in alike(self.workspaces, address):
            model = group[0].resources[address]
            require_signed_profiles(root, model)
            now = Binding(
                address,
                subject_digest(model),
                __version__,
                moment_of_now(),
                history_of(self.session, group[0], address),
            )
            gates = plan_gates(
                gates_of(group[0], model),
                model_of(model).evaluation,
                root,
                binding=with_artifact(root, group[0], model, now),
                assumed=self.assumed,
                tell=self.tell,
            )
            yield PlannedModel(address, tuple(each.environment for each in group), gates)
