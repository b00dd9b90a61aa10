"""Parse the plain form of `mlspec validate` without typer.

Only the flags below are understood; anything else (help, completion, a misspelt flag) returns
None and goes to typer, which answers the same way for both.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["fast_validate"]

_FORMATS = ("github", "gitlab", "json", "text")


def fast_validate(arguments: list[str]) -> Callable[[], int] | None:
    """Return the call that answers the arguments, or None to leave them to typer."""
    if not arguments or arguments[0] != "validate":
        return None
    parsed = _parsed(arguments[1:])
    return partial(_validate, *parsed) if parsed else None


def _parsed(arguments: list[str]) -> tuple[list[str], dict[str, str]] | None:
    paths: list[str] = []
    options: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
        if not word.startswith("-"):
            paths.append(word)
        elif word == "--strict":
            options["strict"] = "yes"
        else:
            name, _, value = word.partition("=")
            options[name] = value or next(rest, "")
    return (paths, options) if "" not in paths and _is_plain(options) else None


def _is_plain(options: dict[str, str]) -> bool:
    """Tell whether each flag is known, and has a value that is none itself."""
    is_known = options.keys() <= {"--as-of", "--format", "--env", "-C", "--workspace", "strict"}
    is_given = all(value and not value.startswith("-") for value in options.values())
    return is_known and is_given and options.get("--format", "text") in _FORMATS


def _validate(paths: list[str], options: dict[str, str]) -> int:
    if not options.keys() - {"strict"}:
        from mlspec.api.plain import NOT_LINKED, plainly_valid

        if plainly_valid(paths):
            write("Found no problems")
            note(f"note: {NOT_LINKED}")
            return ExitCode.OK
    from mlspec.cli.validate import validate

    return validate(
        paths,
        directory=options.get("--workspace") or options.get("-C"),
        environment=options.get("--env"),
        output_format=options.get("--format", "text"),
        strict="strict" in options,
        as_of=options.get("--as-of", ""),
    )
