"""The platform that a workspace declares: what its clusters run, and who watches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.capabilities import release_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.kinds.workspace import GitOpsTarget, WorkspaceSpec

__all__ = ["platform_of"]


def platform_of(spec: WorkspaceSpec, environment: str) -> ir.Platform:
    """Return the platform that a workspace declares.

    Versions are cut to `major.minor`; what is no version is left out.
    """
    targets = spec.targets
    name, _, value = targets.prometheus.select_label.partition("=")
    return ir.Platform(
        router=ir.Router(targets.router),
        kserve_mode=targets.kserve.mode,
        versions=tuple(sorted(_versions(targets.versions))),
        scrape_label=(name, value),
        gitops=_gitops(targets.gitops, f"{spec.paths.output}/{environment}".rstrip("/")),
        prometheus=targets.prometheus.address,
        approval_url=targets.flagger.approval_url or "",
    )


def _versions(declared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for component, version in declared.items():
        if release := release_of(version):
            yield component, release


def _gitops(declared: GitOpsTarget | None, output: str) -> ir.GitOps:
    if declared is None:
        return ir.GitOps()
    path = declared.path or output
    return ir.GitOps(declared.repository, declared.revision, path, declared.project)
