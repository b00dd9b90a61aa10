"""What runs a rollout, and what a workspace's clusters are: backends, versions, routers.

Names of backends and of what they need are those of `capabilities`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Backend", "GitOps", "LlmServing", "LoadScaling", "Platform", "Router"]


class Backend(StrEnum):
    """Who moves the traffic of a model."""

    PLAIN = "plain"
    """Deployment and Service; a share is a ratio of replicas."""
    GATEWAY = "gateway"
    """HTTPRoute weights that a person or a job applies, step by step."""
    ROLLOUTS = "rollouts"
    FLAGGER = "flagger"
    KSERVE = "kserve"


class Router(StrEnum):
    """What splits traffic below a controller."""

    GATEWAY_API = "gateway-api"
    ISTIO = "istio"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LoadScaling:
    """Replicas by load, which KEDA counts; one replica takes so much of each that is set.

    `queue_metric` is a gauge, all of its series together.
    """

    requests_per_replica: float | None = None
    queue_metric: str = ""
    queue_per_replica: float | None = None


@dataclass(frozen=True, slots=True)
class LlmServing:
    """How a language model is served: the name that requests ask for, and over how many GPUs.

    `tensor` and `pipeline` are the ways one replica is split; `has_scheduler` tells that requests
    are routed by queues and caches of the servers.
    """

    served_name: str
    tensor: int = 1
    pipeline: int = 1
    has_scheduler: bool = True


@dataclass(frozen=True, slots=True)
class GitOps:
    """The repository that a GitOps tool watches; empty `repository` means that none does.

    `path` is the folder of the artifacts of this environment in it, `namespace` where the objects
    of the tool live; empty means where its installation has them. `workspace` names them.
    """

    repository: str = ""
    revision: str = ""
    path: str = ""
    project: str = ""
    tool: str = "argo-cd"
    interval_minutes: int = 10
    namespace: str = ""
    server: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """What the clusters of an environment run. `versions` are (component, `major.minor`), sorted.

    A component without a version is taken at the newest that the capability table knows.
    """

    router: Router = Router.GATEWAY_API
    kserve_mode: str = "standard"
    versions: tuple[tuple[str, str], ...] = ()
    scrape_label: tuple[str, str] = ("release", "kube-prometheus-stack")
    """The label by which the Prometheus operator selects rules and monitors."""
    gitops: GitOps = GitOps()
    prometheus: str = "http://prometheus-operated.monitoring.svc:9090"
    """Where controllers ask for metrics."""
    approval_url: str = ""
    """What Flagger asks before it promotes; empty where nobody approves in the cluster."""

    def version_of(self, component: str) -> str:
        """Return the declared version of a component, or nothing."""
        return dict(self.versions).get(component, "")
