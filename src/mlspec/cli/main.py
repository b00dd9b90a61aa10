"""The front door: answers `--version` and `--help` without importing anything else.

`mlspec validate` with plain flags is parsed here too, because editors and pre-commit hooks call
it on every save; everything else goes to the typer application. Both ways call one function.
"""

from __future__ import annotations

import io
import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    try:
        sys.unraisablehook = _report_dropped
        _prepare_streams()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the guard stood, or while it spoke
        sys.stderr.write("error: interrupted\n")
        code = 130
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line and return the exit code."""
    if arguments in (["--version"], ["-V"]):
        from mlspec import __version__

        return _say(f"mlspec {__version__}\n")
    is_asked_by_shell = "_MLSPEC_COMPLETE" in os.environ
    if arguments in (["--help"], ["-h"], []) and not is_asked_by_shell:
        # not with pathlib, which takes as long to import as a bare interpreter to start
        with open(f"{__file__.removesuffix('main.py')}help.txt", encoding="utf-8") as text:  # noqa: PTH123
            return _say(text.read())
    from mlspec.cli._guard import guarded

    return guarded(arguments)


def _say(text: str) -> int:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        from mlspec.cli._guard import unheard

        return unheard(error)
    return 0


def _report_dropped(dropped: sys.UnraisableHookArgs) -> None:
    """Show what Python can't raise, but no Ctrl-C: the command goes on; the next one ends it."""
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)


def _prepare_streams() -> None:
    """Write the same bytes in every locale, and to nobody where the caller closed a stream.

    A closed stream is opened: else the next file that is opened would get its number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
