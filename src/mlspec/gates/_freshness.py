"""How old the newest row of a table is."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, instant, shown
from mlspec.gates._exact import exact_part, missed
from mlspec.gates._parts import unmeasured_part

if TYPE_CHECKING:
    from datetime import datetime

    from mlspec.evidence import Frame, PartResult
    from mlspec.gates._data_quality_spec import Freshness

__all__ = ["freshness_part"]

_NAME = "freshness"


def freshness_part(spec: Freshness, frame: Frame, as_of: str) -> tuple[PartResult, str]:
    """Return the check of the newest row, and the moment at which its verdict may change.

    The moment is "" where nothing changes with time.
    """
    now, newest = instant(as_of), _newest(spec, frame)
    if isinstance(newest, Reason):
        return unmeasured_part(_NAME, newest), ""
    if now is None:
        return unmeasured_part(_NAME, Reason("age-unknown", "the run has no moment")), ""
    if newest > now:
        sentence = f"the newest row is of {newest.isoformat()}, which has not come"
        return unmeasured_part(_NAME, Reason("age-unknown", sentence)), _text(newest)
    end = newest + timedelta(days=spec.maximum_age_days)
    sentence = f"the newest row is of {newest.isoformat()}, older than {spec.maximum_age_days} days"
    return exact_part(_NAME, missed(sentence if now > end else None)), _text(end)


def _newest(spec: Freshness, frame: Frame) -> datetime | Reason:
    texts = frame.texts(spec.column)
    if isinstance(texts, Reason):
        return texts
    there = [each for each in texts if each is not None]
    if not there:
        sentence = f"column {shown(spec.column)} holds no value"
        return Reason("nothing-in-column", sentence)
    found = [instant(each, UTC) for each in there]
    moments = [each for each in found if each is not None]
    if len(moments) < len(there):
        bad = there[found.index(None)]
        return Reason("not-a-moment", f"column {shown(spec.column)}: {shown(bad)} is no moment")
    return max(moments)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
