"""`Workspace` (`mlspec.yaml`): environments, registry, targets and paths of one repository.

Example
    apiVersion: mlspec.dev/v1
    kind: Workspace
    metadata: {name: shop}
    spec:
      environments:
        staging: {}
        prod: {requireGates: true, requireApprovals: true}
      registry: {backend: git}
"""

from __future__ import annotations

from typing import Any, Literal

from mlspec.kinds._mlflow import MlflowEnvironment, MlflowRegistry
from mlspec.kinds._moved import Moved, Removed
from mlspec.kinds._patches import Patch, PatchTarget
from mlspec.kinds._port import Kind
from mlspec.kinds._sagemaker import SagemakerEnvironment, SagemakerRegistry
from mlspec.kinds._targets import (
    BRANCH,
    FOLDER,
    PATH_FORM,
    SEGMENT,
    GitHubTarget,
    GitLabTarget,
    GitOpsTarget,
    Targets,
)
from mlspec.kinds._unity_catalog import UnityCatalogEnvironment, UnityCatalogRegistry
from mlspec.schema import (
    Count,
    Direction,
    FieldClass,
    Identifier,
    Items,
    Moment,
    Number,
    SpecModel,
    Text,
    Version,
    declare,
)

__all__ = [
    "KIND",
    "Environment",
    "Freeze",
    "GitHubTarget",
    "GitLabTarget",
    "GitOpsTarget",
    "Governed",
    "MlflowEnvironment",
    "MlflowRegistry",
    "Moved",
    "Override",
    "Patch",
    "PatchTarget",
    "Paths",
    "Registry",
    "Removed",
    "SagemakerEnvironment",
    "SagemakerRegistry",
    "Targets",
    "UnityCatalogEnvironment",
    "UnityCatalogRegistry",
    "WorkspaceSpec",
]

_MLFLOW, _SAGEMAKER, _UNITY = "mlflow", "sagemaker", "unity-catalog"
"""The backends whose records another one keeps."""
_REGISTRY_PATH = rf"^\.?{SEGMENT}(/\.?{SEGMENT}){{0,15}}$"


class Override(SpecModel):
    """One value that differs in an environment.

    The rule of merging: the value replaces what stands at `path`, except that a mapping is
    merged into a mapping, key by key. Lists are replaced whole; an entry of a keyed list is
    named by its key, as in `spec.gates[auc-floor].atLeast`. `null` takes a value away. The name
    `*` passes over resources that lack the section or entry the path leads through.
    """

    kind: Text = declare("Kind of the resources.", FieldClass.POLICY)
    name: Text = declare("Name of the resource; `*` stands for all of the kind.", FieldClass.POLICY)
    path: Text = declare(
        "Where the value goes.", FieldClass.POLICY, examples=["spec.serving.replicas.minimum"]
    )
    value: Any = declare("The value in this environment.", FieldClass.POLICY)


class Freeze(SpecModel):
    """A time in which an environment takes no changes."""

    id: Identifier = declare("Name of the window.", FieldClass.POLICY)
    start: Moment = declare(
        "First moment.",
        FieldClass.POLICY,
        Direction.NONE,
        examples=["2026-12-18T00:00:00Z"],
    )
    end: Moment = declare("First moment after it.", FieldClass.POLICY)
    reason: Text = declare("Why nothing changes then.", FieldClass.COSMETIC)
    allow: Literal["none", "low", "medium", "high"] = declare(
        "Changes up to this risk level go through.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default="none",
        order=("high", "medium", "low", "none"),
    )


class Environment(SpecModel):
    """A place that models are applied to."""

    description: Text | None = declare("What it is for.", FieldClass.COSMETIC, default=None)
    namespace: Identifier | None = declare(
        "Kubernetes namespace of the compiled objects.", FieldClass.SERVING, default=None
    )
    require_gates: bool = declare(
        "Apply refuses a model whose required gates have no passing, current evidence.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )
    signed_evidence: Literal["never", "high", "limited", "minimal"] = declare(
        "Lowest risk tier whose evidence must be signed by an allowed signer, where gates are "
        "required.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default="never",
        order=("never", "high", "limited", "minimal"),
    )
    signed_profiles: Literal["never", "high", "limited", "minimal"] = declare(
        "Lowest risk tier of whose models the reference profiles must be signed by an allowed "
        "signer, where gates are required.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default="never",
        order=("never", "high", "limited", "minimal"),
    )
    recomputed_evidence: Literal["never", "high", "limited", "minimal"] = declare(
        "Lowest risk tier whose verdicts plan and apply compute again from the files, where gates "
        "are required.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default="never",
        order=("never", "high", "limited", "minimal"),
    )
    require_approvals: bool = declare(
        "Apply refuses a plan without the approvals that its risk asks for.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )
    minimum_strength: Literal["asserted", "host", "signed"] | None = declare(
        "How strong every approval must be, at least; the tier may ask for more.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        order=("asserted", "host", "signed"),
    )
    freezes: Items[Freeze] = declare(
        "Times in which nothing is applied here.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
        list_key="id",
    )
    delete_budget: Count = declare(
        "How many objects one plan may delete.",
        FieldClass.POLICY,
        Direction.LOWER_IS_TIGHTER,
        default=1,
    )
    publish: str | None = declare(
        "Branch that gets the compiled artifacts with every apply; needs the `git` registry.",
        FieldClass.POLICY,
        default=None,
        **BRANCH,
        examples=["rendered/prod"],
    )
    mlflow: MlflowEnvironment = declare(
        "What it is at the server of the `mlflow` registry.",
        FieldClass.POLICY,
        default=MlflowEnvironment(),
    )
    sagemaker: SagemakerEnvironment = declare(
        "What it is at the `sagemaker` registry (preview).",
        FieldClass.POLICY,
        default=SagemakerEnvironment(),
    )
    unity_catalog: UnityCatalogEnvironment = declare(
        "What it is at the `unity-catalog` registry (preview).",
        FieldClass.POLICY,
        default=UnityCatalogEnvironment(),
    )
    overrides: Items[Override] = declare(
        "Values that differ here, applied in order.", FieldClass.POLICY, default=()
    )
    releases: dict[Identifier, Version] = declare(
        "Which version of a model is here: one of its `releases`; that of its spec otherwise.",
        FieldClass.ARTIFACT,
        default={},
        examples=[{"churn": "v2"}],
    )
    patches: Items[Patch] = declare(
        "Changes to what is compiled here, made in order, after those of `targets.patches`.",
        FieldClass.POLICY,
        default=(),
        list_key="id",
    )

    def at_server(self, backend: str) -> dict[str, str]:
        """Return what a server of that backend has to know of this environment alone."""
        told = {_MLFLOW: self.mlflow.options, _SAGEMAKER: self.sagemaker.options}
        told[_UNITY] = self.unity_catalog.options
        return told[backend]() if backend in told else {}

    @property
    def is_plain(self) -> bool:
        """Whether specs hold here as they are written."""
        return not self.overrides and not self.releases


class Registry(SpecModel):
    """Where registry state is kept."""

    backend: Identifier = declare("Name of the backend.", FieldClass.POLICY, default="embedded")
    path: str = declare(
        "File of the embedded registry, relative to the workspace.",
        FieldClass.POLICY,
        default=".mlspec/registry.db",
        pattern=_REGISTRY_PATH,
        form=PATH_FORM,
    )
    remote: str = declare(
        "Git remote that holds the state of the `git` registry; `.` is this repository.",
        FieldClass.POLICY,
        default="origin",
        pattern=r"^(\.|[A-Za-z0-9][A-Za-z0-9._-]{0,99})$",
        form="the name of a git remote such as `origin`, or `.`",
    )
    mlflow: MlflowRegistry = declare(
        "The server of the `mlflow` registry.", FieldClass.POLICY, default=MlflowRegistry()
    )

    sagemaker: SagemakerRegistry = declare(
        "Model package groups of the `sagemaker` registry (preview).",
        FieldClass.POLICY,
        default=SagemakerRegistry(),
    )
    unity_catalog: UnityCatalogRegistry = declare(
        "Catalog and schema of the `unity-catalog` registry (preview).",
        FieldClass.POLICY,
        default=UnityCatalogRegistry(),
    )

    @property
    def server(self) -> MlflowRegistry | SagemakerRegistry | UnityCatalogRegistry | None:
        """What is said of the server that models are mirrored to; None where there is none."""
        if self.backend == _MLFLOW:
            return self.mlflow
        if self.backend == _UNITY:
            return self.unity_catalog
        return self.sagemaker if self.backend == _SAGEMAKER else None

    @property
    def records(self) -> str:
        """The backend that keeps the records: that of the registry, or the one beside a server."""
        return self.server.records if self.server else self.backend


class Paths(SpecModel):
    """Folders of the workspace, relative to `mlspec.yaml`."""

    specs: str = declare("Where specs are found.", FieldClass.POLICY, default="specs", **FOLDER)
    evidence: str = declare(
        "Where gate records are kept.", FieldClass.POLICY, default="evidence", **FOLDER
    )
    output: str = declare(
        "Where compiled artifacts go.", FieldClass.POLICY, default="build", **FOLDER
    )
    approvals: str = declare(
        "Where approvals are kept.", FieldClass.POLICY, default="approvals", **FOLDER
    )
    templates: str | None = declare(
        "Templates that replace the shipped ones of the same name.",
        FieldClass.POLICY,
        default=None,
        **FOLDER,
    )


class Governed(SpecModel):
    """What the registry keeps of a workspace besides its spec; not written in `mlspec.yaml`."""

    signers: Items[Text] = declare(
        "The lines of `.mlspec/allowed_signers`: whose signatures count.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_LOOSER,
        default=(),
    )
    patch_files: dict[Text, str] = declare(
        "The files that patches of the environment name, as they stand.",
        FieldClass.POLICY,
        default={},
    )


class WorkspaceSpec(SpecModel):
    """Everything that holds for all specs of one repository."""

    environments: dict[Identifier, Environment] = declare(
        "The environments by name.", FieldClass.POLICY, min_length=1
    )
    alert_budget_per_week: Number | None = declare(
        "False alerts that a team is ready to get in a week, where the team does not say.",
        FieldClass.MONITORING,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=0,
    )
    registry: Registry = declare(
        "Where registry state is kept.", FieldClass.POLICY, default=Registry()
    )
    moved: Items[Moved] = declare(
        "Resources that have another address than before.",
        FieldClass.POLICY,
        default=(),
        list_key="address",
    )
    removed: Items[Removed] = declare(
        "Resources that are deleted or forgotten.",
        FieldClass.POLICY,
        default=(),
        list_key="address",
    )
    targets: Targets = declare("What is compiled.", FieldClass.POLICY, default=Targets())
    paths: Paths = declare("Folders of the workspace.", FieldClass.POLICY, default=Paths())


KIND = Kind("Workspace", WorkspaceSpec, "Environments, registry, targets and paths.", owned=False)
