"""A share of traffic as a ratio of replicas."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ReplicaSplit", "replica_split"]

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class ReplicaSplit:
    """How many replicas each arm has."""

    champion: int
    challenger: int

    @property
    def total(self) -> int:
        """Return all replicas."""
        return self.champion + self.challenger

    @property
    def share(self) -> float:
        """Return the share of replicas that are the challenger's, in 0..1."""
        return self.challenger / self.total


def replica_split(share: float, replicas: int) -> ReplicaSplit:
    """Return the nearest ratio of `replicas` (two at least) to a share in 0..1.

    A share between nothing and everything leaves each arm at least one replica.
    """
    total = max(_FEWEST, replicas)
    challenger = round(share * total)
    if 0 < share < 1:
        challenger = min(max(challenger, 1), total - 1)
    return ReplicaSplit(total - challenger, challenger)
