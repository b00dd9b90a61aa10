"""Papers on a card: one that a spec states and nobody has seen is not present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.evidence import PaperStatus
from mlspec.ir import ValueStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.evidence import PaperLook
    from mlspec.policy import Ground, StatedPaper

    Papers = Mapping[str, tuple[StatedPaper, PaperLook]]

__all__ = ["Papers", "as_seen", "seen_as", "told_of"]

_AS: Final[Mapping[PaperStatus, ValueStatus]] = {
    PaperStatus.PRESENT: ValueStatus.PRESENT,
    PaperStatus.RECORDED: ValueStatus.PRESENT,
    PaperStatus.STALE: ValueStatus.STALE,
    PaperStatus.CONFLICT: ValueStatus.CONFLICT,
    PaperStatus.FAILED: ValueStatus.CONFLICT,
    PaperStatus.NOT_APPLICABLE: ValueStatus.NOT_APPLICABLE,
    PaperStatus.WITHHELD: ValueStatus.WITHHELD,
}


def seen_as(look: PaperLook) -> ValueStatus:
    """Return how a value stands whose paper was looked for; one nobody looked at is missing."""
    return _AS.get(look.status, ValueStatus.MISSING)


def told_of(ground: Ground) -> str:
    """Return in words how something stands that a pass rests on."""
    status = ground.look.status.value.replace("-", " ")
    return f"{ground.name} ({status}: {ground.look.told})"


def as_seen(
    text: str, source: str, address: str, paper: tuple[StatedPaper, PaperLook] | None
) -> tuple[ValueStatus, str, str, str]:
    """Return how a value stands that a spec states, its text and source, and how to add its paper.

    What the spec says of a paper that is not there stays on the card, as what is looked for. None
    is a value that names no paper.
    """
    if paper is None or paper[1].is_there:
        return ValueStatus.PRESENT, text, source, ""
    stated, look = paper
    part = f" --part {stated.part}" if stated.part else ""
    how = f"mlspec evidence add {address} --kind {stated.kind}{part} --file PAPER"
    status, told = seen_as(look), f"{text} is stated, not shown: {look.told}"
    if status is ValueStatus.MISSING:
        return status, "", "", f"{told}; {how}"
    return status, told, source, how
