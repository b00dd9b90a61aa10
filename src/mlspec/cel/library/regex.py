"""Regular expressions in RE2, which takes time linear in the text whatever the pattern is.

Python's `re` is not used: `(a+)+$` on thirty characters takes it minutes. RE2 comes with the
extra `k8s`; where it is not installed, an expression that needs it is refused when it is read.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel.library._charge import charge
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    import re2

__all__ = ["FUNCTIONS", "PATTERN_FUNCTIONS", "compiled", "is_installed"]

_MOST_MEMORY = 8 << 20
_LONGEST_PATTERN = 2_000
_STEPS_OF_A_MATCH = 16
_INSTRUCTIONS_OF_A_STEP = 256
PATTERN_FUNCTIONS = frozenset(("matches", "find", "findAll"))
"""Functions whose last argument but a count is a pattern."""


def is_installed() -> bool:
    """Tell whether RE2 is there."""
    return find_spec("re2") is not None


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re2._Regexp:
    """Return a compiled pattern.

    Raises:
        EvaluationError: RE2 is not installed, or refuses the pattern.
    """
    try:
        import re2
    except ImportError:
        told = 'patterns need RE2: `pip install "mlspec-compiler[k8s]"`'
        raise EvaluationError(told) from None
    if len(pattern) > _LONGEST_PATTERN:
        raise EvaluationError(f"a pattern has at most {_LONGEST_PATTERN:,} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error:
        shown = printable(pattern[:80])
        raise EvaluationError(f"the pattern `{shown}` is not one of RE2") from None


def _matches(text: str, pattern: str) -> bool:
    return _search(text, pattern) is not None


def _find(text: str, pattern: str) -> str:
    match = _search(text, pattern)
    return str(match.group()) if match else ""


def _search(text: str, pattern: str) -> re2._Match[str] | None:
    found = compiled(pattern)
    charge(_steps(found, len(text)))
    return found.search(text)


def _steps(pattern: re2._Regexp, length: int) -> int:
    """Linear in the text, but each character may have to be held against the whole pattern."""
    return 1 + length * int(pattern.programsize) // _INSTRUCTIONS_OF_A_STEP


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    found: list[str] = []
    expression = compiled(pattern)
    charge(_steps(expression, len(text)))
    matches = expression.finditer(text) if most else iter(())
    for match in matches:
        charge(_STEPS_OF_A_MATCH + _steps(expression, len(text) - match.end()))
        found.append(str(match.group()))
        if len(found) == most:
            break
    return found


FUNCTIONS: dict[str, Callable[..., object]] = {
    "matches(string, string) -> bool": _matches,
    "(string).matches(string) -> bool": _matches,
    "(string).find(string) -> string": _find,
    "(string).findAll(string) -> list<string>": _find_all,
    "(string).findAll(string, int) -> list<string>": _find_all,
}
