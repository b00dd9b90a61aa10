"""A rule without proof, and a claim that its source does not hold, are faults of a pack."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import HOME, pack_of, proof, rule

from mlspec.diagnostics import Severity
from mlspec.policy import check_pack, coverage, run_cases, survivors

SOURCE = (
    "  sources: [{id: law, title: The law, uri: u, version: v, read: '2026-11-20',"
    " excerpts: sources/law.md}]\n"
)
CITED = "[{source: law, cite: Art. 1, claim: CLAIM}]"


def found(*arguments, **named):
    """Return what is wrong with a pack; that rules of tests state no duty is not."""
    told = check_pack(pack_of(*arguments, **named))
    return [(each.name, each.message) for each in told if each.name != "dutyless-rule"]


def test_a_proven_rule_has_a_case_that_passes_and_one_that_fails():
    assert [] == found(rule(), proof())


@pytest.mark.parametrize(
    ("cases", "missing"),
    [
        ("[{name: a, expect: pass}]", "`fail`"),
        ("[{name: a, expect: fail}]", "`pass`"),
        ("[{name: a, expect: skip}]", "`pass` or `fail`"),
        ("[{name: a, expect: error}, {name: b, expect: warn}]", "`pass` or `fail`"),
    ],
)
def test_a_rule_that_one_of_them_lacks_is_not_proven(cases, missing):
    [(name, message)] = found(rule(), proof(cases=cases))

    assert "unproven-rule" == name
    assert missing in message


def test_a_rule_without_a_test_is_not_proven():
    assert ["unproven-rule"] == [name for name, _ in found(rule())]


def claims(claim, text="kept for\n  at least   six months,\nunless", document=None):
    cited = CITED.replace("CLAIM", claim)
    return found(
        document or rule(references=cited),
        proof(),
        HOME + SOURCE,
        **{"sources/law.md": text},
    )


def test_a_claim_is_compared_word_for_word_and_not_by_its_lines():
    assert [] == claims("at least six months")


@pytest.mark.parametrize("claim", ["at least six weeks", "At least six months", "six  month s"])
def test_a_claim_that_the_source_does_not_hold_is_told(claim):
    [(name, message)] = claims(claim)

    assert "unsourced-claim" == name
    assert "HOUSE-001" in message


@given(st.text(alphabet="abcdef ", min_size=3, max_size=30), st.data())
@settings(max_examples=40)
def test_a_claim_holds_as_long_as_its_passage_stands(text, data):
    words = text.split()
    if len(words) < 2:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    claim = " ".join(words[first:last])

    assert [] == claims(f'"{claim}"', text)
    assert claims(f'"{claim} nowhere"', text)


def test_a_claim_needs_excerpts():
    cited = CITED.replace("CLAIM", "six months")
    home = HOME + SOURCE.replace(", excerpts: sources/law.md", "").replace(
        " excerpts: sources/law.md", ""
    )

    assert ["unsourced-claim"] == [name for name, _ in found(rule(references=cited), proof(), home)]


def test_a_citation_names_a_source_of_the_pack():
    [(name, message)] = found(rule(references="[{source: lore, cite: Art. 1}]"), proof())

    assert ("unsourced-claim", True) == (name, "`lore`" in message)


TIER = (
    "---\napiVersion: mlspec.dev/policy/v1\nkind: TierRule\n"
    "metadata: {name: HOUSE-T01, title: Affects people}\n"
    "spec:\n  tier: high\n  when: spec.risk.affectsPeople\n  reason: it does\n  references: "
)


def test_rules_about_the_tier_have_to_be_true_to_their_source_as_well():
    cited = CITED.replace("CLAIM", "six weeks")
    told = dict(claims("six weeks", document=rule() + TIER + cited + "\n"))

    assert {"unproven-rule", "unsourced-claim"} == told.keys()
    assert "HOUSE-T01" in told["unsourced-claim"]


WIDE = (
    'has(spec.owners) && (spec.risk.tier == "high" || spec.risk.affectsPeople)'
    " && !spec.risk.automatedDecision"
)
BASE = (
    "{metadata: {name: s}, spec: {owners: {accountable: a, technical: b},"
    " risk: {tier: high, affectsPeople: true, automatedDecision: false}}}"
)


def cold(cases, require=WIDE, **fields):
    told = coverage(pack_of(rule(require=require, **fields), proof(cases=cases, base=BASE)))
    return {(each.part, each.text): each.never for each in told.unreached}


def test_conditions_that_no_case_turns_are_told():
    told = cold(
        "[{name: yes, expect: pass}, {name: nobody, set: {spec.owners: null}, expect: fail}]"
    )

    assert {
        ("require", 'spec.risk.tier == "high"'): "false",
        ("require", "spec.risk.affectsPeople"): "asked",
        ("require", "spec.risk.automatedDecision"): "true",
    } == told


def test_cases_that_turn_every_condition_leave_nothing_cold():
    assert {} == cold(
        "[{name: yes, expect: pass}, {name: nobody, set: {spec.owners: null}, expect: fail},"
        " {name: low, set: {spec.risk.tier: low}, expect: pass},"
        " {name: far, set: {spec.risk.tier: low, spec.risk.affectsPeople: false}, expect: fail},"
        " {name: alone, set: {spec.risk.automatedDecision: true}, expect: fail}]"
    )


def test_a_requirement_that_is_never_reached_is_cold():
    assert {
        ("when", "has(spec.serving)"): "true",
        ("require", "has(spec.owners)"): "asked",
    } == cold("[{name: no, expect: skip}]", "has(spec.owners)", when='"has(spec.serving)"')


def test_a_change_that_no_case_notices_survives():
    cases = "[{name: yes, expect: pass}, {name: nobody, set: {spec.owners: null}, expect: fail}]"
    pack = pack_of(rule(require=WIDE), proof(cases=cases, base=BASE))
    left = {each.mutant.change for each in survivors(pack)}

    assert all(each.is_met for each in run_cases(pack))
    assert "without `spec.risk.affectsPeople`" in left
    assert "without `!spec.risk.automatedDecision`" in left
    assert "`has(spec.owners)` left out" not in left


def test_a_pack_whose_cases_say_everything_has_no_survivor():
    assert [] == [*survivors(pack_of(rule(), proof()))]


def loops(depth):
    body = "a0.id != ''"
    for number in reversed(range(depth)):
        body = f"gates.all(a{number}, {body})"
    return body


@pytest.mark.parametrize(("depth", "names"), [(3, []), (4, ["runaway-rule"])])
def test_a_rule_that_may_need_more_steps_than_it_has_is_told(depth, names):
    assert names == [name for name, _ in found(rule(require=loops(depth)), proof())]


def test_both_conditions_of_a_rule_share_its_steps():
    """Each of them is affordable, and a list of the pack is as long as it is."""
    values = HOME + "  values: {few: [a, b]}\n"
    heavy = f"[{', '.join('1' * 4)}].all(w, {loops(3)})"
    light = heavy.replace("gates.all(a0", "values.few.all(b0").replace("a0.id", "a1.id")

    assert [] == found(rule(require=heavy), proof())
    assert ["runaway-rule"] == [
        it for it, _ in found(rule(require=heavy, when=f'"{heavy}"'), proof())
    ]
    assert [] == found(rule(require=heavy, when=f'"{light}"'), proof(), values)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, True),
        ({"kinds": "[system]"}, True),
        ({"kinds": "[dataset]", "require": "has(spec.licence)"}, True),
        ({"kinds": "[incident]", "require": "has(spec.reported)"}, False),
        ({"kinds": "[team]", "require": "spec.members.size() > 0"}, False),
        ({"duty": "Name who answers for it."}, False),
    ],
)
def test_a_rule_without_a_duty_is_noted_where_duties_are_listed(fields, told):
    said = list(check_pack(pack_of(rule(**fields), proof())))
    notes = [each for each in said if each.name == "dutyless-rule"]

    assert told == bool(notes)
    assert all(each.severity is Severity.NOTE for each in notes)
