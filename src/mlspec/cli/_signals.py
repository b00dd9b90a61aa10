"""Ctrl-C and SIGTERM: both interrupt a command, and an apply at a safe point."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["deferred", "terminate_like_interrupt"]


def terminate_like_interrupt() -> None:
    """Let SIGTERM, which schedulers and CI send, end a command as Ctrl-C does."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:  # whoever ignores it knows why
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def deferred() -> Iterator[Callable[[], bool]]:
    """Note the first signal for whoever asks; a second one interrupts at once."""
    asked = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            signal.default_int_handler(number, frame)
        asked = True

    caught = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in caught}
    for number, handler in before.items():
        if handler is signal.default_int_handler:  # one that ignores it stays
            signal.signal(number, note)
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
