"""Names of fields in rules, and which fields of an object a rule looks at."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["escaped", "fields_of"]

_RESERVED = frozenset(
    (
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for"),
        *("function", "if", "import", "let", "loop", "package", "namespace", "return", "var"),
        *("void", "while"),
    )
)
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_ESCAPED = re.compile(r"__|[./-]")
_WHOLE = re.compile(r"\bself\b(?!\s*\.\s*[A-Za-z_]\w*\b(?!\s*\())")
_FIELD = re.compile(r"\bself\s*\.\s*([A-Za-z_]\w*)")


def escaped(name: str) -> str:
    """Return the name of a field as rules write it."""
    if name in _RESERVED:
        return f"__{name}__"
    return _ESCAPED.sub(lambda match: _ESCAPES[match.group()], name)


@lru_cache(maxsize=4096)
def fields_of(rule: str) -> frozenset[str] | None:
    """Return the fields of `self` that a rule looks at, as it writes them; None: all of it.

    Only where `self` is always followed by a field, and not by a call such as `self.all(...)`, is
    the rest of the object without influence on the result.
    """
    return None if _WHOLE.search(rule) else frozenset(_FIELD.findall(rule))
