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
from mlspec.state._moments import CLOCKS_DIFFER, moment_of

__all__ = [
    "CLOCKS_DIFFER",
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
    "moment_of",
]
