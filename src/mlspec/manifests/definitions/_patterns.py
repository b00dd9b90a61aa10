"""Regular expressions of definitions, in the dialect and with the guarantee of the API server.

RE2 takes time linear in the text whatever the pattern is, and is what Go's `regexp` was made after:
`$` ends the text, and there are no look-arounds. It comes with the extra `k8s`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.printable import printable

if TYPE_CHECKING:
    import re2

__all__ = ["UncheckedError", "matches"]

_MOST_MEMORY = 8 << 20
_LONGEST_TEXT = 1 << 20
_MOST_WORK = 1 << 28
"""Instructions of the pattern times characters of the text: some seconds at the worst."""


class UncheckedError(Exception):
    """A pattern or rule could not be evaluated; the message says why.

    `is_missing`: because the extra is not installed.
    """

    def __init__(self, reason: str, *, is_missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_missing = is_missing


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text.

    Raises:
        UncheckedError: RE2 is not installed, or refuses the pattern.
    """
    compiled = _compiled(pattern)
    if isinstance(compiled, UncheckedError):
        raise compiled
    if len(text) > _LONGEST_TEXT or len(text) * int(compiled.programsize) > _MOST_WORK:
        raise UncheckedError("the text is too long for the pattern")
    return compiled.search(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re2._Regexp | UncheckedError:
    try:
        import re2
    except ImportError:
        return UncheckedError("patterns need the extra `k8s`", is_missing=True)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return UncheckedError(f"the pattern `{printable(pattern[:80])}` is not one of RE2")
