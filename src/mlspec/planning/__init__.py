"""Planning: what would change, what that means, and applying exactly that.

Modules are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.planning._affected import affected_models
    from mlspec.planning._apply_model import (
        ApplyOptions,
        ApplyResult,
        Checkout,
        OnError,
        Outcome,
        Stamp,
        StepReport,
    )
    from mlspec.planning._codec import plan_to_json, read_plan, write_plan
    from mlspec.planning._evidence import evidence_entry
    from mlspec.planning._expiry import has_passed
    from mlspec.planning._governed import in_force, signers_in_force
    from mlspec.planning._lookup import traits_of
    from mlspec.planning._model import (
        PLAN_FORMAT,
        Action,
        Blast,
        Block,
        BlockCode,
        ChangeDirection,
        Compatibility,
        ContractChange,
        Envelope,
        EvidenceEntry,
        FieldChange,
        Freeze,
        GateEntry,
        Level,
        Move,
        Operation,
        PlanContext,
        ReadEntry,
        Removal,
        Requirement,
        Reversibility,
        Risk,
        RiskReason,
        Scope,
        ScopeMode,
        Source,
        Summary,
        Toolchain,
    )
    from mlspec.planning._paths import path_text
    from mlspec.planning._plan import Plan
    from mlspec.planning._tiers import asks_of
    from mlspec.planning._workspace import SIGNERS_FILE
    from mlspec.planning.apply import apply_plan
    from mlspec.planning.break_glass import notice_of, passed_over_text, unreviewed
    from mlspec.planning.desired import Desired, desired_objects
    from mlspec.planning.law import Law
    from mlspec.planning.plan import make_plan, observe_for
    from mlspec.planning.views import (
        AuditView,
        HistoryView,
        StatusView,
        history_view,
        status_view,
    )

__all__ = [
    "PLAN_FORMAT",
    "SIGNERS_FILE",
    "Action",
    "ApplyOptions",
    "ApplyResult",
    "AuditView",
    "Blast",
    "Block",
    "BlockCode",
    "ChangeDirection",
    "Checkout",
    "Compatibility",
    "ContractChange",
    "Desired",
    "Envelope",
    "EvidenceEntry",
    "FieldChange",
    "Freeze",
    "GateEntry",
    "HistoryView",
    "Law",
    "Level",
    "Move",
    "OnError",
    "Operation",
    "Outcome",
    "Plan",
    "PlanContext",
    "ReadEntry",
    "Removal",
    "Requirement",
    "Reversibility",
    "Risk",
    "RiskReason",
    "Scope",
    "ScopeMode",
    "Source",
    "Stamp",
    "StatusView",
    "StepReport",
    "Summary",
    "Toolchain",
    "affected_models",
    "apply_plan",
    "asks_of",
    "desired_objects",
    "evidence_entry",
    "has_passed",
    "history_view",
    "in_force",
    "make_plan",
    "notice_of",
    "observe_for",
    "passed_over_text",
    "path_text",
    "plan_to_json",
    "read_plan",
    "signers_in_force",
    "status_view",
    "traits_of",
    "unreviewed",
    "write_plan",
]

_HOMES = {
    "_affected": "affected_models",
    "_apply_model": "ApplyOptions ApplyResult Checkout OnError Outcome Stamp StepReport",
    "_codec": "plan_to_json read_plan write_plan",
    "_evidence": "evidence_entry",
    "_expiry": "has_passed",
    "_governed": "in_force signers_in_force",
    "_lookup": "traits_of",
    "_model": (
        "PLAN_FORMAT Action Blast Block BlockCode ChangeDirection Compatibility "
        "ContractChange Envelope EvidenceEntry FieldChange Freeze GateEntry Level Move "
        "Operation PlanContext ReadEntry Removal Requirement Reversibility Risk RiskReason "
        "Scope ScopeMode Source Summary Toolchain"
    ),
    "_paths": "path_text",
    "_plan": "Plan",
    "_tiers": "asks_of",
    "_workspace": "SIGNERS_FILE",
    "apply": "apply_plan",
    "break_glass": "notice_of passed_over_text unreviewed",
    "desired": "Desired desired_objects",
    "law": "Law",
    "plan": "make_plan observe_for",
    "views": "AuditView HistoryView StatusView history_view status_view",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__getattr__ = importer(__name__, _HOME_OF)
