"""The platform that a workspace declares: what its clusters run, and who watches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.capabilities import release_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.kinds.workspace import WorkspaceSpec

__all__ = ["platform_of"]

_HOMES = {"argo-cd": "argocd", "flux": "flux-system"}
"""Where the installation of a tool has its objects."""


def platform_of(spec: WorkspaceSpec, environment: str, workspace: str = "") -> ir.Platform:
    """Return the platform that a workspace of that name declares.

    Versions are cut to `major.minor`; what is no version is left out.
    """
    targets = spec.targets
    name, _, value = targets.prometheus.select_label.partition("=")
    return ir.Platform(
        router=ir.Router(targets.router),
        kserve_mode=targets.kserve.mode,
        versions=tuple(sorted(_versions(targets.versions))),
        scrape_label=(name, value),
        gitops=_gitops(spec, environment, workspace),
        prometheus=targets.prometheus.address,
        approval_url=targets.flagger.approval_url or "",
    )


def _versions(declared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for component, version in declared.items():
        if release := release_of(version):
            yield component, release


def _joined(*parts: str) -> str:
    return "/".join(each for each in parts if each not in ("", "."))


def _gitops(spec: WorkspaceSpec, environment: str, workspace: str) -> ir.GitOps:
    declared = spec.targets.gitops
    if declared is None:
        return ir.GitOps()
    output = _joined(spec.targets.github.workspace_path, spec.paths.output)
    return ir.GitOps(
        repository=declared.repository,
        revision=declared.revision,
        path=_joined(declared.path or output, environment),
        project=declared.project,
        tool=declared.tool,
        interval_minutes=declared.interval_minutes,
        namespace=declared.namespace or _HOMES[declared.tool],
        server=declared.server,
        workspace=workspace,
    )
