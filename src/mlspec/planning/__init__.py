"""Planning: what would change, what that means, and applying exactly that."""

from mlspec.planning._affected import affected_models
from mlspec.planning._checks import blocking_error
from mlspec.planning._codec import plan_to_json, read_plan, write_plan
from mlspec.planning._evidence import evidence_entry
from mlspec.planning._lookup import traits_of
from mlspec.planning._model import (
    PLAN_FORMAT,
    Action,
    Block,
    BlockCode,
    ChangeDirection,
    Envelope,
    EvidenceEntry,
    FieldChange,
    GateEntry,
    Operation,
    PlanContext,
    ReadEntry,
    Source,
    Summary,
    Toolchain,
)
from mlspec.planning._paths import path_text
from mlspec.planning._plan import Plan
from mlspec.planning.apply import ApplyResult, Outcome, Stamp, apply_plan
from mlspec.planning.desired import Desired, desired_objects
from mlspec.planning.plan import make_plan, observe_for
from mlspec.planning.views import (
    AuditView,
    StatusView,
    audit_view,
    history_view,
    status_view,
)

__all__ = [
    "PLAN_FORMAT",
    "Action",
    "ApplyResult",
    "AuditView",
    "Block",
    "BlockCode",
    "ChangeDirection",
    "Desired",
    "Envelope",
    "EvidenceEntry",
    "FieldChange",
    "GateEntry",
    "Operation",
    "Outcome",
    "Plan",
    "PlanContext",
    "ReadEntry",
    "Source",
    "Stamp",
    "StatusView",
    "Summary",
    "Toolchain",
    "affected_models",
    "apply_plan",
    "audit_view",
    "blocking_error",
    "desired_objects",
    "evidence_entry",
    "history_view",
    "make_plan",
    "observe_for",
    "path_text",
    "plan_to_json",
    "read_plan",
    "status_view",
    "traits_of",
    "write_plan",
]
