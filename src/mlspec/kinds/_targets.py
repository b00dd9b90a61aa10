"""`targets` of a `Workspace`: what is compiled, and what runs it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from mlspec.kinds._patches import Patch
from mlspec.kinds._training import TrainingTarget
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Items,
    SpecModel,
    Text,
    declare,
)

__all__ = [
    "BRANCH",
    "FOLDER",
    "PATH_FORM",
    "SEGMENT",
    "GitHubTarget",
    "GitLabTarget",
    "GitOpsTarget",
    "Targets",
]

SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
RELATIVE_PATH = rf"^{SEGMENT}(/{SEGMENT}){{0,15}}$"
"""No segment starts with a dot, so no path leads out of the workspace or into hidden folders."""
PATH_FORM = "a path inside the workspace such as `specs` or `ml/specs`: no leading `/`, no `..`"
FOLDER: dict[str, Any] = {"pattern": RELATIVE_PATH, "form": PATH_FORM}
BRANCH: dict[str, Any] = {
    "pattern": r"^[A-Za-z0-9]([./]?[A-Za-z0-9_-]){0,99}$",
    "form": "a branch name such as `main` or `release/1.4`",
}
"""As git has it: no part starts with a dot, ends in one, or is empty; no two dots, no `@{`."""
_REQUIREMENT: dict[str, Any] = {
    "pattern": r"^[A-Za-z0-9][A-Za-z0-9 ._@:/+=,<>~!#\[\]-]{0,299}$",
    "form": "a requirement as pip reads it, such as `mlspec-compiler[parquet]==0.1.0`",
    "examples": [
        "mlspec-compiler[parquet]==0.1.0",
        "mlspec-compiler @ https://pypi.example.org/mlspec_compiler.whl#sha256=" + "0" * 64,
    ],
}
_CRON: dict[str, Any] = {
    "pattern": r"^[0-9*][0-9*/,-]{0,19}( [0-9*][0-9*/,-]{0,19}){4}$",
    "form": "five fields as cron has them: minute, hour, day, month, weekday; `23 3 * * *`",
}
_URL = r"^https?://[A-Za-z0-9][A-Za-z0-9._~:/%+-]{0,499}$"
_URL_FORM = "a URL that starts with `http://` or `https://`, without a query"


_LABEL_PART = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
"""The name of a label, and its value, as Kubernetes takes them."""


class GitHubTarget(SpecModel):
    """How the compiled GitHub workflow runs."""

    branch: str = declare("Branch that is applied.", FieldClass.POLICY, default="main", **BRANCH)
    runner: str = declare(
        "Label of the runner.",
        FieldClass.POLICY,
        default="ubuntu-24.04",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        form="one runner label such as `ubuntu-24.04`",
    )
    workspace_path: str = declare(
        "Where the workspace lies in its repository; files of CI are written at the top of it.",
        FieldClass.POLICY,
        default=".",
        pattern=rf"^(\.|{RELATIVE_PATH[1:-1]})$",
        form="`.`, or the folder of the workspace in its repository, such as `ml`",
    )
    requirement: str | None = declare(
        "What pip installs in CI; the released distribution of the same version otherwise.",
        FieldClass.POLICY,
        default=None,
        **_REQUIREMENT,
    )
    python: Literal["3.11", "3.12", "3.13", "3.14"] = declare(
        "Python of the runner.", FieldClass.POLICY, default="3.12"
    )
    drift_schedule: str = declare(
        "When the registry is compared with its record, in UTC.",
        FieldClass.MONITORING,
        default="23 3 * * *",
        **_CRON,
    )
    drill_schedule: str = declare(
        "When retraining is rehearsed, in UTC.",
        FieldClass.RETRAINING,
        default="47 4 * * 1",
        **_CRON,
    )


class GitLabTarget(SpecModel):
    """How the compiled GitLab jobs run."""

    branch: str = declare("Branch that is applied.", FieldClass.POLICY, default="main", **BRANCH)
    image: str | None = declare(
        "Image of the jobs: Python 3.11 or later, git and bash. Absent means the one that "
        "`.gitlab/mlspec/pins.gitlab-ci.yml` holds, which update bots keep new.",
        FieldClass.POLICY,
        default=None,
        pattern=r"^[a-z0-9][A-Za-z0-9._/-]{0,199}(:[A-Za-z0-9][A-Za-z0-9._-]{0,99})?(@sha256:[0-9a-f]{64})?$",
        form="an image such as `python:3.12@sha256:...`",
        examples=["registry.example.org/ci/python:3.12"],
    )
    requirement: str | None = declare(
        "What pip installs in CI; the released distribution of the same version otherwise.",
        FieldClass.POLICY,
        default=None,
        **_REQUIREMENT,
    )
    tags: Items[Identifier] = declare(
        "Tags of the runners; any runner without them.", FieldClass.POLICY, default=()
    )


class GatewayTarget(SpecModel):
    """The Gateway that compiled routes attach to."""

    name: Identifier = declare("Name of the Gateway.", FieldClass.SERVING, default="ml-gateway")
    namespace: Identifier | None = declare(
        "Its namespace, where it is not the model's.", FieldClass.SERVING, default=None
    )
    domain: str = declare(
        "Routes answer at `<model>.<domain>`.",
        FieldClass.SERVING,
        default="ml.example.org",
        pattern=r"^[a-z0-9]([a-z0-9.-]{0,198}[a-z0-9])?$",
        form="a domain in lower-case letters, such as `ml.example.org`",
    )


LabelName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]{0,62}$")]
"""The name of a label as Prometheus has it."""


class PrometheusTarget(SpecModel):
    """The Prometheus that controllers ask, and how its operator selects objects."""

    address: str = declare(
        "Where it answers inside the cluster.",
        FieldClass.MONITORING,
        default="http://prometheus-operated.monitoring.svc:9090",
        pattern=_URL,
        form=_URL_FORM,
    )
    select_label: str = declare(
        "Label by which the Prometheus operator selects rules and monitors.",
        FieldClass.MONITORING,
        default="release=kube-prometheus-stack",
        pattern=rf"^([a-z0-9]([a-z0-9.-]{{0,198}}[a-z0-9])?/)?{_LABEL_PART}={_LABEL_PART}$",
        form="a label as `name=value`, such as `release=kube-prometheus-stack`",
    )
    labels: dict[LabelName, Text] = declare(
        "What every series of the environment carries, and no series of another one; set it per "
        "environment by an override. Absent means `namespace`, as scraping by the Prometheus "
        "operator sets it.",
        FieldClass.MONITORING,
        default={},
        examples=[{"cluster": "prod-eu"}],
    )


class KServeTarget(SpecModel):
    """How KServe is installed."""

    mode: Literal["knative", "standard"] = declare(
        "Deployment mode of an InferenceService.", FieldClass.SERVING, default="standard"
    )


class FlaggerTarget(SpecModel):
    """What Flagger asks besides metrics."""

    approval_url: str | None = declare(
        "Asked before a challenger is promoted: any answer but 200 holds it.",
        FieldClass.ROLLOUT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        pattern=_URL,
        form=_URL_FORM,
        examples=["http://gate.ml.svc/approve"],
    )


class ModelCardTarget(SpecModel):
    """As what cards are written among the artifacts."""

    formats: Items[Literal["html", "json", "markdown"]] = declare(
        "Formats of the card of each model, system, prompt and data set: Markdown is what forges "
        "show, and a tenth of all three; `mlspec card` writes any of them at any time.",
        FieldClass.COSMETIC,
        default=("markdown",),
        min_length=1,
        examples=[["html", "json", "markdown"]],
    )


class GitOpsTarget(SpecModel):
    """The repository that Argo CD or Flux watches."""

    tool: Literal["argo-cd", "flux"] = declare(
        "What watches it.", FieldClass.POLICY, default="argo-cd"
    )
    repository: str = declare(
        "Where it is cloned from.",
        FieldClass.POLICY,
        pattern=r"^(https|ssh)://[A-Za-z0-9][A-Za-z0-9._~:/@%+-]{0,499}$",
        form="a URL that starts with `https://` or `ssh://`",
        examples=["https://git.example.org/ml/specs"],
    )
    revision: str = declare("Branch that is watched.", FieldClass.POLICY, default="main", **BRANCH)
    path: str | None = declare(
        "Folder in it with one folder of artifacts per environment; absent means where `compile` "
        "writes them.",
        FieldClass.POLICY,
        default=None,
        **FOLDER,
    )
    project: Identifier = declare("Project of Argo CD.", FieldClass.POLICY, default="default")
    server: str = declare(
        "Cluster that Argo CD writes to.",
        FieldClass.POLICY,
        default="https://kubernetes.default.svc",
        pattern=_URL,
        form=_URL_FORM,
    )
    interval_minutes: Integer = declare(
        "Minutes between two looks of Flux at the repository.",
        FieldClass.POLICY,
        default=10,
        ge=1,
        le=1440,
    )
    namespace: Identifier | None = declare(
        "Where the objects of the tool live; absent means `argocd` or `flux-system`.",
        FieldClass.POLICY,
        default=None,
    )


class Targets(SpecModel):
    """What `mlspec compile` writes, and how."""

    enabled: Items[Identifier] = declare(
        "Names of the targets; absent means those that `mlspec targets list` calls default.",
        FieldClass.POLICY,
        default=(),
    )
    github: GitHubTarget = declare(
        "The GitHub workflow.", FieldClass.POLICY, default=GitHubTarget()
    )
    gitlab: GitLabTarget = declare("The GitLab jobs.", FieldClass.POLICY, default=GitLabTarget())
    gateway: GatewayTarget = declare(
        "The Gateway of the routes.", FieldClass.SERVING, default=GatewayTarget()
    )
    backend: Literal["flagger", "gateway", "kserve", "plain", "rollouts"] = declare(
        "Who moves the traffic of models that name no `serving.backend`.",
        FieldClass.SERVING,
        default="gateway",
    )
    router: Literal["gateway-api", "istio", "none"] = declare(
        "What splits requests in the clusters.", FieldClass.SERVING, default="gateway-api"
    )
    versions: dict[Identifier, Text] = declare(
        "What runs in the clusters, by component; absent means the newest version that mlspec "
        "knows (`mlspec targets list`).",
        FieldClass.SERVING,
        default={},
        examples=[{"argo-rollouts": "1.9"}],
    )
    prometheus: PrometheusTarget = declare(
        "Where metrics are asked for.", FieldClass.MONITORING, default=PrometheusTarget()
    )
    flagger: FlaggerTarget = declare("Flagger.", FieldClass.ROLLOUT, default=FlaggerTarget())
    kserve: KServeTarget = declare("KServe.", FieldClass.SERVING, default=KServeTarget())
    model_card: ModelCardTarget = declare(
        "Cards among the artifacts.", FieldClass.COSMETIC, default=ModelCardTarget()
    )
    training: TrainingTarget | None = declare(
        "Where models are trained again.", FieldClass.POLICY, default=None
    )
    gitops: GitOpsTarget | None = declare(
        "What a GitOps tool watches.", FieldClass.POLICY, default=None
    )
    patches: Items[Patch] = declare(
        "Changes to what is compiled, in every environment, made in order.",
        FieldClass.POLICY,
        default=(),
        list_key="id",
    )
