"""What a rule says: outcomes, dates, budgets, messages. An error is a failure."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import inputs, judged, pack_of, proof, rule

from mlspec.policy import Enforcement, Outcome, Stage, evaluate, run_cases

OWNED = {"owners": {"accountable": "a", "technical": "b"}}


def said(document, *arguments, **named):
    return judged(pack_of(document), *arguments, **named)["HOUSE-001"]


def test_a_rule_passes_or_fails_and_says_why():
    held, broken = said(rule(), OWNED), said(rule())

    assert (Outcome.PASS, "", ()) == (held.outcome, held.message, held.facts)
    assert (Outcome.FAIL, "Nobody owns `screen`.") == (broken.outcome, broken.message)
    assert "Add owners." == broken.remediation
    assert [(("spec", "owners"), False)] == [(each.path, each.is_stated) for each in broken.facts]


def test_a_rule_that_does_not_apply_is_skipped():
    assert Outcome.SKIP is said(rule(when='"has(spec.serving)"')).outcome


def test_what_nobody_stated_is_an_error_and_counts_as_a_failure():
    found = said(rule(require='spec.risk.tier == "high"'))

    assert (Outcome.ERROR, True) == (found.outcome, found.stops)
    assert "`spec.risk` is not stated" in found.message
    assert (("spec", "risk"),) == found.unstated
    assert "State `spec.risk`." == found.remediation


def test_what_can_not_be_evaluated_is_mended_in_the_rule_or_in_what_it_reads():
    found = said(rule(require="int(spec.purpose) > 1"), {"purpose": "many"})

    assert Outcome.ERROR is found.outcome
    assert "Correct what `HOUSE-001` reads, or the rule itself." == found.remediation


def test_a_condition_that_can_not_be_judged_does_not_switch_the_rule_off():
    found = said(rule(when="'\"EU\" in spec.risk.markets'"), OWNED)

    assert (Outcome.ERROR, True) == (found.outcome, found.stops)


LOOP = "[1,2,3,4,5,6,7,8,9]"
RUNAWAY = (
    f"{LOOP}.all(a, {LOOP}.all(b, {LOOP}.all(c, {LOOP}.all(d, {LOOP}.all(e, {LOOP}.all(f,"
    " a + b + c + d + e + f > 0))))))"
)


@pytest.mark.parametrize("part", ["when", "require"])
def test_an_expression_that_runs_away_is_stopped_and_counts_as_a_failure(part):
    found = said(
        rule(**({"require": "true"} | {part: RUNAWAY if part == "require" else f"'{RUNAWAY}'"}))
    )

    assert (Outcome.ERROR, True) == (found.outcome, found.stops)
    assert "can't be judged" in found.message


def test_a_message_that_runs_away_still_leaves_a_failure():
    found = said(rule(message=f"'Nobody owns {{{{ {RUNAWAY} }}}}.'"))

    assert Outcome.FAIL is found.outcome
    assert "⟨missing⟩" in found.message


def test_a_message_says_where_a_value_is_missing_and_how_values_look():
    text = "'{{ spec.owners.accountable }}, {{ 2 > 1 }}, {{ [1, 2] }}, {{ spec.limitations }}'"
    found = said(rule(message=text), {"limitations": []})

    assert "⟨missing⟩, true, 1, 2, none" == found.message


def test_a_value_of_another_type_than_the_schema_says_is_no_pass():
    found = said(rule(require="spec.limitations.size() > 0"), {"limitations": 7})

    assert (Outcome.ERROR, True) == (found.outcome, found.stops)


@pytest.mark.parametrize(
    ("today", "outcome", "words"),
    [
        ("2027-12-01", Outcome.WARN, "(applies from 2027-12-02, in 1 day)"),
        ("2026-11-21", Outcome.WARN, "in 376 days)"),
        ("2027-12-02", Outcome.FAIL, "Nobody owns `screen`."),
    ],
)
def test_before_its_day_a_rule_only_warns(today, outcome, words):
    found = said(rule(appliesFrom='"2027-12-02"'), today=today)

    assert outcome is found.outcome
    assert words in found.message
    assert found.stops is (outcome is Outcome.FAIL)


@pytest.mark.parametrize(
    ("today", "outcome"), [("2026-12-31", Outcome.FAIL), ("2027-01-01", Outcome.SKIP)]
)
def test_after_its_last_day_a_rule_has_ceased(today, outcome):
    assert outcome is said(rule(appliesUntil='"2026-12-31"'), today=today).outcome


@pytest.mark.parametrize("day", ["2027-02-30", "2027-13-01", "0000-00-00"])
@pytest.mark.parametrize("field", ["appliesFrom", "appliesUntil"])
def test_a_day_on_no_calendar_ends_no_evaluation(day, field):
    try:
        pack = pack_of(rule(**{field: f'"{day}"'}))
    except AssertionError:
        return  # told when the pack is read
    found = judged(pack)["HOUSE-001"]

    assert found.outcome is not Outcome.PASS


def test_a_day_on_no_calendar_in_a_spec_is_no_pass():
    require = "date(spec.risk.biasAudit.day) >= today - days(365)"
    found = said(rule(require=require), {"risk": {"biasAudit": {"day": "2026-02-30"}}})

    assert (Outcome.ERROR, True) == (found.outcome, found.stops)


@pytest.mark.parametrize(
    ("roles", "outcome"),
    [(["deployer"], Outcome.SKIP), (["provider", "deployer"], Outcome.FAIL), (None, Outcome.FAIL)],
)
def test_a_duty_is_owed_by_its_roles_and_by_who_states_none(roles, outcome):
    spec = {"risk": {} if roles is None else {"roles": roles}}

    assert outcome is said(rule(roles="[provider]"), spec).outcome


@pytest.mark.parametrize("stage", [*Stage])
def test_a_rule_is_asked_at_its_stages_only(stage):
    asked = judged(pack_of(rule(stages="[plan]")), stage=stage)

    assert (stage in (Stage.PLAN, Stage.READ)) == bool(asked)


LATE = [
    ("[apply]", "evidence.approvals.size() >= 2", "`apply`, where `evidence.approvals` is known"),
    ("[plan, apply]", 'change.action == "none"', "`plan` and `apply`, where `change.action` is"),
    ("[plan]", "registry.exists", "`plan`, where `registry.exists` is known"),
]


@pytest.mark.parametrize(("stages", "require", "told"), LATE)
def test_a_duty_that_is_judged_at_a_plan_is_told_with_what_is_not_known_yet(stages, require, told):
    pack = pack_of(rule(stages=stages, require=require))
    said = judged(pack, stage=Stage.READ, further={"evidence": {"items": []}})["HOUSE-001"]

    assert (Outcome.WARN, False, False) == (said.outcome, said.stops, said.is_clear)
    assert f"judged at {told}" in said.message
    assert said.unstated


def test_a_fact_that_the_spec_does_not_state_stays_an_error_where_people_read():
    asked = rule(stages="[plan]", require='"EU" in spec.risk.markets')
    said = judged(pack_of(asked), stage=Stage.READ)["HOUSE-001"]

    assert Outcome.ERROR is said.outcome


def test_what_is_known_without_a_plan_decides_where_people_read():
    asked = rule(stages="[plan]", require="evidence.items.size() > 0")
    known = {"evidence": {"items": []}}
    said = judged(pack_of(asked), stage=Stage.READ, further=known)["HOUSE-001"]

    assert (Outcome.FAIL, True) == (said.outcome, said.is_clear)


@pytest.mark.parametrize("stated", [*Enforcement])
@pytest.mark.parametrize("bound", [*Enforcement])
def test_a_binding_tightens_and_never_loosens(stated, bound):
    pack = pack_of(rule(enforcement=stated.value))
    found = judged(pack, enforcement={"HOUSE-001": bound})["HOUSE-001"]

    assert max(stated.strictness, bound.strictness) == found.enforcement.strictness


def test_advice_stops_nothing():
    found = said(rule(enforcement="advisory"))

    assert (Outcome.FAIL, False) == (found.outcome, found.stops)


def test_evaluating_twice_gives_the_same_and_changes_no_input():
    pack, asked = pack_of(rule()), inputs({"owners": {"accountable": "a"}})
    before = repr(asked)

    assert [*evaluate(pack, asked, {})] == [*evaluate(pack, asked, {})]
    assert before == repr(asked)


def test_a_case_is_met_by_its_outcome_and_by_its_words():
    cases = (
        "[{name: right, set: {spec.owners: null}, expect: fail, message: Nobody owns},"
        " {name: wrong words, set: {spec.owners: null}, expect: fail, message: Somebody},"
        " {name: wrong outcome, expect: fail}, {name: owned, expect: pass}]"
    )
    found = run_cases(pack_of(rule(), proof(cases=cases)))

    assert [True, False, False, True] == [each.is_met for each in found]


@pytest.mark.parametrize(
    "base",
    ["{spec: 7}", "{gates: 3}", "{datasets: {}}", "{rollout: []}", "{metadata: x}", "{today: 1}"],
)
def test_a_case_of_another_shape_gives_an_outcome(base):
    [result, *_] = run_cases(pack_of(rule(), proof(base=base)))

    assert result.result.outcome in Outcome


def test_moments_and_spans_are_told_as_the_language_writes_them():
    text = "'{{ today }} and {{ days(2) }}'"
    found = said(
        rule(require="today < date(spec.review.last)", message=text),
        {"review": {"last": "2026-01-31"}},
    )

    assert "2026-11-21T00:00:00Z and 172800s" == found.message
    assert {"2026-11-21T00:00:00Z", "2026-01-31"} == {each.value for each in found.facts}
