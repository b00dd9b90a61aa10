"""The front door: answers `--version` and `--help` without importing anything else.

`mlspec validate` with plain flags is parsed here too, because editors and pre-commit hooks call
it on every save; everything else goes to the typer application. Both ways call one function.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line and return the exit code."""
    if arguments in (["--version"], ["-V"]):
        from mlspec import __version__

        print(f"mlspec {__version__}")  # noqa: T201
        return 0
    if arguments in (["--help"], ["-h"], []):
        # not with pathlib, which takes as long to import as a bare interpreter to start
        with open(f"{__file__.removesuffix('main.py')}help.txt", encoding="utf-8") as text:  # noqa: PTH123
            sys.stdout.write(text.read())
        return 0
    from mlspec.cli._guard import guarded

    return guarded(arguments)
