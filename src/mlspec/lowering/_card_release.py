"""What a card tells of a release that is out: how it was let go, its traffic, its last values.

The registry records what was applied and by which course, and no share of traffic: that, and what
monitors measured, are papers that somebody adds. Nothing here looks at a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import MONITOR_VALUES, TRAFFIC_SHARE, ItemStatus
from mlspec.ir import ValueStatus
from mlspec.lowering._card_facts import not_online
from mlspec.lowering._card_items import stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import Item
    from mlspec.ir import CardValue
    from mlspec.kinds.model import ModelSpec
    from mlspec.lowering._card_facts import Facts
    from mlspec.lowering._card_history import CardHistory

__all__ = ["last_values", "release"]


def release(
    own: Facts, spec: ModelSpec, known: CardHistory | None, items: Sequence[Item]
) -> Iterator[CardValue]:
    """Yield how the live version was let go, as the registry says, and the traffic it has."""
    if spec.serving is None or not_online(spec):
        return
    facts = own.about("Rollout")
    yield from _state(facts, known)
    yield from _traffic(facts, items)


def _state(facts: Facts, known: CardHistory | None) -> Iterator[CardValue]:
    if known is None or known.live is None or not known.changes:
        return
    newest = known.changes[-1]
    version = known.live.version or "no version"
    text = f"{version}, applied at {newest.at}, {known.live.course}"
    source = f"event {newest.sequence} of {facts.resource.address}, {newest.digest}"
    yield facts.beside("Rollout state", ValueStatus.PRESENT, text, source)


def _traffic(facts: Facts, items: Sequence[Item]) -> Iterator[CardValue]:
    found = [each for each in items if each.kind == TRAFFIC_SHARE and _is_there(each)]
    for each in found:
        yield _told("Live traffic share", facts, each)
    if not found:
        address = facts.resource.address
        how = f"mlspec evidence add {address} --kind {TRAFFIC_SHARE} --note SHARE --file FILE"
        yield facts.beside("Live traffic share", ValueStatus.MISSING, how=how)


def last_values(own: Facts, spec: ModelSpec, items: Sequence[Item]) -> Iterator[CardValue]:
    """Yield what monitors measured last, by the papers that say so: one for each monitor.

    One that is not whole may have been about any of them: none of them has a value then.
    """
    found = [each for each in items if each.kind == MONITOR_VALUES and _is_there(each)]
    whole = {each.part: each for each in found if each.is_whole}
    broken = next((each for each in found if not each.is_whole), None)
    for monitor in spec.monitoring:
        facts, item = own.about(f"Monitor: {monitor.id}"), whole.get(monitor.id) or broken
        if item is not None:
            yield _told("Last value", facts, item)
            continue
        how = f"mlspec evidence add {own.resource.address} --kind {MONITOR_VALUES}"
        how += f" --part {monitor.id} --note VALUE --file FILE"
        yield facts.beside("Last value", ValueStatus.MISSING, how=how)


def _is_there(item: Item) -> bool:
    return item.status is not ItemStatus.MISSING


def _told(label: str, facts: Facts, item: Item) -> CardValue:
    note = item.record.note if item.record is not None else ""
    text = ", ".join(filter(None, (note, stated(item))))
    status = ValueStatus(item.status.value)
    is_open = status in (ValueStatus.STALE, ValueStatus.CONFLICT)
    part = f" --part {item.part}" if item.part else ""
    address = facts.resource.address
    how = f"mlspec evidence add {address} --kind {item.kind}{part} --note VALUE --file FILE"
    return facts.beside(label, status, text, item.source, (item.mend or how) if is_open else "")
