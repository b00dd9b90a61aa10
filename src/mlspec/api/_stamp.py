"""Who does something to a registry, and when."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

from mlspec.planning import Stamp

__all__ = ["moment_of_now", "owner_of", "stamp_of"]


def stamp_of(actor: str | None) -> Stamp:
    """Return the stamp of somebody, by default of the user, and of now."""
    return Stamp(actor or _user(), moment_of_now())


def moment_of_now() -> str:
    """Return the moment of the call in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def owner_of(stamp: Stamp) -> str:
    """Return what others are told of who holds the lock."""
    return f"{stamp.actor}, process {os.getpid()} on {socket.gethostname()}, since {stamp.at}"


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):  # no password entry for this user id
        return "unknown"
