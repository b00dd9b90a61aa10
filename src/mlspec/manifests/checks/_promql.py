"""Queries of Prometheus inside of other objects: do they parse, and which metrics do they read.

The parser is an extra (`mlspec[k8s]`); without it nothing is found, and nothing is said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

__all__ = ["metric_names", "query_fault"]

_LONGEST = 20_000
_DEEPEST = 200
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`", re.DOTALL)
_RANGE = re.compile(r"([\[:]\s*)\x00")
_NAMES = ("lhs", "rhs", "expr", "param", "vector_selector")


def query_fault(query: str) -> str | None:
    """Return why a query does not parse; None where it does, or where that can't be known.

    Placeholders (`{{args.model}}`) are taken for a text, or for `5m` where a range is asked for;
    elsewhere anything could stand there, and nothing is said.
    """
    parser, plain = _parser(), _without_placeholders(query)
    if parser is None or plain is None:
        return None
    try:
        parser.parse(plain)
    except ValueError as error:
        return str(error).splitlines()[0] if str(error) else "it does not parse"
    return None


def metric_names(query: str) -> frozenset[str]:
    """Return the metrics that a query reads by name; none where it does not parse."""
    parser, plain = _parser(), _without_placeholders(query)
    if parser is None or plain is None:
        return frozenset()
    return _names_of(parser, plain)


@lru_cache(maxsize=4096)
def _names_of(parser: ModuleType, query: str) -> frozenset[str]:
    try:
        return frozenset(_names(parser.parse(query), 0))
    except ValueError:
        return frozenset()


def _names(expression: object, depth: int) -> Iterator[str]:
    matchers = getattr(expression, "matchers", None)
    if matchers is not None:
        stated = [each.value for each in matchers.matchers if each.name == "__name__"]
        name = getattr(expression, "name", None) or (stated[0] if len(stated) == 1 else None)
        yield from [name] if name else []
    if depth < _DEEPEST:
        parts = [getattr(expression, key, None) for key in _NAMES]
        for part in (*parts, *(getattr(expression, "args", None) or ())):
            if part is not None:
                yield from _names(part, depth + 1)


def _without_placeholders(query: str) -> str | None:
    if len(query) > _LONGEST:
        return None
    if "{{" not in query:
        return query
    quoted = _STRING.sub(lambda found: _TEMPLATE.sub("x", found[0]), query)
    plain = _RANGE.sub(r"\g<1>5m", _TEMPLATE.sub("\x00", quoted))
    return None if "\x00" in plain else plain


def _parser() -> ModuleType | None:
    try:
        import promql_parser
    except ImportError:
        return None
    return promql_parser
