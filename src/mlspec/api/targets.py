"""`targets list`: what compiles to what, and which backend does which strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets import listing, load_targets

if TYPE_CHECKING:
    from mlspec.targets import Listing

__all__ = ["list_targets"]


def list_targets() -> Listing:
    """Return the installed targets, known versions and the capability table.

    Raises:
        UsageError: a target of a third party does not import.
    """
    return listing(load_targets())
