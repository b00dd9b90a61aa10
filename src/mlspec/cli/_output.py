"""Writing to people (stderr) and programs (stdout)."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

from mlspec.errors import OutputError
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "finish",
    "has_colour",
    "lose",
    "note",
    "print_error",
    "show_progress",
    "wants_json",
    "write",
]

_COLUMNS = 80
"""Width of a terminal that does not tell its own."""
_MACHINE_FORMATS = ("json", "jsonl")


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether the command line asks for JSON: errors are JSON then, too."""
    pairs = {*pairwise(arguments)}
    return any(
        f"--format={each}" in arguments or ("--format", each) in pairs for each in _MACHINE_FORMATS
    )


def has_colour(stream: TextIO) -> bool:
    """Tell whether colours are wanted (https://no-color.org) and the stream shows them."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (
        stream.isatty() and os.environ.get("TERM") != "dumb"
    )


def write(text: str) -> None:
    """Write data for programs and readers to stdout.

    Raises:
        OutputError: there is no room for it; a reader who has left is no error.
    """
    _put(lambda: sys.stdout.write(text if text.endswith("\n") or not text else text + "\n"))


def finish() -> None:
    """Hand over what was written, at the end of a command.

    Raises:
        OutputError: there is no room for it.
    """
    _put(sys.stdout.flush)


def note(text: str) -> None:
    """Write a remark for people to stderr; where nobody can be told, the exit code says enough."""
    try:
        sys.stderr.write(text if text.endswith("\n") else text + "\n")
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def show_progress(text: str, *, is_last: bool) -> None:
    """Show on a terminal how far a command is, in one line that goes away at the end."""
    if not sys.stderr.isatty():
        return
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
        shown = "" if is_last else text[: columns - 1]
        sys.stderr.write(f"\r\x1b[K{shown}")
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def _put(action: Callable[[], object]) -> None:
    try:
        action()
    except OSError as error:
        lose(error)


def lose(error: OSError) -> None:
    """Go on without stdout, which failed with this error.

    Raises:
        OutputError: there is no room for it; a reader who has left is no error.
    """
    _silence(sys.stdout)
    if not isinstance(error, BrokenPipeError):
        raise OutputError(
            f"the result can't be written to standard output: {error.strerror}",
            hint="what the command did is done; only what it says is lost",
        ) from error


def _silence(stream: TextIO) -> None:
    """Let what is buffered go nowhere: else Python fails once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_error(
    message: str,
    code: int,
    details: Sequence[str] = (),
    hint: str | None = None,
    *,
    json: bool = False,
) -> None:
    """Write one error of the tool to stderr, as text or as one JSON line."""
    if json:
        from json import dumps

        line = {"error": message, "exit": int(code), "details": list(details), "hint": hint}
        note(dumps(line, ensure_ascii=False, sort_keys=True))
        return
    red, bold, end = ("\x1b[31m", "\x1b[1m", "\x1b[0m") if has_colour(sys.stderr) else ("", "", "")
    note(f"{red}error{end}: {bold}{_shown(message)}{end}")
    for detail in details:
        note(f"  {_shown(detail)}")
    if hint:
        note(f"\nhint: {_shown(hint)}")


def _shown(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))
