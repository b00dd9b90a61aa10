"""Which process of which machine holds something, and whether it is dead for certain."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["is_own", "is_surely_dead", "own_process"]

_PROC = Path("/proc")


@cache
def _machine() -> str:
    """Return what no other machine, boot or container has; "" where that can't be told."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def own_process() -> dict[str, Json]:
    """Return who this process is, as JSON."""
    return {"machine": _machine(), "pid": os.getpid(), "start": _start_of(os.getpid())}


def is_own(process: Mapping[str, Json]) -> bool:
    """Tell whether it is this very process."""
    return bool(_machine()) and dict(process) == own_process()


def is_surely_dead(process: Mapping[str, Json]) -> bool:
    """Tell whether it was a process of this machine, and there is none any more."""
    pid = process.get("pid")
    if not _machine() or process.get("machine") != _machine() or not isinstance(pid, int):
        return False
    return _start_of(pid) != process.get("start")


def _start_of(pid: int) -> str:
    """Return when a process began, in ticks since the boot; "" where there is none.

    Numbers of processes are taken again; one that only waits to be buried counts as dead.
    """
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[19]
