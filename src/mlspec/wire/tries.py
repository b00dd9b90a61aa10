"""How often something is tried at a server whose answers can be lost.

What may be carried out twice is sent again. What makes something is looked for before it is made
again: the clients of most servers send it again, so that one call makes two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from mlspec.errors import LostAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    Pause = Callable[[float], None]

__all__ = ["ATTEMPTS", "made", "repeated"]

ATTEMPTS: Final = 4
"""How often a request is sent that may be carried out twice."""
_PAUSE_SECONDS: Final = 0.2

_Value = TypeVar("_Value")


def repeated(pause: Pause, send: Callable[[], _Value]) -> _Value:
    """Send what may be carried out twice with the same end, until an answer comes.

    Raises:
        LostAnswerError: none came to the last of `ATTEMPTS`.
    """
    return made(pause, lambda _lost: send(), lambda: None)


def made(pause: Pause, make: Callable[[int], _Value], found: Callable[[], _Value | None]) -> _Value:
    """Make something once: after a lost answer it is looked for, before it is made again.

    `make` is told how many answers were lost so far, `found` returns what was made, None for
    nothing. `pause` waits before each look, twice as long each time, in seconds.

    Raises:
        LostAnswerError: no answer came to the last of `ATTEMPTS`.
    """
    for lost in range(ATTEMPTS - 1):
        try:
            return make(lost)
        except LostAnswerError:
            pause(_PAUSE_SECONDS * 2**lost)
            if (there := found()) is not None:
                return there
    return make(ATTEMPTS - 1)
