"""The patches of a workspace, if it has any: what makes them is imported only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Emitted
    from mlspec.syntax import SourceText
    from mlspec.workspace import Workspace

__all__ = ["files_of_patches", "patch_texts", "patched"]


def patched(
    root: Path, workspace: Workspace, artifacts: tuple[Emitted, ...], *, is_whole: bool
) -> tuple[tuple[Emitted, ...], tuple[Diagnostic, ...]]:
    """Return the artifacts of an environment after its patches, and what is to be told of these.

    `is_whole` is not so where only some of the targets were compiled.
    """
    if not _has_patches(workspace):
        return artifacts, ()
    from mlspec.api.crds import crds_folder
    from mlspec.api.patches import patched as changed
    from mlspec.manifests import Catalogue

    catalogue = Catalogue((), crds_folder(root))
    return changed(root, workspace, artifacts, catalogue, is_whole=is_whole)


def patch_texts(root: Path, workspace: Workspace) -> Mapping[str, SourceText]:
    """Return the texts of the files of patches, for showing what diagnostics point at."""
    if not _has_patches(workspace):
        return {}
    from mlspec.api._patch_sources import patch_sources

    return patch_sources(root, workspace)


def files_of_patches(root: Path, workspace: Workspace) -> dict[str, str]:
    """Return the texts of the files that patches of an environment name, as far as they are read.

    Bytes that are no UTF-8 are replaced; such a file is refused when the patch is made.
    """
    spec = workspace.spec
    groups = (spec.targets.patches, spec.environments[workspace.environment].patches)
    names = {each.file for group in groups for each in group if each.file}
    found = patch_texts(root, workspace) if names else {}
    texts = {name: found[name].content.decode("utf-8", "replace") for name in found}
    return {name: text for name, text in sorted(texts.items()) if name in names}


def _has_patches(workspace: Workspace) -> bool:
    spec = workspace.spec
    return bool(spec.targets.patches or spec.environments[workspace.environment].patches)
