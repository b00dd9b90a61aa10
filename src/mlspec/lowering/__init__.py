"""Workspace to IR: references resolved, defaults made explicit, spec vocabulary left behind.

In: the effective workspace of one environment, and the evidence of its models. Out: a bundle and
diagnostics. Must not: lay anything out, read files, or guess what a spec leaves open.
"""

from mlspec.lowering._bundle import Files, Lowered, lower, problems
from mlspec.lowering._card_history import (
    Agreed,
    AppliedChange,
    BrokenGlass,
    CardHistory,
    Live,
)
from mlspec.lowering._card_policy import Policies
from mlspec.lowering._codes import LOWERING_CODES
from mlspec.lowering._rollouts import lower_rollout
from mlspec.lowering._services import backend_of
from mlspec.lowering._watched import is_output_watched, never_committed
from mlspec.lowering.cards import CARD_KINDS, CardFacts
from mlspec.lowering.naming import check_claims, check_names

__all__ = [
    "CARD_KINDS",
    "LOWERING_CODES",
    "Agreed",
    "AppliedChange",
    "BrokenGlass",
    "CardFacts",
    "CardHistory",
    "Files",
    "Live",
    "Lowered",
    "Policies",
    "backend_of",
    "check_claims",
    "check_names",
    "is_output_watched",
    "lower",
    "lower_rollout",
    "never_committed",
    "problems",
]
