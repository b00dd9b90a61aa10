"""How long what was measured may be used."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, moment, shown

if TYPE_CHECKING:
    from mlspec.gates._inputs import EvidenceSource

__all__ = ["end_of", "too_old"]


def end_of(file: str, collected: str, days: int, as_of: str) -> str | Reason:
    """Return the last moment at which values measured then may be used."""
    measured = moment(collected)
    if not measured or (as_of and measured > moment(as_of)):
        sentence = f"{shown(file)} does not say when its values were measured, or names the future"
        return Reason("age-unknown", sentence)
    last = datetime.fromisoformat(measured) + timedelta(days=days)
    return last.isoformat(timespec="seconds")


def too_old(stated: EvidenceSource, end: str, as_of: str) -> Reason | None:
    """Return the reason that evidence may not be used any more, if it is past its end."""
    if as_of and as_of <= end:
        return None
    sentence = f"{shown(stated.file)} may be used for {stated.maximum_age_days} days, until {end}"
    return Reason("too-old", sentence)
