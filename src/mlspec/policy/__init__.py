"""Policy as data: packs of rules, bindings, waivers, tests of rules.

In: the files of packs, and a linked workspace. Out: what each rule says about each resource, with
the facts that it read. Must not: read a clock or the environment, fetch anything, or let a pack
that is broken switch its rules off.
"""

from mlspec.policy._asked import asked_kinds
from mlspec.policy._cases import CaseResult, run_cases
from mlspec.policy._check import check_pack
from mlspec.policy._codes import POLICY_CODES
from mlspec.policy._evaluate import evaluate
from mlspec.policy._files import PackFiles, read_pack_folder, shipped_folder, shipped_packs
from mlspec.policy._findings import finding, findings, understated
from mlspec.policy._force import BoundPack, Force, in_force
from mlspec.policy._inputs import inputs_of
from mlspec.policy._judge import Judged, judge
from mlspec.policy._lock import LOCK_FILE, LockedPack, lock_text, read_lock
from mlspec.policy._model import (
    Enforcement,
    Fact,
    Inputs,
    Outcome,
    Pack,
    PackRule,
    PackTest,
    PackTierRule,
    Result,
    Stage,
    WaiverUse,
)
from mlspec.policy._mutate import Survivor, survivors
from mlspec.policy._obligations import Obligation, ObligationStatus, obligations
from mlspec.policy._read import ReadPack, read_pack
from mlspec.policy._tiers import TIERS, TierReason, greatest, tier_reasons
from mlspec.policy._waivers import Circumstances, StatedWaiver, waived

__all__ = [
    "LOCK_FILE",
    "POLICY_CODES",
    "TIERS",
    "BoundPack",
    "CaseResult",
    "Circumstances",
    "Enforcement",
    "Fact",
    "Force",
    "Inputs",
    "Judged",
    "LockedPack",
    "Obligation",
    "ObligationStatus",
    "Outcome",
    "Pack",
    "PackFiles",
    "PackRule",
    "PackTest",
    "PackTierRule",
    "ReadPack",
    "Result",
    "Stage",
    "StatedWaiver",
    "Survivor",
    "TierReason",
    "WaiverUse",
    "asked_kinds",
    "check_pack",
    "evaluate",
    "finding",
    "findings",
    "greatest",
    "in_force",
    "inputs_of",
    "judge",
    "lock_text",
    "obligations",
    "read_lock",
    "read_pack",
    "read_pack_folder",
    "run_cases",
    "shipped_folder",
    "shipped_packs",
    "survivors",
    "tier_reasons",
    "understated",
    "waived",
]
