"""What a query gives, as far as its form tells: series that are filtered, buckets that are lost.

Without the parser (extra `k8s`), or for what does not parse, nothing is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.manifests.checks._promql import query_parts

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["is_always_there", "loses_buckets"]

_DEEPEST = 200
_COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")
_ABSENCE = ("absent", "absent_over_time")
_KEPT_WHOLE = ("topk", "bottomk", "limitk", "limit_ratio")
"""Aggregations that give some of the series that they get, with all labels."""

_QUANTILES = {"histogram_quantile": 1, "histogram_fraction": 2}
"""Which argument of them is the histogram."""


def is_always_there(
    query: str, conditions: Collection[str] = (), plain: Collection[str] = ()
) -> bool:
    """Tell whether a query gives a value whatever is measured, as long as something is.

    Comparisons filter, unless `bool` makes numbers of them; so do `absent` and `unless`. What
    `conditions` names are recorded series that are filtered already, `plain` those that are not;
    a recorded series of somebody else (its name has a colon) may be. `vector(1)` and plain numbers
    are meant so: those are the alerts which prove that alerts arrive.
    """
    parts = query_parts(query)
    if not parts or _name_of(parts[0]) == "vector" or _kind(parts[0]) == "NumberLiteral":
        return False
    return not _is_filtered(parts[0], _Recorded(conditions, plain), 0)


class _Recorded(NamedTuple):
    """What is known of recorded series."""

    conditions: Collection[str]
    plain: Collection[str]

    def is_condition(self, name: str) -> bool:
        """Tell whether a series is, or may be, there only while something holds."""
        is_known = name in self.conditions or name.startswith("ALERTS")
        return is_known or (":" in name and name not in self.plain)


def _is_filtered(part: object, recorded: _Recorded, depth: int) -> bool:
    name = _name_of(part)
    if depth > _DEEPEST or name in _ABSENCE:
        return True
    if _kind(part) == "VectorSelector":
        return recorded.is_condition(str(getattr(part, "name", None) or ""))
    below = [_is_filtered(each, recorded, depth + 1) for each in _below(part)]
    return name != "scalar" and _is_joined(part, below)


def _is_joined(part: object, below: list[bool]) -> bool:
    """Tell whether an operator, or a function, gives what is filtered; `scalar` always gives."""
    operator = str(getattr(part, "op", ""))
    if operator == "or":
        return all(below)
    filters = operator in _COMPARISONS and not _gives_numbers(part)
    return filters or operator == "unless" or any(below)


def _gives_numbers(comparison: object) -> bool:
    return bool(getattr(getattr(comparison, "modifier", None), "return_bool", False))


def _below(part: object) -> list[object]:
    named = (getattr(part, key, None) for key in ("lhs", "rhs", "expr"))
    return [*(each for each in named if each is not None), *(getattr(part, "args", None) or ())]


def _kind(part: object) -> str:
    return type(part).__name__


def _name_of(part: object) -> str:
    return str(getattr(getattr(part, "func", None), "name", ""))


def loses_buckets(query: str) -> bool:
    """Tell whether a quantile of classic buckets is asked of a sum without their label `le`.

    Its result is always empty. Native histograms have no such label, so only metrics count whose
    names say that they are buckets.
    """
    return any(_is_of_lost_buckets(part) for part in query_parts(query))


def _is_of_lost_buckets(part: object) -> bool:
    place = _QUANTILES.get(_name_of(part))
    given = list(getattr(part, "args", None) or ())
    if place is None or place >= len(given):
        return False
    sums = given[place]
    while _kind(sums) == "ParenExpr" or (_kind(sums) == "AggregateExpr" and not _drops_le(sums)):
        sums = getattr(sums, "expr", None)
    return _kind(sums) == "AggregateExpr" and _reads_buckets(sums, 0)


def _drops_le(aggregation: object) -> bool:
    if str(getattr(aggregation, "op", "")) in _KEPT_WHOLE:
        return False
    modifier = getattr(aggregation, "modifier", None)
    labels = list(getattr(modifier, "labels", ()))
    by = str(getattr(modifier, "type", "By")).endswith("By")
    return ("le" not in labels) if by else ("le" in labels)


def _reads_buckets(part: object, depth: int) -> bool:
    selector = getattr(part, "vector_selector", None) or part
    if "_bucket" in str(getattr(selector, "name", None) or ""):
        return True
    return depth < _DEEPEST and any(_reads_buckets(each, depth + 1) for each in _below(part))
