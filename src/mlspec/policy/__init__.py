"""Policy as data: packs of rules, bindings, waivers, tests of rules.

In: the files of packs, and a linked workspace. Out: what each rule says about each resource, with
the facts that it read. Must not: read a clock or the environment, fetch anything, or let a pack
that is broken switch its rules off. Modules are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.policy._approvers import (
        WAIVER_ROLES,
        stated_waivers,
        unused_waivers,
        waiver_faults,
    )
    from mlspec.policy._asked import asked_kinds, listed_kinds
    from mlspec.policy._cases import CaseResult, run_cases
    from mlspec.policy._check import check_pack
    from mlspec.policy._codes import POLICY_CODES
    from mlspec.policy._coverage import Coverage, Unreached, coverage
    from mlspec.policy._differences import (
        FieldChange,
        OutcomeChange,
        RuleChange,
        changed_outcomes,
        changed_rules,
    )
    from mlspec.policy._dossiers import DossierMapSpec, HeldSpec, PartSpec, PointSpec
    from mlspec.policy._evaluate import evaluate
    from mlspec.policy._files import (
        MOST_BYTES,
        MOST_FILES,
        PackFiles,
        belongs,
        read_pack_folder,
        shipped_folder,
        shipped_packs,
    )
    from mlspec.policy._findings import finding, findings, place_of, understated
    from mlspec.policy._force import BoundPack, Force, in_force, recalled
    from mlspec.policy._incidents import IncidentClock, incident_clocks
    from mlspec.policy._inputs import inputs_of
    from mlspec.policy._judge import Judged, judge
    from mlspec.policy._lock import LOCK_FILE, LockedPack, Origin, lock_text, read_lock
    from mlspec.policy._model import (
        LACKING,
        Enforcement,
        Fact,
        Inputs,
        Outcome,
        Pack,
        PackDossier,
        PackRule,
        PackTest,
        PackTierRule,
        Result,
        Stage,
        WaiverUse,
    )
    from mlspec.policy._mutate import Survivor, changes_of, survivors
    from mlspec.policy._obligations import Obligation, ObligationStatus, obligations
    from mlspec.policy._read import ReadPack, read_pack
    from mlspec.policy._reports import (
        Owed,
        PackDifference,
        PackListing,
        PackReport,
        RuleAnswer,
    )
    from mlspec.policy._staff import Staff, StatedTeam, named_as, staff_of
    from mlspec.policy._stages import reads
    from mlspec.policy._tiers import TIERS, TierReason, floor_reasons, greatest, tier_reasons
    from mlspec.policy._waivers import BY_CHECKOUT, Circumstances, StatedWaiver, waived

__all__ = [
    "BY_CHECKOUT",
    "LACKING",
    "LOCK_FILE",
    "MOST_BYTES",
    "MOST_FILES",
    "POLICY_CODES",
    "TIERS",
    "WAIVER_ROLES",
    "BoundPack",
    "CaseResult",
    "Circumstances",
    "Coverage",
    "DossierMapSpec",
    "Enforcement",
    "Fact",
    "FieldChange",
    "Force",
    "HeldSpec",
    "IncidentClock",
    "Inputs",
    "Judged",
    "LockedPack",
    "Obligation",
    "ObligationStatus",
    "Origin",
    "Outcome",
    "OutcomeChange",
    "Owed",
    "Pack",
    "PackDifference",
    "PackDossier",
    "PackFiles",
    "PackListing",
    "PackReport",
    "PackRule",
    "PackTest",
    "PackTierRule",
    "PartSpec",
    "PointSpec",
    "ReadPack",
    "Result",
    "RuleAnswer",
    "RuleChange",
    "Staff",
    "Stage",
    "StatedTeam",
    "StatedWaiver",
    "Survivor",
    "TierReason",
    "Unreached",
    "WaiverUse",
    "asked_kinds",
    "belongs",
    "changed_outcomes",
    "changed_rules",
    "changes_of",
    "check_pack",
    "coverage",
    "evaluate",
    "finding",
    "findings",
    "floor_reasons",
    "greatest",
    "in_force",
    "incident_clocks",
    "inputs_of",
    "judge",
    "listed_kinds",
    "lock_text",
    "named_as",
    "obligations",
    "place_of",
    "read_lock",
    "read_pack",
    "read_pack_folder",
    "reads",
    "recalled",
    "run_cases",
    "shipped_folder",
    "shipped_packs",
    "staff_of",
    "stated_waivers",
    "survivors",
    "tier_reasons",
    "understated",
    "unused_waivers",
    "waived",
    "waiver_faults",
]

_HOMES = {
    "BY_CHECKOUT": "_waivers",
    "LACKING": "_model",
    "LOCK_FILE": "_lock",
    "MOST_BYTES": "_files",
    "MOST_FILES": "_files",
    "POLICY_CODES": "_codes",
    "TIERS": "_tiers",
    "WAIVER_ROLES": "_approvers",
    "BoundPack": "_force",
    "CaseResult": "_cases",
    "Circumstances": "_waivers",
    "Coverage": "_coverage",
    "DossierMapSpec": "_dossiers",
    "Enforcement": "_model",
    "Fact": "_model",
    "FieldChange": "_differences",
    "Force": "_force",
    "HeldSpec": "_dossiers",
    "IncidentClock": "_incidents",
    "Inputs": "_model",
    "Judged": "_judge",
    "LockedPack": "_lock",
    "Obligation": "_obligations",
    "ObligationStatus": "_obligations",
    "Origin": "_lock",
    "Outcome": "_model",
    "OutcomeChange": "_differences",
    "Owed": "_reports",
    "Pack": "_model",
    "PackDifference": "_reports",
    "PackDossier": "_model",
    "PackFiles": "_files",
    "PackListing": "_reports",
    "PackReport": "_reports",
    "PackRule": "_model",
    "PackTest": "_model",
    "PackTierRule": "_model",
    "PartSpec": "_dossiers",
    "PointSpec": "_dossiers",
    "ReadPack": "_read",
    "Result": "_model",
    "RuleAnswer": "_reports",
    "RuleChange": "_differences",
    "Staff": "_staff",
    "Stage": "_model",
    "StatedTeam": "_staff",
    "StatedWaiver": "_waivers",
    "Survivor": "_mutate",
    "TierReason": "_tiers",
    "Unreached": "_coverage",
    "WaiverUse": "_model",
    "asked_kinds": "_asked",
    "belongs": "_files",
    "changed_outcomes": "_differences",
    "changed_rules": "_differences",
    "changes_of": "_mutate",
    "check_pack": "_check",
    "coverage": "_coverage",
    "evaluate": "_evaluate",
    "finding": "_findings",
    "findings": "_findings",
    "floor_reasons": "_tiers",
    "greatest": "_tiers",
    "in_force": "_force",
    "incident_clocks": "_incidents",
    "inputs_of": "_inputs",
    "judge": "_judge",
    "listed_kinds": "_asked",
    "lock_text": "_lock",
    "named_as": "_staff",
    "obligations": "_obligations",
    "place_of": "_findings",
    "read_lock": "_lock",
    "read_pack": "_read",
    "read_pack_folder": "_files",
    "reads": "_stages",
    "recalled": "_force",
    "run_cases": "_cases",
    "shipped_folder": "_files",
    "shipped_packs": "_files",
    "staff_of": "_staff",
    "stated_waivers": "_approvers",
    "survivors": "_mutate",
    "tier_reasons": "_tiers",
    "understated": "_findings",
    "unused_waivers": "_approvers",
    "waived": "_waivers",
    "waiver_faults": "_approvers",
}

__getattr__ = importer(__name__, _HOMES)
