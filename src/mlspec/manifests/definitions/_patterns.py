"""Regular expressions of definitions, in the dialect and with the guarantee of the API server.

RE2 takes time linear in the text whatever the pattern is, and is what Go's `regexp` was made after:
`$` ends the text, and there are no look-arounds. It comes with the extra `k8s`.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import re2

__all__ = ["UncheckedError", "bounded_patterns", "matches"]

_MOST_MEMORY = 2 << 20
_LONGEST_TEXT = 1 << 20
_MOST_WORK = 1 << 26
"""Instructions of a pattern times characters of a text: about a second at the worst."""
_MOST_WORK_TOGETHER = 1 << 29
_MOST_PROGRAMS = 1 << 22
"""Instructions of all large patterns that one run uses: about two seconds to compile."""
_SMALL = 1 << 10


@dataclass(slots=True)
class _Effort:
    """What the patterns of one run have taken so far."""

    work: int = 0
    programs: int = 0


_EFFORT: ContextVar[_Effort | None] = ContextVar("effort", default=None)


@contextmanager
def bounded_patterns() -> Iterator[None]:
    """Bound what all patterns together may take within; those beyond it are not checked."""
    token = _EFFORT.set(_Effort())
    try:
        yield
    finally:
        _EFFORT.reset(token)


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
    compiled = _compiled_within(pattern)
    work = len(text) * int(compiled.programsize)
    if len(text) > _LONGEST_TEXT or work > _MOST_WORK:
        raise UncheckedError("the text is too long for the pattern")
    effort = _EFFORT.get()
    if effort is not None:
        effort.work += work
        if effort.work > _MOST_WORK_TOGETHER:
            raise UncheckedError("the patterns of all definitions take too long together")
    return compiled.search(text) is not None


def _compiled_within(pattern: str) -> re2._Regexp:
    effort = _EFFORT.get()
    if effort is not None and effort.programs > _MOST_PROGRAMS:
        raise UncheckedError("the patterns of all definitions are too large together")
    compiled = _compiled(pattern)
    if isinstance(compiled, UncheckedError):
        raise compiled
    if effort is not None and compiled.programsize > _SMALL:
        effort.programs += int(compiled.programsize)
    return compiled


@lru_cache(maxsize=1024)
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
