"""Severities as scanners write them, in the words of a finding."""

from __future__ import annotations

from mlspec.evidence._json import finite_number

__all__ = ["severity", "severity_of_score"]

_LEVELS = {
    "critical": "critical",
    "high": "high",
    "important": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "negligible": "low",
    "info": "low",
    "informational": "low",
    "none": "low",
}
_LEAST = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.0, "low"))
"""Qualitative ratings of CVSS 3 and 4 (FIRST), from the least score of each; none counts as low."""
_GREATEST_SCORE = 10


def severity(word: str) -> str:
    """Return `critical`, `high`, `medium` or `low`; `unknown` for any other word."""
    return _LEVELS.get(word.strip().lower(), "unknown")


def severity_of_score(text: str) -> str:
    """Return the rating of a CVSS base score in 0..10; `unknown` for anything else."""
    try:
        score = finite_number(float(text))
    except ValueError:
        return "unknown"
    if score is None or not 0 <= score <= _GREATEST_SCORE:
        return "unknown"
    return next(level for least, level in _LEAST if score >= least)
