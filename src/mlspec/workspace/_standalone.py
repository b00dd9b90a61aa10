"""Files that belong to no workspace: checked each on its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.diagnostics import sort_diagnostics
from mlspec.workspace._discover import read_files
from mlspec.workspace._load import Loaded, bind_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["load_standalone"]


def load_standalone(files: Sequence[Path]) -> Loaded:
    """Read and bind files without a workspace: syntax and schema, no references."""
    here = Path.cwd()
    names = [each.relative_to(here) if each.is_relative_to(here) else each for each in files]
    sources, unreadable = read_files(here, [each.as_posix() for each in names])
    loaded = bind_sources(sources)
    found = sort_diagnostics([*unreadable, *loaded.diagnostics])
    return replace(loaded, diagnostics=tuple(found))
