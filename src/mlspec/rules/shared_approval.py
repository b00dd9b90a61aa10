"""Environments share what is approved at SageMaker, or want an alias there.

What it does
Checks, where the registry is `sagemaker`, that each environment has model package groups of its
own, by `sagemaker.namePrefix` or `sagemaker.region`; that none wants an alias, which SageMaker does
not have; that a model has no `registry.name` that two environments of one region would share; and
that the name of the lock of a run fits.

Why is this bad?
What traffic follows at SageMaker is the newest version of a group that is approved. In a group that
two environments share, to approve a version for a rehearsal moves production.

Bad
    kind: Workspace
    spec:
      registry: {backend: sagemaker, sagemaker: {region: eu-central-1}}
    ---
    kind: Model
    spec:
      registry: {source: 's3://models/churn.tar.gz'}

Good
    kind: Workspace
    spec:
      registry: {backend: sagemaker, sagemaker: {region: eu-central-1}}
      environments: {dev: {sagemaker: {namePrefix: dev-}}}
    ---
    kind: Model
    spec:
      registry: {source: 's3://models/churn.tar.gz'}

References
- https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of
from mlspec.rules._workspace import workspace_of
from mlspec.sagemaker import trouble_with_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "sagemaker"
_LOCK = "mlspec-lock-"
_LOCK_NUMBER = "-999999"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment that can't be one at SageMaker."""
    spec = workspace_of(resource)
    if spec.registry.backend != _SERVER:
        return
    shared = [*_shared_names(workspace)]
    known: dict[tuple[str, str], str] = {}
    regions: dict[str, str] = {}
    for name in spec.environments:
        region, prefix = _groups(spec, name)
        yield from _of_alias(resource, spec, name)
        yield from _of_lock(resource, name, prefix)
        first = known.setdefault((region, prefix), name)
        neighbour = regions.setdefault(region, name)
        if first != name:
            yield _sharing(resource, name, first)
        elif neighbour != name and shared:
            yield _naming(resource, name, neighbour, shared[0])


def _groups(spec: WorkspaceSpec, name: str) -> tuple[str, str]:
    """Return the region and the prefix of an environment."""
    own, common = spec.environments[name].sagemaker, spec.registry.sagemaker
    prefix = common.name_prefix if own.name_prefix is None else own.name_prefix
    return own.region or common.region or "", prefix


def _shared_names(workspace: Workspace) -> Iterator[str]:
    """Yield the models whose groups have the same name in all environments."""
    for each in workspace.of_kind("Model"):
        registration = model_of(each).registry
        if registration and registration.name:
            yield each.address


def _of_alias(resource: Resource, spec: WorkspaceSpec, name: str) -> Iterator[Finding]:
    if alias := spec.environments[name].mlflow.alias:
        yield Finding(
            resource,
            ("spec", "environments", name, "mlflow", "alias"),
            f"SageMaker has no aliases, so `{alias[:40]}` can't be one there",
            hint="take it out: traffic follows the newest version that is approved",
        )


def _of_lock(resource: Resource, name: str, prefix: str) -> Iterator[Finding]:
    lock = f"{prefix}{_LOCK}{name}{_LOCK_NUMBER}"
    if trouble := trouble_with_group(lock):
        yield Finding(
            resource,
            ("spec", "environments", name),
            f"`{lock[:80]}`, which locks `{name}` during a run, {trouble.reason}",
            hint="give it a shorter `sagemaker.namePrefix`, or a shorter name",
        )


def _sharing(resource: Resource, name: str, first: str) -> Finding:
    return Finding(
        resource,
        ("spec", "environments", name),
        f"`{first}` and `{name}` have the same groups at SageMaker, and a group has one version"
        " that traffic follows",
        hint="give each its own `sagemaker.namePrefix`, or its own `sagemaker.region`",
    )


def _naming(resource: Resource, name: str, neighbour: str, address: str) -> Finding:
    return Finding(
        resource,
        ("spec", "environments", name),
        f"`{address}` has a `registry.name`, so `{neighbour}` and `{name}` share its group",
        hint="take the `registry.name` out, or give each environment its own `sagemaker.region`",
    )


RULE = Rule("MLS486", "shared-approval", Severity.ERROR, ("Workspace",), check)
