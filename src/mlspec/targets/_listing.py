"""What is installed and known: targets, versions, capabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.capabilities import capabilities, known_versions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.capabilities import Capability
    from mlspec.targets._port import Target

__all__ = ["Listing", "listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Targets by name, versions by component (oldest first), cells as the table lists them."""

    targets: tuple[Target, ...]
    versions: tuple[tuple[str, tuple[str, ...]], ...]
    cells: tuple[Capability, ...]


def listing(targets: Iterable[Target]) -> Listing:
    """Return what is told of targets and of the backends behind them."""
    return Listing(tuple(targets), tuple(known_versions().items()), capabilities())
