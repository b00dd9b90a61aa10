"""Output folders of environments that are gone: nobody compiles them, and nobody removes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api._places import MANIFEST_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.workspace import Workspace

__all__ = ["left_over"]


def left_over(root: Path, workspace: Workspace) -> tuple[str, ...]:
    """Return the folders, relative to the workspace, that no environment compiles to any more."""
    output = root / workspace.spec.paths.output
    try:
        found = [each.parent for each in output.glob(f"*/{MANIFEST_NAME}")]
    except OSError:  # writing to it tells why
        return ()
    gone = [each for each in found if each.name not in workspace.spec.environments]
    return tuple(sorted(each.relative_to(root).as_posix() for each in gone))
