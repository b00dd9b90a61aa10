"""Parse a command line with typer, run the command, and turn errors of usage into ours.

Typer's own way of running an application ends the process with 2, which is "changes pending"
here, swallows an interrupt and words its errors for people only.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import typer
import typer.main

from mlspec.cli._usage import require_values, usage_error
from mlspec.cli.app import application

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMPLETION", "invoke"]

COMPLETION = "_MLSPEC_COMPLETE"
"""What a shell sets to ask for completions instead of running the command."""

_Refused: Any = typer.BadParameter.__mro__[1]  # typer names the class, but does not export it


def invoke(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name, and return its exit code.

    Raises:
        UsageError: there is no such command or flag, or a value does not fit.
    """
    asked = arguments[0] if arguments and COMPLETION not in os.environ else ""
    command = typer.main.get_command(application(asked))
    if COMPLETION in os.environ:
        command.main(list(arguments), prog_name="mlspec")
    require_values(command, arguments)
    try:
        with command.make_context("mlspec", list(arguments)) as context:
            return int(command.invoke(context))
    except typer.Exit as ended:
        return ended.exit_code
    except _Refused as error:
        raise usage_error(error) from error
