"""Writing to people (stderr) and programs (stdout)."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["has_colour", "note", "print_error", "wants_json", "write"]


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether the command line asks for JSON: errors are JSON then, too."""
    pairs = zip(arguments, arguments[1:], strict=False)
    return "--format=json" in arguments or ("--format", "json") in pairs


def has_colour(stream: TextIO) -> bool:
    """Tell whether colours are wanted (https://no-color.org) and the stream shows them."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (
        stream.isatty() and os.environ.get("TERM") != "dumb"
    )


def write(text: str) -> None:
    """Write data for programs and readers to stdout."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")


def note(text: str) -> None:
    """Write a remark for people to stderr."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")


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
        from json import dumps  # noqa: PLC0415  (start-up time)

        line = {"error": message, "exit": int(code), "details": list(details), "hint": hint}
        note(dumps(line, ensure_ascii=False, sort_keys=True))
        return
    red, bold, end = ("\x1b[31m", "\x1b[1m", "\x1b[0m") if has_colour(sys.stderr) else ("", "", "")
    note(f"{red}error{end}: {bold}{printable(message)}{end}")
    for detail in details:
        note(f"  {printable(detail)}")
    if hint:
        note(f"\nhint: {printable(hint)}")


def printable(text: str) -> str:
    """Replace characters that would move a terminal's cursor or its direction of reading."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
