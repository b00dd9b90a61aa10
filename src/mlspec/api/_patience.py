"""Waiting for a registry that others hold or have just changed: bounded, and never in step."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import SystemRandom
from time import monotonic, sleep
from typing import TYPE_CHECKING

from mlspec.errors import RegistryMovedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.errors import MlspecError

__all__ = ["Patience"]

_MOST_MOVES = 8
_SHORTEST_SECONDS = 0.02
_LONGEST_SECONDS = 0.5


@dataclass
class Patience:
    """Waits for a lock until a time has passed, and some times for a registry that moved.

    The waits grow and are random, so that many runs do not meet again and again.
    """

    lock_timeout_seconds: float
    interrupted: Callable[[], bool]
    _started: float = field(default_factory=monotonic)
    _moves: int = 0
    _random: SystemRandom = field(default_factory=SystemRandom)

    def wait(self, error: MlspecError, attempt: int) -> bool:
        """Wait, and tell whether to try again."""
        if isinstance(error, RegistryMovedError):
            self._moves += 1
            is_enough = self._moves > _MOST_MOVES
        else:
            is_enough = monotonic() - self._started >= self.lock_timeout_seconds
        if is_enough or self.interrupted():
            return False
        longest = min(_LONGEST_SECONDS, _SHORTEST_SECONDS * 2**attempt)
        sleep(self._random.uniform(_SHORTEST_SECONDS / 2, longest))
        return True
