"""Approvals: who agreed to a plan, as what, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Approval", "Strength"]


class Strength(StrEnum):
    """How sure it is that an approval comes from whom it names."""

    ASSERTED = "asserted"
    """A file says so."""
    HOST = "host"
    """A review on the forge of the very commit says so."""
    SIGNED = "signed"
    """A key that was trusted before the change signed it."""

    @property
    def rank(self) -> int:
        """The place in the order, 0 for asserted."""
        return list(Strength).index(self)


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's agreement to one plan. `strength` is what was verified, never what is claimed.

    `digest` is that of the statement's bytes. `role` is "" where the source knows none: then the
    person counts for any role that they hold. `plan` is the digest of the plan that was agreed
    to: a review of a commit agrees to the plan whose specs that commit holds. `names` are all
    names that the key signs for: they are one person. `note` says why it is not stronger.
    """

    principal: str
    role: str
    strength: Strength
    plan: str
    risk: str
    digest: str
    at: str = ""
    comment: str = ""
    names: tuple[str, ...] = ()
    note: str = ""
