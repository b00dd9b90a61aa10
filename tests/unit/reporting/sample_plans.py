"""Plans made by hand: every action, every sort of bad news, and text that means harm."""

from __future__ import annotations

from dataclasses import replace

from mlspec.ledger import Strength
from mlspec.planning import (
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
    Operation,
    Plan,
    Requirement,
    Reversibility,
    Risk,
    RiskReason,
    Scope,
    Source,
    Toolchain,
)

LOOSER = FieldChange(
    "spec.gates[auc-floor].atLeast",
    0.92,
    0.88,
    "gate",
    ChangeDirection.LOOSENED,
    "specs/screen.yaml:31:16",
)
TIER = FieldChange(
    "spec.risk.tier", "high", "limited", "tier", ChangeDirection.LOOSENED, "specs/screen.yaml:7:9"
)
LONGER = FieldChange(
    "spec.purpose", "x", "y" * 99, "data", ChangeDirection.NEUTRAL, "specs/screen.yaml:8:3"
)
TIGHTER = FieldChange(
    "spec.oversight",
    None,
    {"mode": "human-in-the-loop"},
    "oversight",
    ChangeDirection.TIGHTENED,
    "specs/churn.yaml:40:3",
)
ODD = FieldChange("spec.bogus", 1, None, "unknown", ChangeDirection.UNKNOWN, "specs/churn.yaml:1:1")
SCREEN = Operation(
    "0005",
    "model/screen",
    "Model",
    Action.UPDATE,
    "changed",
    "u5",
    "a",
    "b",
    at="specs/screen.yaml:1:1",
    changes=(LOOSER, TIER, LONGER),
    risk=Risk(
        Level.CRITICAL,
        (
            RiskReason("R-TIER-LOWERED", Level.CRITICAL, "the tier is lowered", "spec.risk.tier"),
            RiskReason("R-GATE-LOOSENED", Level.HIGH, "a gate lets more through", LOOSER.path),
        ),
        tier_old="high",
        tier_new="limited",
        judged_at="high",
        blast=Blast(0.05, ("api/checkout", "api/desk"), ("system/intake",)),
    ),
    contract=ContractChange(
        Compatibility.BREAKING, ("the output `score` is gone",), ("api/checkout",)
    ),
)
CHURN = Operation(
    "0003",
    "model/churn",
    "Model",
    Action.RENAME,
    "moved",
    "u3",
    "a",
    "b",
    at="specs/churn.yaml:1:1",
    changes=(TIGHTER,),
    previous="model/churn-v1",
    risk=Risk(
        Level.LOW,
        (RiskReason("R-RENAMED", Level.LOW, "it is called something else"),),
        judged_at="minimal",
    ),
)
GONE = Operation(
    "0004",
    "model/gone",
    "Model",
    Action.DELETE,
    "removed",
    "u4",
    "a",
    "",
    risk=Risk(
        Level.HIGH,
        (RiskReason("R-DELETED", Level.HIGH, "its record goes"),),
        tier_old="minimal",
        judged_at="minimal",
        reversibility=Reversibility.IRREVERSIBLE,
    ),
)
OLD = Operation(
    "0001",
    "dataset/old",
    "Dataset",
    Action.RETIRE,
    "absent-from-specs",
    "u1",
    "a",
    "a",
    risk=Risk(Level.MEDIUM, (RiskReason("R-RETIRED", Level.MEDIUM, "it has 1 dependant"),)),
)
OPS = Operation(
    "0006",
    "team/ops",
    "Team",
    Action.CREATE,
    "created",
    "",
    "",
    "b",
    at="specs/ops.yaml:1:1",
    risk=Risk(Level.NONE),
)
BACK = replace(
    OPS, id="0002", address="dataset/x", kind="Dataset", action=Action.ADOPT, reason="adopted"
)
LEFT = replace(
    OLD, id="0007", address="team/x", kind="Team", action=Action.FORGET, reason="removed"
)
EVIDENCE = EvidenceEntry(
    "model/screen",
    "present",
    "pass",
    "sha256:e",
    "",
    (GateEntry("auc-floor", "pass"), GateEntry("speed", "fail", required=False)),
)
PLAN = Plan(
    environment="prod",
    backend="embedded",
    lineage="0123456789abcdef0123456789abcdef",
    source=Source({"mlspec.yaml": "sha256:1", "specs/screen.yaml": "sha256:2"}),
    toolchain=Toolchain("sha256:s", "sha256:t"),
    operations=(OLD, BACK, CHURN, GONE, SCREEN, OPS, LEFT),
    evidence=(EVIDENCE,),
    unchanged=14,
    require_approvals=True,
    required_approvals=(
        Requirement(
            "model-risk",
            2,
            Strength.SIGNED,
            ("R-GATE-LOOSENED model/screen", "R-DELETED model/gone"),
        ),
        Requirement("compliance", 1, Strength.HOST, ("R-TIER-LOWERED model/screen",)),
    ),
    authors=("ana",),
    freezes=(
        Freeze(
            "black-friday",
            "2026-11-23T00:00:00Z",
            "2026-12-01T00:00:00Z",
            "peak season",
            Level.LOW,
        ),
    ),
    expires_at="2026-11-23T18:00:00Z",
    envelope=Envelope(serial=41, rendered_by="mlspec 1"),
)
BLOCKED = replace(
    PLAN,
    operations=(
        replace(SCREEN, blocked=Block(BlockCode.GATE_FAILED, "gates do not pass: auc-floor fail")),
        replace(OLD, protect=True, blocked=Block(BlockCode.PROTECTED, "protected")),
        replace(CHURN, action=Action.UPDATE, reason="restored", changes=(ODD,), previous=""),
    ),
    evidence=(
        EvidenceEntry("model/screen", "stale", "fail", "sha256:e", "`a.csv` was changed after it"),
    ),
    require_approvals=False,
    required_approvals=(),
    authors=(),
    freezes=(),
    expires_at="",
    envelope=Envelope(serial=41, notices=("BREAK GLASS: run 4-ab was not reviewed",)),
)
EMPTY = replace(PLAN, operations=(), evidence=(), required_approvals=(), expires_at="")


def saying(text: str) -> Plan:
    """Return a plan that says the same text wherever a spec, a registry or a user can say it."""
    change = FieldChange(text, text, {text: text}, text, ChangeDirection.LOOSENED, text)
    operation = Operation(
        "0001",
        text,
        text,
        Action.RENAME,
        "moved",
        "u",
        "a",
        "b",
        at=text,
        affects=(f"{text}2",),
        changes=(change,),
        blocked=Block(BlockCode.PROTECTED, text),
        previous=text,
        risk=Risk(
            Level.CRITICAL,
            (RiskReason(text, Level.CRITICAL, text, text),),
            text,
            f"{text}2",
            text,
            Reversibility.WITH_DATA,
            Blast(0.5, (text,), (text,)),
        ),
        contract=ContractChange(Compatibility.BREAKING, (text,), (text,)),
    )
    entry = EvidenceEntry(text, text, text, "", text, (GateEntry(text, text),))
    return Plan(
        environment=text,
        backend=text,
        lineage=text * 12,
        source=Source({text: "sha256:1"}),
        toolchain=Toolchain("sha256:s", "sha256:t"),
        scope=Scope(PLAN.scope.mode.REVERT, (), text),
        operations=(operation, replace(operation, id="0002", address=f"{text}3", blocked=None)),
        evidence=(entry, replace(entry, address=f"{text}2")),
        unchanged=1,
        require_approvals=True,
        required_approvals=(Requirement(text, 1, Strength.ASSERTED, (text,)),),
        authors=(text,),
        freezes=(Freeze(text, text, text, text),),
        expires_at=text,
        envelope=Envelope(1, text, text, notices=(text,)),
    )


def many(count: int, level: Level | None = None) -> Plan:
    """Return a plan of so many operations, of all sorts, at one level or at those of the sample."""
    sorts = PLAN.operations

    def operation(number: int) -> Operation:
        like = sorts[number % len(sorts)]
        risk = replace(like.risk, level=level) if level else like.risk
        address = f"{like.address}-{number:05}"
        return replace(like, id=f"{number:04}", address=address, risk=risk)

    return replace(PLAN, operations=tuple(operation(each) for each in range(count)))
