"""Workspace to IR: references resolved, defaults made explicit, spec vocabulary left behind.

In: the effective workspace of one environment, and the evidence of its models. Out: a bundle and
diagnostics. Must not: lay anything out, read files, or guess what a spec leaves open.
"""

from mlspec.lowering._bundle import Files, Lowered, lower
from mlspec.lowering._codes import LOWERING_CODES
from mlspec.lowering._rollouts import lower_rollout
from mlspec.lowering.naming import check_claims, check_names

__all__ = [
    "LOWERING_CODES",
    "Files",
    "Lowered",
    "check_claims",
    "check_names",
    "lower",
    "lower_rollout",
]
