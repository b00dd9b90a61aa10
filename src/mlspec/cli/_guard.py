"""The one place where errors of the tool become messages and exit codes."""

from __future__ import annotations

import gc
import os
from functools import partial
from typing import TYPE_CHECKING

from mlspec.cli._fast import fast_validate
from mlspec.cli._output import finish, lose, print_error, wants_json
from mlspec.cli._signals import terminate_like_interrupt
from mlspec.errors import ExitCode, MlspecError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["guarded"]


def guarded(arguments: list[str]) -> int:
    """Run a command; whatever happens, end with one message and a documented exit code."""
    # plug-ins of pydantic have no business with specs, and looking for them costs start-up
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    terminate_like_interrupt()
    gc.disable()  # one-shot process: collecting thousands of live specs only costs time
    return _ended(partial(_run, arguments), json=wants_json(arguments))


def unheard(error: OSError) -> int:
    """Tell that stdout failed with this error, and return the exit code."""
    return _unexpected(error, json=False)


def _ended(command: Callable[[], int], *, json: bool) -> int:
    try:
        code = command()
        finish()
    except MlspecError as error:
        return _tell(error, json=json)
    except KeyboardInterrupt:
        print_error("interrupted; nothing was left half done", ExitCode.INTERRUPTED, json=json)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  (the last resort is a readable report)
        return _unexpected(error, json=json)
    return code


def _tell(error: MlspecError, *, json: bool) -> int:
    print_error(error.message, error.exit_code, error.details, error.hint, json=json)
    return error.exit_code


def _unexpected(error: Exception, *, json: bool) -> int:
    # typer writes help texts by itself, and only writing to a stream names no file
    if not isinstance(error, OSError) or error.filename is not None:
        return _report_bug(error, json=json)
    try:
        lose(error)
    except OutputError as lost:
        return _tell(lost, json=json)
    return ExitCode.OK


def _run(arguments: list[str]) -> int:
    fast: Callable[[], int] | None = fast_validate(arguments)
    if fast is not None:
        return fast()
    from mlspec.cli._parse import invoke

    return invoke(arguments)


def _report_bug(error: Exception, *, json: bool) -> int:
    """Say what to report; the traceback is shown only on demand."""
    if os.environ.get("MLSPEC_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    print_error(
        f"internal error: {type(error).__name__}: {error}",
        ExitCode.INTERNAL,
        hint="set `MLSPEC_TRACEBACK=1` to see where, and report it with the specs that cause it",
        json=json,
    )
    return ExitCode.INTERNAL
