"""Queries of Prometheus inside of other objects: do they parse, and which metrics do they read.

The parser is an extra (`mlspec[k8s]`); without it nothing is found, and nothing is said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.manifests._promql import MISSING, promql_place, promql_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["averages_ratios", "metric_names", "query_fault", "query_parts", "query_place"]

_LONGEST = 20_000
_DEEPEST = 200
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`", re.DOTALL)
_RANGE = re.compile(r"([\[:]\s*)\x00")
_BELOW = ("lhs", "rhs", "expr", "param", "vector_selector")


def query_fault(query: str) -> str | None:
    """Return why a query does not parse; None where it does, or where that can't be known.

    Placeholders (`{{args.model}}`) are taken for a text, or for `5m` where a range is asked for;
    elsewhere anything could stand there, and nothing is said.
    """
    plain = _without_placeholders(query)
    problem = promql_problem(plain) if plain else None
    return None if problem == MISSING else problem


def query_place(query: str) -> tuple[int, int] | None:
    """Return where a query that does not parse goes wrong: from 0, and how many characters.

    None where no word is to blame, and where placeholders stand for others.
    """
    return promql_place(query) if _without_placeholders(query) == query else None


def metric_names(query: str) -> frozenset[str]:
    """Return the metrics that a query reads by name; none where it does not parse."""
    names = (_name(each) for each in query_parts(query))
    return frozenset(name for name in names if name)


def averages_ratios(query: str) -> bool:
    """Tell whether a query averages quotients; False where it does not parse."""
    return any(_is_average(each) for each in query_parts(query))


def _is_average(part: object) -> bool:
    if not str(getattr(part, "op", "")).endswith("avg"):
        return False
    inner = getattr(part, "expr", None)
    while type(inner).__name__ == "ParenExpr":
        inner = getattr(inner, "expr", None)
    return str(getattr(inner, "op", "")) == "/"


@lru_cache(maxsize=4096)
def query_parts(query: str) -> tuple[object, ...]:
    """Return every part of a query, the whole first; none where it, or the parser, is no good."""
    plain = _without_placeholders(query)
    if not plain or promql_problem(plain) is not None:
        return ()
    import promql_parser

    return tuple(_parts(promql_parser.parse(plain), 0))


def _parts(expression: object, depth: int) -> Iterator[object]:
    yield expression
    if depth < _DEEPEST:
        below = [getattr(expression, key, None) for key in _BELOW]
        for part in (*below, *(getattr(expression, "args", None) or ())):
            if part is not None:
                yield from _parts(part, depth + 1)


def _name(selector: object) -> str | None:
    matchers = getattr(selector, "matchers", None)
    if matchers is None:
        return None
    equal = [each for each in matchers.matchers if str(each.op) == "MatchOp.Equal"]
    stated = [each.value for each in equal if each.name == "__name__"]
    return getattr(selector, "name", None) or (stated[0] if len(stated) == 1 else None)


def _without_placeholders(query: str) -> str | None:
    if len(query) > _LONGEST:
        return None
    if "{{" not in query:
        return query
    quoted = _STRING.sub(lambda found: _TEMPLATE.sub("x", found[0]), query)
    plain = _RANGE.sub(r"\g<1>5m", _TEMPLATE.sub("\x00", quoted))
    return None if "\x00" in plain else plain
