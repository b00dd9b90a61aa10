"""A model can't be registered at SageMaker as its spec says.

What it does
Checks, where the registry is `sagemaker`, what SageMaker is told of a model against the shapes of
its API: the name of its model package group in each environment, which no other model may have
there, where its artifact lies, and the container image that serves it, which no version can be
without. Whether an account takes them can't be known before.

Why is this bad?
SageMaker refuses the request, and an apply ends half way.

Bad
    kind: Workspace
    spec:
      registry: {backend: sagemaker}
      environments: {dev: {sagemaker: {namePrefix: dev-}}}
    ---
    kind: Model
    spec:
      registry: {source: models/churn.tar.gz}

Good
    kind: Workspace
    spec:
      registry: {backend: sagemaker}
      environments: {dev: {sagemaker: {namePrefix: dev-}}}
    ---
    kind: Model
    spec:
      registry: {source: 's3://models/churn.tar.gz'}

References
- https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
- https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._registered import given_name, place_of_name, sharing_a_name, short
from mlspec.rules._specs import model_of
from mlspec.sagemaker import trouble_with_group, trouble_with_image, trouble_with_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.sagemaker import Trouble
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "sagemaker"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what SageMaker would refuse of a model; of a workspace, names that two models have."""
    if workspace.spec.registry.backend != _SERVER:
        return
    if resource.kind == "Workspace":
        models = workspace.of_kind("Model")
        yield from sharing_a_name(models, lambda model: _names(model, workspace))
    else:
        yield from _of_names(resource, workspace)
        yield from _of_artifact(resource)


def _of_names(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    for name in sorted({*_names(resource, workspace)}):
        if trouble := trouble_with_group(name):
            what, at = f"the registered name `{short(name)}`", place_of_name(resource)
            yield _finding(resource, at, what, trouble)


def _of_artifact(resource: Resource) -> Iterator[Finding]:
    spec = model_of(resource)
    source = spec.registry.source if spec.registry else None
    path = ("spec", "registry", "source") if source else ("spec", "artifact", "uri")
    if trouble := trouble_with_source(source or spec.artifact.uri):
        yield _finding(resource, path, "the place of the artifact", trouble)
    yield from _of_image(resource, (spec.serving.image if spec.serving else None) or "")


def _of_image(resource: Resource, image: str) -> Iterator[Finding]:
    if trouble := trouble_with_image(image):
        at = ("spec", "serving", "image") if image else ("spec",)
        yield _finding(resource, at, "the image that serves it (`serving.image`)", trouble)


def _names(resource: Resource, workspace: Workspace) -> Iterator[str]:
    """Yield the names of the groups of a model, one of each environment."""
    if given := given_name(resource):
        yield given
        return
    common = workspace.spec.registry.sagemaker.name_prefix
    for environment in workspace.spec.environments.values():
        own = environment.sagemaker.name_prefix
        yield (common if own is None else own) + resource.name


def _finding(resource: Resource, path: Path, what: str, trouble: Trouble) -> Finding:
    return Finding(resource, path, f"{what} {trouble.reason}", hint=trouble.hint)


RULE = Rule("MLS485", "unregistrable-at-sagemaker", Severity.ERROR, ("Model", "Workspace"), check)
