"""What commands of policy print, made from a small pack in all its states."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.policy.packs import HOME, inputs, judged, pack_of, proof, rule

from mlspec.evidence import PaperLook, PaperStatus
from mlspec.policy import (
    Ground,
    IncidentClock,
    Obligation,
    ObligationStatus,
    Origin,
    Owed,
    PackDifference,
    PackListing,
    PackReport,
    RuleAnswer,
    TierReason,
    WaiverApproval,
    WaiverUse,
    changed_outcomes,
    changed_rules,
    changes_of,
    coverage,
    evaluate,
    lock_text,
    run_cases,
    survivors,
)
from mlspec.reporting.obligations import render_owed_json
from mlspec.reporting.policy import (
    render_answer_json,
    render_pack_json,
    render_packs_json,
    render_tried_json,
)
from mlspec.reporting.policy_diff import render_difference_json

PACK = pack_of(
    rule(
        when='"has(spec.serving)"',
        appliesFrom='"2027-01-01"',
        duty="Name owners.",
        references="[{source: law, cite: Art. 1}]",
        tags='["nist-rmf:MAP 1.1"]',
        roles="[provider]",
        evidence="[notice]",
    ),
    proof(cases="[{name: skipped, expect: skip}, {name: wrong, expect: pass}]"),
    HOME + "  sources: [{id: law, title: L, uri: u, version: v, read: '2026-11-20'}]\n",
)
LATER = pack_of(
    rule() + "---\n" + rule("HOUSE-002", require="spec.risk.affectsPeople"),
    home=HOME.replace("2026.11.0", "2026.12.0"),
)
ORIGIN = Origin("../packs", "v1", "house", "a" * 40)
USE = WaiverUse(
    "waiver/w",
    holds=True,
    reason="r",
    expires="2027-01-01",
    approved_by=("bo",),
    approval=WaiverApproval.SPEC_ONLY,
)


def documents():
    """Yield the name of a format, and a text that claims to have it."""
    listed = [PackListing(PACK, "shipped"), PackListing(PACK, "git", ("policybinding/house",))]
    yield "policy-packs", render_packs_json(listed)
    yield "policy-pack", render_pack_json(PACK)
    left, changes = (*survivors(PACK),), changes_of(PACK)
    tried = PackReport("house", PACK, (), {}, (*run_cases(PACK),), left, coverage(PACK), changes)
    yield "policy-tests", render_tried_json([tried, PackReport("broken", None, (), {})])
    for origins in ({}, {"house": ORIGIN}):
        yield "lock", lock_text([PACK], origins)
    yield from _differences()
    yield from _answers()
    yield "obligations", render_owed_json(_owed())


def _differences():
    asked = inputs({"serving": {}})
    old, new = ([*evaluate(pack, asked, {})] for pack in (PACK, LATER))
    rules = tuple(changed_rules(PACK, LATER))
    for outcomes in (None, tuple(changed_outcomes(old, new))):
        yield "policy-diff", render_difference_json(PackDifference(PACK, LATER, rules, outcomes))


def _answers():
    results = judged(LATER, {"risk": {}}).values()
    for result in (*results, *(replace(each, waiver=USE) for each in results)):
        places = (("spec.owners", "specs/a.yaml:3"),)
        answer = RuleAnswer(result, "true", "has(spec.owners)", ("law: Art. 1",), places)
        yield "policy-answer", render_answer_json(answer)


def _owed():
    duty = Obligation(
        "HOUSE-001",
        "house@2026.11.0",
        "Name owners.",
        ObligationStatus.UNKNOWN,
        (("law", "The law", "Art. 1"),),
        ("provider",),
        ("notice",),
        "2027-01-01",
        41,
        "nobody owns it",
        "Add owners.",
        ("spec.risk",),
        USE,
    )
    plain = replace(
        Obligation("HOUSE-002", "house@2026.11.0", "Be kind.", ObligationStatus.MET, (), (), ()),
        grounds=tuple(
            Ground(kind, "spec.transparency.notice", PaperLook(status, "told"), how)
            for kind, how in (("paper", ""), ("gates", "mlspec gate run a"), ("item", "add it"))
            for status in PaperStatus
        ),
    )
    reason = TierReason("high", "HOUSE-T01", "it is", is_known=False, unstated=("spec.risk",))
    packs = ("house@2026.11.0",)
    clocks = (
        IncidentClock("incident/i", "model/a", "death", "2026-11-20", "house", "2026-11-30", 9),
        IncidentClock("incident/j", "model/a", "other", "2026-11-20", "", reported="2026-11-21"),
    )
    duties = (duty, plain)
    return Owed("model/a", "prod", "2026-11-21", "low", "high", (reason,), packs, duties, clocks)
