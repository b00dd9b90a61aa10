"""The ledger: a hash-chained record of every apply, and its verification."""

from mlspec.ledger._approval import Approval, Strength
from mlspec.ledger._model import GENESIS, Problem, link, verify
from mlspec.ledger._statement import (
    APPLY_PREDICATE,
    Applied,
    ApplyFacts,
    apply_statement,
    verify_objects,
    verify_position,
    verify_runs,
)

__all__ = [
    "APPLY_PREDICATE",
    "GENESIS",
    "Applied",
    "ApplyFacts",
    "Approval",
    "Problem",
    "Strength",
    "apply_statement",
    "link",
    "verify",
    "verify_objects",
    "verify_position",
    "verify_runs",
]
