"""The platform that a workspace declares: what its clusters run, and who watches them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.kinds.workspace import GitOpsTarget
    from mlspec.workspace._model import Workspace

__all__ = ["platform_of", "release_of"]

_RELEASE = re.compile(r"v?([0-9]{1,4}\.[0-9]{1,4})(\.[0-9A-Za-z.+-]{1,40})?")


def platform_of(workspace: Workspace) -> ir.Platform:
    """Return the platform that a workspace declares.

    Versions are cut to `major.minor`; what is no version is left out.
    """
    targets = workspace.spec.targets
    name, _, value = targets.prometheus.select_label.partition("=")
    return ir.Platform(
        router=ir.Router(targets.router),
        kserve_mode=targets.kserve.mode,
        versions=tuple(sorted(_versions(targets.versions))),
        scrape_label=(name, value),
        gitops=_gitops(targets.gitops, workspace),
        prometheus=targets.prometheus.address,
        approval_url=targets.flagger.approval_url or "",
    )


def release_of(version: str) -> str:
    """Return `major.minor` of a version such as `v1.9.1`; nothing for other texts."""
    match = _RELEASE.fullmatch(version)
    return match[1] if match else ""


def _versions(declared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for component, version in declared.items():
        if release := release_of(version):
            yield component, release


def _gitops(declared: GitOpsTarget | None, workspace: Workspace) -> ir.GitOps:
    if declared is None:
        return ir.GitOps()
    output = f"{workspace.spec.paths.output}/{workspace.environment}".rstrip("/")
    path = declared.path or output
    return ir.GitOps(declared.repository, declared.revision, path, declared.project)
