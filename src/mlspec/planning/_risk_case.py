"""One operation with all that decides about it: both bodies, both tiers, whom it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mlspec.members import section
from mlspec.planning._model import Action, Level, RiskReason
from mlspec.planning._risk_table import level_of_new
from mlspec.planning._tiers import PROMPT, TIERED, highest, tier_of
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning._blast import Graph, Reach
    from mlspec.planning._model import Operation

__all__ = ["BASELINE", "BINDING", "TEAM", "WAIVER", "WORKSPACE", "Case", "Finding"]

BASELINE: Final = "PolicyBaseline"
BINDING: Final = "PolicyBinding"
TEAM: Final = "Team"
WAIVER: Final = "Waiver"
WORKSPACE: Final = "Workspace"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applies, and the class of field that it is about; "" for the object itself."""

    reason: RiskReason
    field_class: str = ""
    is_raised: bool = False

    @property
    def level(self) -> Level:
        """The level that the rule asks for."""
        return self.reason.level


@dataclass(frozen=True)
class Case:
    """An operation, the body before and the body after; None where there is none or it is lost."""

    operation: Operation
    old: Json
    new: Json
    graph: Graph
    was: Lifecycle

    @property
    def kind(self) -> str:
        """The kind of the resource."""
        return self.operation.kind

    @property
    def is_new(self) -> bool:
        """Whether the environment gets a resource that it did not have, or no longer had."""
        is_back = self.operation.writes and self.was is not Lifecycle.LIVE
        return self.operation.action in (Action.CREATE, Action.ADOPT) or is_back

    @property
    def is_compared(self) -> bool:
        """Whether there are two bodies to compare."""
        return self.operation.writes and self.operation.action is not Action.CREATE

    @cached_property
    def tier_old(self) -> str:
        """The tier before: its own, or the highest of what refers to it."""
        if self.operation.action is Action.CREATE:
            return ""
        if self.kind in TIERED:
            return tier_of(self.old)
        tier = self.graph.tier_before(self.operation.former)
        return highest((tier, self._tier_asked(self.old)))

    @cached_property
    def tier_new(self) -> str:
        """The tier after."""
        if not self.operation.writes:
            return ""
        if self.kind in TIERED:
            return tier_of(self.new)
        tier = self.graph.tier(self.operation.address)
        return highest((tier, self._tier_asked(self.new)))

    @cached_property
    def judged_at(self) -> str:
        """The higher of both tiers."""
        return highest((self.tier_old, self.tier_new))

    @cached_property
    def before(self) -> Reach:
        """Whom the resource reached."""
        return self.graph.reach(self.operation.address, self.kind, self.old)

    @cached_property
    def after(self) -> Reach:
        """Whom it reaches from now on."""
        return self.graph.reach(self.operation.address, self.kind, self.new)

    def _tier_asked(self, body: Json) -> str:
        """Return the tier of the model that a prompt is written for."""
        return self.graph.tier_asked(body) if self.kind == PROMPT else ""

    @property
    def governs(self) -> bool:
        """Whether it is a workspace, or a team whose members may approve."""
        body = self.new if self.operation.writes else self.old
        return self.kind == WORKSPACE or (
            self.kind == TEAM and bool(_roles(body) or not isinstance(body, dict))
        )

    @property
    def level_of_whole(self) -> Level:
        """The level of a resource that comes or goes as a whole."""
        return Level.HIGH if self.governs else level_of_new(self.judged_at)


def _roles(body: Json) -> Json:
    return section(body, "spec").get("roles")
