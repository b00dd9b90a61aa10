"""Papers on a card: one that a spec states and nobody has seen is not present."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlspec.evidence import PaperStatus
from mlspec.ir import ValueStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.evidence import PaperLook
    from mlspec.ir import CardSection, CardValue
    from mlspec.policy import Ground, StatedPaper

    Papers = Mapping[str, tuple[StatedPaper, PaperLook]]

__all__ = ["seen_as", "told_of", "with_papers"]

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


def with_papers(section: CardSection, address: str, papers: Papers) -> CardSection:
    """Return a section in which papers stand as they were seen, by the path where specs name them.

    What the spec says of a paper that is not there stays on the card, as what is looked for.
    """
    if not papers:
        return section
    return replace(section, values=tuple(_seen(each, address, papers) for each in section.values))


def _seen(value: CardValue, address: str, papers: Papers) -> CardValue:
    owner, path = value.place
    if value.status is not ValueStatus.PRESENT or owner != address or path not in papers:
        return value
    paper, look = papers[path]
    if look.is_there:
        return value
    part = f" --part {paper.part}" if paper.part else ""
    how = f"mlspec evidence add {address} --kind {paper.kind}{part} --file PAPER"
    status, told = seen_as(look), f"{value.text} is stated, not shown: {look.told}"
    if status is ValueStatus.MISSING:
        return value._replace(status=status, text="", source="", how=f"{told}; {how}")
    return value._replace(status=status, text=told, how=how)
