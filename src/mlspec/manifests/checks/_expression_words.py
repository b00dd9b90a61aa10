"""The words of expr-lang and what they give, with those that Argo Rollouts adds."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "BINARY",
    "CALLS",
    "CONSTANTS",
    "NEGATED",
    "OWN",
    "RESULT",
    "RIGHT",
    "TAKE_PREDICATES",
    "TRUTHS",
    "UNARY",
    "Kind",
]


class Kind(StrEnum):
    """What an expression gives, as far as it can be known without running it."""

    TRUTH = "a truth value"
    NUMBER = "a number"
    TEXT = "a text"
    OTHER = "a list or a map"
    UNKNOWN = "something unknown"


TRUTHS = {
    "or": 10,
    "||": 10,
    "and": 15,
    "&&": 15,
    "==": 20,
    "!=": 20,
    "<": 20,
    ">": 20,
    "<=": 20,
    ">=": 20,
    "in": 20,
    "matches": 20,
    "contains": 20,
    "startsWith": 20,
    "endsWith": 20,
    "not": 20,  # of `not in`, `not contains`
}
"""The operators between two values that give a truth value, with how strong they bind."""

BINARY = {
    "|": 0,
    **TRUTHS,
    "..": 25,
    "+": 30,
    "-": 30,
    "*": 60,
    "/": 60,
    "%": 60,
    "**": 100,
    "^": 100,
    "??": 500,
}
RIGHT = ("**", "^")
NEGATED = ("in", "matches", "contains", "startsWith", "endsWith")
UNARY = {"not": 50, "!": 50, "-": 90, "+": 90}
CONSTANTS = {"true": Kind.TRUTH, "false": Kind.TRUTH, "nil": Kind.OTHER}

RESULT = "result"
OWN = {
    "asInt": Kind.NUMBER,
    "asFloat": Kind.NUMBER,
    "isNaN": Kind.TRUTH,
    "isInf": Kind.TRUTH,
    "isNil": Kind.TRUTH,
    "default": Kind.UNKNOWN,
}
"""What Argo Rollouts adds, beside `result`."""

_TRUTH_CALLS = {"all", "any", "none", "one", "hasPrefix", "hasSuffix"}
_NUMBER_CALLS = {
    *("len", "count", "sum", "mean", "median", "abs", "ceil", "floor", "round", "int", "float"),
    *("findIndex", "findLastIndex", "indexOf", "lastIndexOf"),
    *("bitand", "bitnand", "bitor", "bitshl", "bitshr", "bitnot", "bitushr", "bitxor"),
}
_OTHER_CALLS = {
    *("concat", "date", "duration", "filter", "find", "findLast", "first", "flatten", "get"),
    *("fromBase64", "fromJSON", "fromPairs", "groupBy", "join", "keys", "last", "lower", "map"),
    *("max", "min", "now", "reduce", "repeat", "replace", "reverse", "sort", "sortBy", "split"),
    *("splitAfter", "string", "take", "timezone", "toBase64", "toJSON", "toPairs", "trim"),
    *("trimPrefix", "trimSuffix", "type", "uniq", "upper", "values"),
}
CALLS = {
    **OWN,
    **dict.fromkeys(_TRUTH_CALLS, Kind.TRUTH),
    **dict.fromkeys(_NUMBER_CALLS, Kind.NUMBER),
    **dict.fromkeys(_OTHER_CALLS, Kind.UNKNOWN),
}
"""The functions there are, and what they give."""

TAKE_PREDICATES = {
    *("all", "any", "none", "one", "filter", "map", "find", "findIndex", "findLast"),
    *("findLastIndex", "count", "sum", "groupBy", "sortBy", "reduce"),
}
"""The functions in whose arguments `#` stands for an element."""
