"""How far a command is, in one line on a terminal; nothing on pipes, in CI, or when not wanted."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlspec.cli._output import show_progress
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["progress"]


@contextmanager
def progress(*, is_quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is done next; the line goes away at the end."""
    if is_quiet or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        yield _ignore
        return
    try:
        yield _show
    finally:
        show_progress("", is_last=True)


def _show(text: str) -> None:
    show_progress(printable(text), is_last=False)


def _ignore(_text: str) -> None:
    """Show nothing."""
