"""The flags of `mlspec state`, `drift` and `diff`, for typer. Nothing is decided here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlspec.cli._options import (
    CheckpointKey,
    Directory,
    Environment,
    Format,
    OutputFormat,
    Place,
    taking,
)

if TYPE_CHECKING:
    from mlspec.api.state_edit import Author
    from mlspec.planning.state_edit import Edited

__all__ = ["STATE", "diff", "drift"]

Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the record.")
]
Actor = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who does it; the user otherwise.")
]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Such as `model/churn`.")]


@dataclass(frozen=True, slots=True)
class Edit:
    """What every correction by hand takes beside its reason: where, by whom, and how it is told."""

    directory: Directory = None
    environment: Environment = None
    actor: Actor = None
    sign_key: CheckpointKey = None
    output_format: OutputFormat = Format.TEXT

    def author(self, reason: str) -> "Author":
        """Return who corrects something, and why."""
        from mlspec.api.state_edit import Author

        return Author(reason, self.actor, self.sign_key)

    def tell(self, done: "Edited") -> int:
        """Print what was corrected, and return the exit code."""
        from mlspec.cli.statefile import edited

        return edited(done, output_format=self.output_format)


@taking(Place)
def drift(
    place: Place,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="PATTERN|FILE",
            help="Leave out `ADDRESS`, `ADDRESS:FIELD` with `*`, or what a file lists; repeatable.",
        ),
    ] = None,
) -> int:
    """Compare the registry with its record. Can't write; exit 3 when something differs."""
    from mlspec.cli.compare import drift as run

    return run(place.directory, place.environment, ignore or [], output_format=place.output_format)


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
) -> int:
    """Show in which fields two environments differ."""
    from mlspec.cli.compare import compare

    return compare(
        (left, right), directory, applied=applied, output_format=output_format, detailed=detailed
    )


@taking(Place)
def _list(place: Place) -> int:
    """List the objects of the registry with their identities."""
    from mlspec.cli.statefile import listed

    return listed(place.directory, place.environment, output_format=place.output_format)


@taking(Place)
def _show(place: Place, address: Address) -> int:
    """Show one object of the registry with its body, and the run that wrote it."""
    from mlspec.cli.statefile import shown

    return shown(address, place.directory, place.environment, output_format=place.output_format)


def _export(
    directory: Directory = None,
    environment: Environment = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it here, not to stdout.")
    ] = None,
) -> int:
    """Write the state as a file that git can hold, for `plan --offline`."""
    from mlspec.cli.statefile import export

    return export(out, directory, environment)


@taking(Edit)
def _mv(
    edit: Edit,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where it is now.")],
    target: Annotated[str, typer.Argument(metavar="NEW", help="Where it goes.")],
    *,
    reason: Reason,
) -> int:
    """Give an object another address; identity and history stay. Refused under approvals."""
    from mlspec.api.state_edit import move

    return edit.tell(move(address, target, edit.author(reason), edit.directory, edit.environment))


@taking(Edit)
def _forget(edit: Edit, address: Address, *, reason: Reason) -> int:
    """Leave an object to others; a spec for it adopts it again. Refused under approvals."""
    from mlspec.api.state_edit import forget

    return edit.tell(forget(address, edit.author(reason), edit.directory, edit.environment))


@taking(Edit)
def _abandon(
    edit: Edit,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run that was stopped half way.")],
    *,
    reason: Reason,
) -> int:
    """Give up a run that was stopped half way; what it wrote stays, and is recorded."""
    from mlspec.api.state_edit import abandon

    return edit.tell(abandon(run, edit.author(reason), edit.directory, edit.environment))


@taking(Edit)
def _rebuild(
    edit: Edit,
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; not needed with `--check`.")
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if anything would change.")
    ] = False,
) -> int:
    """Bring objects that were lost or altered back to what the ledger recorded."""
    from mlspec.api.state_edit import check_rebuild, rebuild

    if check:
        return edit.tell(check_rebuild(edit.directory, edit.environment))
    return edit.tell(rebuild(edit.author(reason), edit.directory, edit.environment))


STATE: dict[str, Callable[..., int]] = {
    "list": _list,
    "show": _show,
    "export": _export,
    "mv": _mv,
    "forget": _forget,
    "abandon": _abandon,
    "rebuild": _rebuild,
}
"""The commands of `mlspec state` by name."""
