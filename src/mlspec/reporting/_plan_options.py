"""What a reader of a plan asks for beside the format."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MAX_BYTES", "TOP", "Options"]

TOP = "."
"""The top of a repository."""

MAX_BYTES = 60_000
"""The most that Markdown takes unless told otherwise: forges cut or refuse 65,536 and more."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is shown; `plan_file` is where it was written, None where it was not.

    `folder` is where the workspace lies in its repository: forges name files from the top of it.
    """

    colour: bool = False
    plan_file: str | None = None
    max_bytes: int = MAX_BYTES
    folder: str = TOP
