"""The whole of one environment as a bundle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mlspec.diagnostics import sort_diagnostics
from mlspec.ir import Bundle, CardFormat, Gateway, Locks
from mlspec.lowering._data import lower_data
from mlspec.lowering._monitors import lower_monitors
from mlspec.lowering._scopes import Scopes
from mlspec.lowering._services import lower_services
from mlspec.lowering._teams import lower_on_call
from mlspec.lowering._training import lower_retrainings
from mlspec.lowering.cards import CardFacts, lower_cards
from mlspec.lowering.pipeline import lower_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic
    from mlspec.evidence import EvidenceRecord, Profile
    from mlspec.ir import Card, Monitor, Pipeline, Retraining, Service
    from mlspec.workspace import Workspace

__all__ = ["Files", "Lowered", "lower", "problems"]

_DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Files:
    """What was read of a workspace besides its specs.

    `digests` are those of today, by file, of what evidence rests on; without them no evidence is
    said to be stale. `doubts` say of records why they do not count (see `lower_cards`). `profiles`
    are what monitors of drift compare with, by file, or a sentence why one can't be used. `locks`
    is what CI is pinned to. `written` are the specs without overrides, which CI is lowered from:
    its files are those of all environments. Without them, CI knows one environment alone. `cards`
    is what cards tell beside specs and records.
    """

    digests: Mapping[str, str | None] | None = None
    doubts: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, Profile | str] = field(default_factory=dict)
    locks: Locks = field(default_factory=Locks)
    written: Workspace | None = None
    cards: CardFacts = field(default_factory=CardFacts)


_NO_FILES = Files()


@dataclass(frozen=True, slots=True)
class Lowered:
    """A bundle, and why parts of the workspace are not in it."""

    bundle: Bundle
    diagnostics: tuple[Diagnostic, ...]
    of_targets: tuple[tuple[str, tuple[Diagnostic, ...]], ...] = ()
    """Per target, what concerns only those who emit it."""

    def concerning(self, targets: Iterable[str]) -> tuple[Diagnostic, ...]:
        """Return what concerns everybody and those who emit the targets, in order of place."""
        return _concerning(self.diagnostics, self.of_targets, targets)


def lower(
    workspace: Workspace,
    environment: str,
    *,
    evidence: Mapping[str, EvidenceRecord],
    version: str,
    workspace_path: str = ".",
    files: Files = _NO_FILES,
) -> Lowered:
    """Return what one environment, which the workspace declares, compiles to.

    Args:
        workspace: The specs with the overrides of the environment merged in.
        environment: Its name.
        evidence: The latest gate record per address of a model.
        version: The version of mlspec, for headers.
        workspace_path: Where the workspace lies in its repository.
        files: What was read of the workspace besides its specs.
    """
    namespace = _namespace(workspace, environment)
    made = _made(workspace, environment, namespace, files.profiles)
    data = lower_data(workspace)
    bundle = Bundle(
        environment=environment,
        services=made.services,
        monitors=made.monitors,
        cards=_cards(workspace, environment, evidence, files),
        pipeline=_pipeline(workspace, version, workspace_path, files),
        gateway=_gateway(workspace),
        sources=_sources(workspace),
        platform=workspace.platform,
        targets=workspace.spec.targets.enabled,
        on_call=lower_on_call(workspace),
        retrainings=made.retrainings,
        contracts=data.contracts,
        features=data.features,
        registrations=data.registrations,
        card_formats=_card_formats(workspace),
    )
    return Lowered(bundle, tuple(sort_diagnostics(made.told)), data.told)


class _Made(NamedTuple):
    """What models become, and why some of it is not there."""

    services: tuple[Service, ...]
    monitors: tuple[Monitor, ...]
    retrainings: tuple[Retraining, ...]
    told: tuple[Diagnostic, ...]


def _made(
    workspace: Workspace,
    environment: str,
    namespace: str,
    profiles: Mapping[str, Profile | str],
) -> _Made:
    scopes = Scopes(workspace, environment, namespace)
    services, unserved = lower_services(workspace, namespace, scopes.served)
    monitors, unwatched = lower_monitors(workspace, profiles, scopes)
    retrainings, untrained = lower_retrainings(workspace, namespace)
    return _Made(services, monitors, retrainings, (*unserved, *unwatched, *untrained))


def _pipeline(workspace: Workspace, version: str, path: str, files: Files) -> Pipeline:
    written = files.written or workspace
    return lower_pipeline(written, version, workspace_path=path, locks=files.locks)


def _namespace(workspace: Workspace, environment: str) -> str:
    declared = workspace.spec.environments.get(environment)
    return (declared.namespace if declared else None) or _DEFAULT_NAMESPACE


def _cards(
    workspace: Workspace, environment: str, evidence: Mapping[str, EvidenceRecord], files: Files
) -> Sequence[Card]:
    return lower_cards(
        workspace,
        environment,
        evidence,
        current_digests=files.digests,
        doubts=files.doubts,
        facts=files.cards,
    )


def problems(
    workspace: Workspace, environment: str, profiles: Mapping[str, Profile | str]
) -> tuple[Diagnostic, ...]:
    """Return what `lower` says is not compiled, without what takes it time: cards and pipelines.

    `profiles` are what monitors of drift compare with, as in `Files`. Of targets, only those that
    the workspace enables are asked about.
    """
    told = _made(workspace, environment, _namespace(workspace, environment), profiles).told
    return _concerning(told, lower_data(workspace).told, workspace.spec.targets.enabled)


def _concerning(
    told: Iterable[Diagnostic],
    of_targets: Iterable[tuple[str, tuple[Diagnostic, ...]]],
    targets: Iterable[str],
) -> tuple[Diagnostic, ...]:
    names = {each.replace("_", "-") for each in targets}
    found = {each for name, listed in of_targets if name in names for each in listed}
    return tuple(sort_diagnostics([*told, *found]))


def _gateway(workspace: Workspace) -> Gateway:
    gateway = workspace.spec.targets.gateway
    return Gateway(gateway.name, gateway.namespace or "", gateway.domain)


def _card_formats(workspace: Workspace) -> tuple[CardFormat, ...]:
    return tuple(sorted(map(CardFormat, workspace.spec.targets.model_card.formats)))


def _sources(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    return tuple((file, workspace.sources[file].digest) for file in sorted(workspace.sources))
