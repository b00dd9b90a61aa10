"""The data side of a workspace: contracts, features, registrations.

What is wrong here concerns only those who emit it: a workspace without a feature store is not told
what Feast would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.lowering._columns import Columns
from mlspec.lowering._contracts import lower_contracts
from mlspec.lowering._features import lower_features
from mlspec.lowering._registrations import lower_registrations

if TYPE_CHECKING:
    from mlspec import ir
    from mlspec.diagnostics import Diagnostic
    from mlspec.workspace import Workspace

__all__ = ["Data", "lower_data"]

_OF_CONTRACTS = ("consumer-tests", "json-schema", "openapi")
_OF_INPUTS = "MLS290"
"""What is wrong with the inputs of a model concerns all who write them down."""


@dataclass(frozen=True, slots=True)
class Data:
    """The data side, and per target why parts of it are missing."""

    contracts: tuple[ir.Contract, ...]
    features: ir.FeatureRepo
    registrations: tuple[ir.Registration, ...]
    told: tuple[tuple[str, tuple[Diagnostic, ...]], ...]


def lower_data(workspace: Workspace) -> Data:
    """Return what the data targets of a workspace need."""
    columns = Columns(workspace)
    contracts, of_contracts = lower_contracts(workspace, columns)
    features, of_features = lower_features(workspace, columns)
    registrations, of_registrations = lower_registrations(workspace, columns)
    of_inputs = tuple(each for each in of_contracts if each.code == _OF_INPUTS)
    told = (
        *((name, of_contracts) for name in _OF_CONTRACTS),
        ("feast", (*of_features, *of_inputs)),
        ("mlflow", (*of_registrations, *of_inputs)),
    )
    return Data(contracts, features, registrations, told)
