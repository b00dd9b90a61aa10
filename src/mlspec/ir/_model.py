"""The intermediate representation: what targets see, and all they see.

Plain frozen values without spec vocabulary: an emitter decides layout, never policy. Times are
minutes, shares lie in 0..1, latencies are milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.ir._alerting import Scope
from mlspec.ir._card import CardFormat
from mlspec.ir._ci import GitHubWatch, GitLab, Locks
from mlspec.ir._contract import FeatureRepo
from mlspec.ir._delivery import Backend, LlmServing, LoadScaling, Platform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ir._alerting import OnCall
    from mlspec.ir._card import Card
    from mlspec.ir._ci import PipelineTraining
    from mlspec.ir._contract import Contract, Registration
    from mlspec.ir._objects import Claim
    from mlspec.ir._training import Retraining

__all__ = [
    "AnalysisCheck",
    "AppliedPatch",
    "Artifact",
    "Bundle",
    "Gateway",
    "Monitor",
    "Pipeline",
    "PipelineGate",
    "Rollout",
    "RolloutStep",
    "Service",
    "Strategy",
]


@dataclass(frozen=True, slots=True, order=True)
class AppliedPatch:
    """A change to a compiled file: its name, the file that says it, the digest of what it says."""

    id: str
    source: str
    digest: str


@dataclass(frozen=True, slots=True, order=True)
class Artifact:
    """A file that is not yet written.

    `path` is relative to the output folder, with `/`; a path that starts with `/` is relative to
    the repository (the CI workflow). `source` is the spec file it comes from.
    """

    path: str
    content: str
    source: str
    target: str = ""
    """The target that it comes from; filled in by whoever runs the target."""
    patches: tuple[AppliedPatch, ...] = ()
    """The changes that people made to it, in order."""
    claims: tuple[Claim, ...] = field(default=(), compare=False, repr=False)
    """The objects that a cluster has once it is applied."""


class Strategy(StrEnum):
    """How traffic moves to a challenger."""

    NONE = "none"
    CANARY = "canary"
    SHADOW = "shadow"
    BLUE_GREEN = "blue-green"
    SPLIT = "a-b"


@dataclass(frozen=True, slots=True)
class AnalysisCheck:
    """A condition judged while the challenger has traffic; one bound is set.

    `metric` is `error-share`, `latency-p95-ms`, `latency-p99-ms` or a Prometheus gauge.
    `window_minutes` is the time that is looked at: no longer than the shortest step.
    """

    id: str
    metric: str
    at_most: float | None
    at_least: float | None
    minimum_requests: int
    window_minutes: int = 10


@dataclass(frozen=True, slots=True)
class RolloutStep:
    """A share of traffic for the challenger, held for a time."""

    share: float
    hold_minutes: int


@dataclass(frozen=True, slots=True)
class Rollout:
    """How traffic moves. Blue-green has two steps (0 and 1), shadow and a-b have one.

    `champion_image` and `champion_uri`, which a server loads, are empty for a first release: there
    is nothing to roll out from. The steps of a canary end with all traffic. `outcome` is the metric
    that decides a-b, once each arm has had `minimum_samples` requests.
    """

    strategy: Strategy
    champion_image: str = ""
    champion_version: str = ""
    champion_uri: str = ""
    steps: tuple[RolloutStep, ...] = ()
    analysis: tuple[AnalysisCheck, ...] = ()
    header: str = ""
    outcome: str = ""
    minimum_samples: int = 0
    abort_on_failure: bool = True

    @property
    def word(self) -> str:
        """Return the column of the capability table that the rollout belongs to."""
        is_by_header = self.strategy is Strategy.SPLIT and self.header
        return f"{self.strategy}-header" if is_by_header else self.strategy.value

    @property
    def is_staged(self) -> bool:
        """Tell whether champion and challenger run side by side."""
        return self.strategy is not Strategy.NONE and bool(self.champion_image or self.champion_uri)


@dataclass(frozen=True, slots=True)
class Service:
    """One online model as it is served.

    `cpu` and `memory` are Kubernetes quantities in the form the API server stores. `receiver` is
    the Alertmanager receiver of the owner; `p99_ms` and `availability` are objectives. Without an
    `image` the `runtime` loads the artifact. `is_loaded` tells that it lies where KServe fetches
    from before a server starts.
    """

    name: str
    version: str
    owner: str
    tier: str
    namespace: str
    image: str
    port: int
    path: str
    health_path: str
    cpu: str
    memory: str
    gpu: int
    replicas_minimum: int
    replicas_maximum: int
    cpu_utilisation: float | None
    artifact_uri: str
    artifact_digest: str
    rollout: Rollout
    source: str
    receiver: str = ""
    p99_ms: float | None = None
    availability: float | None = None
    runbook: str = ""
    backend: Backend = Backend.GATEWAY
    load: LoadScaling | None = None
    runtime: str = ""
    artifact_format: str = ""
    is_loaded: bool = False
    llm: LlmServing | None = None
    scope: Scope = field(default_factory=Scope)

    @property
    def place(self) -> tuple[tuple[str, str], ...]:
        """Return the labels of every series of the service, whichever of its copies it is of."""
        return (("model", self.name), *self.scope.labels)


@dataclass(frozen=True, slots=True)
class Monitor:
    """One alert. `statistic` is a word of the language, such as mean or psi; one bound is set.

    `receiver` is an Alertmanager receiver; it is empty where the spec names nobody. `reference`
    are the bins of `feature` and their rows, of the profile that `psi` compares with. The labels
    of `total` are those of `predictions` that were made `delay_minutes` before.
    """

    model: str
    id: str
    dimension: str
    metric: str
    statistic: str
    total: str
    above: float | None
    below: float | None
    window_minutes: int
    for_minutes: int
    severity: str
    owner: str
    receiver: str
    runbook: str
    source: str
    feature: str = ""
    reference: tuple[tuple[str, int], ...] = ()
    predictions: str = ""
    delay_minutes: int = 0
    minimum_coverage: float = 0.0
    scope: Scope = field(default_factory=Scope)

    @property
    def place(self) -> tuple[tuple[str, str], ...]:
        """Return the labels of every series that the monitor reads."""
        return (("model", self.model), *self.scope.labels)


@dataclass(frozen=True, slots=True)
class PipelineGate:
    """A model whose gates CI runs; `address` is `model/<name>`.

    `counts_uses` tells that a gate counts the models that its rows have judged in earlier runs.
    """

    address: str
    has_files: bool
    counts_uses: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What CI does for the workspace: validate, plan, gates, apply per environment."""

    environments: tuple[str, ...]
    branch: str
    runner: str
    python: str
    workspace_path: str
    evidence_path: str
    gates: tuple[PipelineGate, ...]
    mlspec_version: str
    source: str
    requirement: str = ""
    """What pip installs; empty for the released distribution of this version."""
    registry: str = "embedded"
    """The backend; `embedded` is a file, which a runner must not throw away."""
    server: str = ""
    """The backend of a server of models that `registry` keeps the records of; empty without one."""
    gitlab: GitLab = field(default_factory=GitLab)
    watch: GitHubWatch = field(default_factory=GitHubWatch)
    drills: tuple[str, ...] = ()
    """Names of the models whose retraining is rehearsed."""
    not_drilled: tuple[str, ...] = ()
    """Names of those with triggers that no training answers: a drill of them proves nothing."""
    trainings: tuple[PipelineTraining, ...] = ()
    locks: Locks = field(default_factory=Locks)


@dataclass(frozen=True, slots=True)
class Gateway:
    """The Gateway that routes attach to."""

    name: str
    namespace: str
    domain: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything one environment compiles to."""

    environment: str
    services: tuple[Service, ...]
    monitors: tuple[Monitor, ...]
    cards: Sequence[Card]
    pipeline: Pipeline
    gateway: Gateway
    sources: tuple[tuple[str, str], ...]
    """(spec file, digest), sorted: for the headers of artifacts."""
    platform: Platform = field(default_factory=Platform)
    retrainings: tuple[Retraining, ...] = ()
    contracts: tuple[Contract, ...] = ()
    features: FeatureRepo = field(default_factory=lambda: FeatureRepo(""))
    targets: tuple[str, ...] = ()
    """Names of the targets that the workspace enables; none means those that run by default."""
    on_call: tuple[OnCall, ...] = ()
    """The teams that can be called, in order of name."""
    registrations: tuple[Registration, ...] = ()
    card_formats: tuple[CardFormat, ...] = tuple(CardFormat)
