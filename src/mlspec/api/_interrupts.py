"""Interrupts that wait until something that must not be torn apart is done.

To block a signal in a thread does not do that: another thread of the process takes it (libraries
start some), and its handler runs in the main thread all the same. So the handlers are others for a
while, and signals that came meanwhile are sent again when it is over.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Handlers", "restore", "uninterrupted"]

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)

Handlers = dict[signal.Signals, Callable[[int, FrameType | None], object] | int]
"""What is done about signals; those whose handler is not known to Python are not in it."""


@contextmanager
def uninterrupted() -> Iterator[Handlers]:
    """Hold off interrupts, and give the handlers they had before: a forked process needs them.

    In another thread than the main one nothing is held off, as nothing interrupts it.
    """
    noted: list[int] = []
    before = _handlers()
    with ExitStack() as afterwards:
        afterwards.callback(_send, noted)
        afterwards.callback(restore, before)
        for each in before:
            signal.signal(each, lambda number, _frame: noted.append(number))
        yield before


def restore(handlers: Handlers) -> None:
    """Give signals the handlers they had; raises what a handler raises whose signal came."""
    with ExitStack() as last:
        # Twice: in place of setting a handler, `signal` may run one whose signal has just come.
        for number, handler in (*handlers.items(), *handlers.items()):
            last.callback(signal.signal, number, handler)


def _send(noted: list[int]) -> None:
    with ExitStack() as each:
        for number in noted:
            each.callback(signal.raise_signal, number)  # all of them, though the first may raise


def _handlers() -> Handlers:
    if threading.current_thread() is not threading.main_thread():
        return {}
    found = {each: signal.getsignal(each) for each in _INTERRUPTS}
    return {each: handler for each, handler in found.items() if handler is not None}
