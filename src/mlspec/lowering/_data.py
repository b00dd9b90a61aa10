"""The data side of a workspace: contracts, features, registrations.

What is wrong here concerns only those who emit it: a workspace without a feature store is not told
what Feast would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.lowering._contracts import lower_contracts
from mlspec.lowering._features import lower_features
from mlspec.lowering._registrations import lower_registrations

if TYPE_CHECKING:
    from mlspec import ir
    from mlspec.diagnostics import Diagnostic
    from mlspec.workspace import Workspace

__all__ = ["Data", "lower_data"]

_OF_CONTRACTS = ("consumer-tests", "json-schema", "openapi")
_OF_FEATURES = ("feast",)
_OF_REGISTRATIONS = ("mlflow",)


@dataclass(frozen=True, slots=True)
class Data:
    """The data side, and per target why parts of it are missing."""

    contracts: tuple[ir.Contract, ...]
    features: ir.FeatureRepo
    registrations: tuple[ir.Registration, ...]
    told: tuple[tuple[str, tuple[Diagnostic, ...]], ...]


def lower_data(workspace: Workspace) -> Data:
    """Return what the data targets of a workspace need."""
    contracts, of_contracts = lower_contracts(workspace)
    features, of_features = lower_features(workspace)
    registrations, of_registrations = lower_registrations(workspace)
    told = (
        *((name, of_contracts) for name in _OF_CONTRACTS),
        *((name, of_features) for name in _OF_FEATURES),
        *((name, of_registrations) for name in _OF_REGISTRATIONS),
    )
    return Data(contracts, features, registrations, told)
