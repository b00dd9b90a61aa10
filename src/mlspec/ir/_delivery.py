"""What runs a rollout, and what a workspace's clusters are: backends, versions, routers.

Names of backends and of what they need are those of `capabilities`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Backend", "GitOps", "LoadScaling", "Platform", "Router"]


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
class GitOps:
    """The repository that a GitOps tool watches; empty `repository` means that none does."""

    repository: str = ""
    revision: str = ""
    path: str = ""
    project: str = ""


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
