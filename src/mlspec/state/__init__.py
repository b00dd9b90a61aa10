"""Values that pass between planning, the ledger and registry backends."""

from mlspec.state._model import (
    BreakGlass,
    Checkpoint,
    Event,
    Head,
    Journal,
    LackingApprovals,
    Lifecycle,
    ObjectRecord,
    PassedOver,
    Publication,
    RunOperation,
    RunOutcome,
    RunRecord,
    Snapshot,
    Statement,
    StepStatus,
)

__all__ = [
    "BreakGlass",
    "Checkpoint",
    "Event",
    "Head",
    "Journal",
    "LackingApprovals",
    "Lifecycle",
    "ObjectRecord",
    "PassedOver",
    "Publication",
    "RunOperation",
    "RunOutcome",
    "RunRecord",
    "Snapshot",
    "Statement",
    "StepStatus",
]
