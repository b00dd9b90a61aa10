"""Names of fields in rules, and which fields of an object a rule looks at."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["escaped", "fields_of", "fields_of_entries"]

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
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one)\s*\(\s*([A-Za-z_]\w*)\s*,")
_MAKES_VALUES = re.compile(r"\.\s*(?:filter|map)\s*\(")
_FIELD_NEXT = r"\s*\.\s*[A-Za-z_]\w*\b(?!\s*\()"
_ENTRY_FIELD_NEXT = rf"\s*\[\s*\d+\s*\]{_FIELD_NEXT}"
_LIST_CALL_NEXT = r"\s*\.\s*(?:all|exists|exists_one|size)\s*\("
_WORD = re.compile(r"[A-Za-z_]\w*")
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


@lru_cache(maxsize=4096)
def fields_of_entries(rule: str) -> frozenset[str] | None:
    """Return names among which are all fields of entries that a rule about a list looks at.

    None: it may look at entries as a whole. Sound where the list is only gone through or measured,
    and each entry is always followed by a field.
    """
    if _MAKES_VALUES.search(rule):
        return None
    entries = frozenset(_BOUND.findall(rule))
    listed = rf"(?<![\w.])self\b(?!{_ENTRY_FIELD_NEXT}|{_LIST_CALL_NEXT})"
    others = [rf"(?<![\w.]){each}\b(?!{_FIELD_NEXT}|\s*,)" for each in sorted(entries)]
    if "self" in entries or any(re.search(each, rule) for each in (listed, *others)):
        return None
    return frozenset(_WORD.findall(rule))
