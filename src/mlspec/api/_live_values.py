"""Papers that tell a value of a card: what a monitor measured last, and the share of traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.evidence import MONITOR_VALUES, TRAFFIC_SHARE, ItemState
from mlspec.kinds.model import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import ItemRecord
    from mlspec.workspace import Resource

__all__ = ["VALUE_KINDS", "require_value"]

VALUE_KINDS = (MONITOR_VALUES, TRAFFIC_SHARE)
"""The kinds that cards read, whether a rule asks for them or not."""
_SHOWN = (ItemState.KEPT, ItemState.REFERENCED)


def require_value(resource: Resource, record: ItemRecord) -> None:
    """Refuse a paper whose value no card could show: of no monitor, or without the value.

    Raises:
        UsageError: the part is no monitor of the model, or there is no note.
    """
    if record.kind == MONITOR_VALUES:
        _require_monitor(resource, record.part)
    if record.kind in VALUE_KINDS and not record.note and record.state in _SHOWN:
        raise UsageError(
            f"a paper of the kind `{record.kind}` tells a value, and `--note` has none",
            hint="write the value and its unit as a note: `--note '20 % of requests'`",
        )


def _require_monitor(resource: Resource, part: str) -> None:
    """Refuse a part that is no monitor: no row of the card would show it."""
    spec = resource.spec
    known = [each.id for each in spec.monitoring] if isinstance(spec, ModelSpec) else []
    if part in known:
        return
    raise UsageError(
        f"{resource.address} has no monitor `{part}`" if part else "which monitor?",
        hint=_monitors(part, known),
    )


def _monitors(part: str, known: Sequence[str]) -> str:
    close = did_you_mean(part, known)
    if close:
        return f"did you mean `--part {close}`?"
    listed = ", ".join(f"`{each}`" for each in known)
    return f"add `--part` with one of {listed}" if known else "declare it in `spec.monitoring`"
