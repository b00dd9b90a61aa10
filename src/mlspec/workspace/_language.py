"""The language as binding knows it: the kinds that are found, and their models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.kinds import API_VERSION, Metadata, find_kind, kind_names
from mlspec.schema import Language

if TYPE_CHECKING:
    from mlspec.schema import SpecModel

__all__ = ["BASELINE_FILE", "LANGUAGE", "WORKSPACE_FILE", "WORKSPACE_KIND"]

WORKSPACE_FILE = "mlspec.yaml"
WORKSPACE_KIND = "Workspace"
BASELINE_FILE = ".mlspec/policy-baseline.json"
"""Where the only `PolicyBaseline` of a workspace is; `mlspec policy baseline` writes it."""


def _spec_of(name: str) -> type[SpecModel] | None:
    kind = find_kind(name)
    return kind.spec if kind else None


LANGUAGE = Language(API_VERSION, Metadata, kind_names, _spec_of)
"""What every document is bound with."""
