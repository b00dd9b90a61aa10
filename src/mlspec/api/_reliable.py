"""Whether the packs in force are those that were agreed on: else nothing is answered by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.session import described
from mlspec.diagnostics import has_errors
from mlspec.errors import SpecInvalidError

if TYPE_CHECKING:
    from mlspec.policy import Force

__all__ = ["pack_faults", "require_reliable"]


def pack_faults(force: Force) -> tuple[str, ...]:
    """Return what is wrong with the packs in force, in words, each with its place."""
    return tuple(described(each) for each in force.diagnostics if has_errors([each]))


def require_reliable(force: Force) -> None:
    """Refuse to answer by packs that can't be relied on, as `validate` does.

    Raises:
        SpecInvalidError: one can't be read, is not that of the lock, or is bound to nothing.
    """
    found = pack_faults(force)
    if found:
        hints = [each.hint for each in force.diagnostics if has_errors([each]) and each.hint]
        raise SpecInvalidError(
            "what the policy packs say can't be relied on",
            details=found,
            hint=hints[0] if hints else "`mlspec validate` shows each with its place",
        )
