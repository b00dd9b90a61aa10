"""The flags of `mlspec state`, `drift` and `diff`, for typer. Nothing is decided here."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import (
    CheckpointKey,
    Directory,
    Environment,
    Finished,
    Format,
    OutputFormat,
)

__all__ = ["STATE", "diff", "drift"]

Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the record.")
]
Actor = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who does it; the user otherwise.")
]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Such as `model/churn`.")]


def drift(
    directory: Directory = None,
    environment: Environment = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="PATTERN|FILE",
            help="Leave out `ADDRESS`, `ADDRESS:FIELD` with `*`, or what a file lists; repeatable.",
        ),
    ] = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Compare the registry with its record. Can't write; exit 3 when something differs."""
    from mlspec.cli.compare import drift as run

    raise Finished(run(directory, environment, ignore or [], output_format=output_format))


def diff(
    left: Annotated[str, typer.Argument(metavar="ENV_A", help="One environment.")],
    right: Annotated[str, typer.Argument(metavar="ENV_B", help="Another one.")],
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
    *,
    applied: Annotated[
        bool, typer.Option("--registry", help="Compare what is applied, not the specs.")
    ] = False,
    detailed: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when they differ.")
    ] = False,
) -> None:
    """Show in which fields two environments differ."""
    from mlspec.cli.compare import compare

    code = compare(
        (left, right), directory, applied=applied, output_format=output_format, detailed=detailed
    )
    raise Finished(code)


def _list(
    directory: Directory = None,
    environment: Environment = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """List the objects of the registry with their identities."""
    from mlspec.cli.statefile import listed

    raise Finished(listed(directory, environment, output_format=output_format))


def _show(
    address: Address,
    directory: Directory = None,
    environment: Environment = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Show one object of the registry with its body, and the run that wrote it."""
    from mlspec.cli.statefile import shown

    raise Finished(shown(address, directory, environment, output_format=output_format))


def _export(
    directory: Directory = None,
    environment: Environment = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it here, not to stdout.")
    ] = None,
) -> None:
    """Write the state as a file that git can hold, for `plan --offline`."""
    from mlspec.cli.statefile import export

    raise Finished(export(out, directory, environment))


def _mv(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where it is now.")],
    target: Annotated[str, typer.Argument(metavar="NEW", help="Where it goes.")],
    *,
    reason: Reason,
    directory: Directory = None,
    environment: Environment = None,
    actor: Actor = None,
    sign_key: CheckpointKey = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Give an object another address; identity and history stay. Refused under approvals."""
    from mlspec.api.state_edit import Author, move
    from mlspec.cli.statefile import edited

    done = move(address, target, Author(reason, actor, sign_key), directory, environment)
    raise Finished(edited(done, output_format=output_format))


def _forget(
    address: Address,
    *,
    reason: Reason,
    directory: Directory = None,
    environment: Environment = None,
    actor: Actor = None,
    sign_key: CheckpointKey = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Leave an object to others; a spec for it adopts it again. Refused under approvals."""
    from mlspec.api.state_edit import Author, forget
    from mlspec.cli.statefile import edited

    done = forget(address, Author(reason, actor, sign_key), directory, environment)
    raise Finished(edited(done, output_format=output_format))


def _abandon(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run that was stopped half way.")],
    *,
    reason: Reason,
    directory: Directory = None,
    environment: Environment = None,
    actor: Actor = None,
    sign_key: CheckpointKey = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Give up a run that was stopped half way; what it wrote stays, and is recorded."""
    from mlspec.api.state_edit import Author, abandon
    from mlspec.cli.statefile import edited

    done = abandon(run, Author(reason, actor, sign_key), directory, environment)
    raise Finished(edited(done, output_format=output_format))


def _rebuild(
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; not needed with `--check`.")
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if anything would change.")
    ] = False,
    directory: Directory = None,
    environment: Environment = None,
    actor: Actor = None,
    sign_key: CheckpointKey = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Bring objects that were lost or altered back to what the ledger recorded."""
    from mlspec.api.state_edit import Author, check_rebuild, rebuild
    from mlspec.cli.statefile import edited

    if check:
        done = check_rebuild(directory, environment)
    else:
        done = rebuild(Author(reason, actor, sign_key), directory, environment)
    raise Finished(edited(done, output_format=output_format))


STATE: dict[str, Callable[..., None]] = {
    "list": _list,
    "show": _show,
    "export": _export,
    "mv": _mv,
    "forget": _forget,
    "abandon": _abandon,
    "rebuild": _rebuild,
}
"""The commands of `mlspec state` by name."""
