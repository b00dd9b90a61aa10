"""`mlspec card`: a card on the terminal, in a folder, or compared with what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.cards import Asked

__all__ = ["Flags", "card"]


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line asks for; `format` is empty where nobody chose one."""

    name: str
    audience: str
    format: str
    as_of: str
    check: bool = False
    offline: bool = False


def card(flags: Flags, out: Path | None, directory: Path | None, environment: str | None) -> int:
    """Print, write or compare cards, and return the exit code."""
    if flags.check:
        return _check(flags, out, directory, environment)
    if out is not None:
        return _write(flags, out, directory, environment)
    if not flags.name:
        raise UsageError(
            "which card?",
            hint="name a model, system, prompt or data set; `--out DIR` writes all of them",
        )
    from mlspec.api.cards import cards

    (found,) = cards(_asked(flags, flags.format or "markdown"), directory, environment)
    write(found.text)
    return ExitCode.OK


def _asked(flags: Flags, name: str) -> Asked:
    from mlspec.api.cards import Asked
    from mlspec.ir import Audience, CardFormat

    formats = (CardFormat(name),) if name else ()
    audience = Audience(flags.audience)
    return Asked(flags.name, audience, formats, flags.as_of, offline=flags.offline)


def _write(flags: Flags, out: Path, directory: Path | None, environment: str | None) -> int:
    from mlspec.api.cards import folder_of, write_cards

    changed = write_cards(_asked(flags, flags.format), out, directory, environment)
    for each in changed:
        write(f"written {folder_of(out) / each}\n")
    if not changed:
        note(f"the cards in {out} are as they should be")
    return ExitCode.OK


def _check(flags: Flags, out: Path | None, directory: Path | None, environment: str | None) -> int:
    from mlspec.api.cards import check_cards

    differing = check_cards(_asked(flags, flags.format), out, directory, environment)
    for each in differing:
        write(f"differs {each}\n")
    if not differing:
        return ExitCode.OK
    command = "mlspec compile" if out is None else "mlspec card"
    note(f"\nhint: run `{command}` as before, without `--check`, and commit what it writes")
    return ExitCode.SPEC_INVALID
