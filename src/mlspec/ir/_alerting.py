"""Who is told when an alert fires."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OnCall"]


@dataclass(frozen=True, slots=True)
class OnCall:
    """A team, its receiver in Alertmanager, and the address that the receiver calls, if stated."""

    team: str
    receiver: str
    webhook: str = ""
