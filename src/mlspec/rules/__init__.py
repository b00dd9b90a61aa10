"""Rules: what a bound and linked workspace is checked for, one module per rule.

Comes in: a workspace. Goes out: diagnostics. Must not: read files or the clock, report again what
parsing, binding or linking has reported.
"""

from mlspec.rules._baseline import (
    BASELINE_KIND,
    NOT_LOOKED_UP,
    Baseline,
    baseline_of,
    coverable_codes,
    known_words,
)
from mlspec.rules._engine import check
from mlspec.rules._explain import Explanation, explain, explain_all, explain_rule
from mlspec.rules._port import Check, Finding, Rule
from mlspec.rules._registry import load_rules
from mlspec.rules._suppression import SUPPRESSION_CODES
from mlspec.rules._tiers import PART_RULE, TIER_RULE, least_tier, part_tier

__all__ = [
    "BASELINE_KIND",
    "NOT_LOOKED_UP",
    "PART_RULE",
    "SUPPRESSION_CODES",
    "TIER_RULE",
    "Baseline",
    "Check",
    "Explanation",
    "Finding",
    "Rule",
    "baseline_of",
    "check",
    "coverable_codes",
    "explain",
    "explain_all",
    "explain_rule",
    "known_words",
    "least_tier",
    "load_rules",
    "part_tier",
]
