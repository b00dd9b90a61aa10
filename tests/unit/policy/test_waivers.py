"""Waivers: who may approve one, when it holds, and what is said of one that does nothing."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, rule
from tests.unit.policy.worlds import BINDING, bound, force, judgement, model, waiver, workspace

from mlspec.policy import Outcome, findings, stated_waivers, unused_waivers, waiver_faults


def shop(*documents, **settings):
    return workspace(BINDING, model(), *documents, **settings)


def said(found, *rules, **options):
    """What the first rule says of the model."""
    (result, *_) = judgement(found, bound(found, *rules, **options)).of("model/churn")
    return result


def told(found, *rules):
    """What is said of the waivers themselves: name and message."""
    faults = waiver_faults(found, force(bound(found, *rules)), stated_waivers(found))
    return [(each.name, each.message) for each in faults]


def unused(found, *rules, judged=None):
    pack = bound(found, *rules)
    listed = unused_waivers(
        found, force(pack), stated_waivers(found), judged or [judgement(found, pack)]
    )
    return [each.message for each in listed]


def test_a_waiver_that_holds_lets_pass_and_is_told_with_its_approver_and_last_day():
    found = shop(waiver())
    result = said(found)
    (shown,) = findings(found, judgement(found, bound(found)))

    assert Outcome.WAIVED is result.outcome
    assert not result.stops
    assert shown.message.endswith(
        "Waived until 2026-12-31 by val@example.org, by the teams of this checkout; a plan goes by"
        " those of the registry."
    )
    assert "The list of owners is agreed on in December." == shown.waived
    assert [] == told(found)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"expires": '"2026-11-20"'}, "it ended on 2026-11-20"),
        ({"created": '"2026-11-22"'}, "it starts on 2026-11-22"),
        ({"expires": '"2027-02-01"'}, "it lasts 92 days, and the pack allows 90"),
        ({"approvedBy": "[eve@example.org]"}, "no team has `eve@example.org` as a member"),
        ({"approvedBy": "[sam@example.org]"}, "`sam@example.org` holds no role"),
        ({"approvedBy": "[li@example.org]"}, "`li@example.org` is of the team `builders`"),
        ({"approvedBy": '["@ana", val@example.org]'}, "`@ana` is of the team `builders`"),
        ({"approvedBy": "[ana@example.org]", "owner": "desk"}, "of the team `builders`"),
        ({"approvedBy": "[cro@example.org]", "owner": "risk"}, "of the team `risk`, which owns"),
    ],
)
def test_a_waiver_that_does_not_hold_says_why_and_the_rule_fails(fields, why):
    found = shop(waiver(**fields))
    result = said(found)

    assert (Outcome.FAIL, True) == (result.outcome, result.stops)
    assert why in result.waiver.reason
    (shown,) = findings(found, judgement(found, bound(found)))
    assert f"`waiver/w1` does not hold: {result.waiver.reason}." in shown.message
    assert "" == shown.waived


def test_the_last_day_is_a_day_on_which_it_holds():
    assert Outcome.WAIVED is said(shop(waiver(), today="2026-12-31")).outcome
    assert Outcome.FAIL is said(shop(waiver(), today="2027-01-01")).outcome


def test_a_mandatory_rule_is_not_waived_not_even_one_that_the_binding_made_so():
    by_pack = said(shop(waiver()), rule(enforcement="mandatory"))

    assert (Outcome.FAIL, "the rule is mandatory") == (by_pack.outcome, by_pack.waiver.reason)


def test_the_pack_says_how_long_a_waiver_may_last():
    short = HOME + "  waiverDays: 30\n"

    assert "the pack allows 30" in said(shop(waiver()), home=short).waiver.reason


@pytest.mark.parametrize(
    ("scope", "outcome"),
    [
        ("{resource: model/churn, environments: [prod]}", Outcome.WAIVED),
        ("{resource: model/churn, environments: [staging]}", Outcome.FAIL),
        ("{resource: model/churn, versions: [v1]}", Outcome.WAIVED),
        ('{resource: model/churn, versions: ["v*"]}', Outcome.WAIVED),
        ('{resource: model/churn, versions: [v2, "v1.*"]}', Outcome.FAIL),
        ("{resource: dataset/past}", Outcome.FAIL),
    ],
)
def test_a_waiver_covers_what_its_scope_says(scope, outcome):
    assert outcome is said(shop(waiver(scope=scope))).outcome


def test_of_several_one_that_holds_counts():
    late = waiver("w0", expires='"2026-11-10"')

    assert "waiver/w1" == said(shop(late, waiver())).waiver.address


def test_a_waiver_of_one_rule_says_nothing_of_another():
    found = shop(waiver())
    results = judgement(found, bound(found, rule(), rule("HOUSE-002"))).of("model/churn")

    assert [Outcome.WAIVED, Outcome.FAIL] == [each.outcome for each in results]


def test_an_unknown_rule_is_an_error_with_the_one_that_was_meant():
    assert [("unknown-rule", "no pack in force has a rule `HOUSE-010`")] == told(
        shop(waiver(rule="HOUSE-010"))
    )


def test_an_unknown_rule_is_not_told_while_a_pack_can_not_be_read():
    found = shop(waiver(rule="HOUSE-010"))
    broken = force()
    broken.diagnostics += list(waiver_faults(found, force(), stated_waivers(found)))

    assert [] == list(waiver_faults(found, broken, stated_waivers(found)))


def test_a_waiver_of_nothing_that_is_there_is_told():
    ((name, message),) = told(shop(waiver(scope="{resource: model/chrun}")))

    assert ("unsound-waiver", "there is no `model/chrun`, so the waiver covers nothing") == (
        name,
        message,
    )


def test_each_fault_of_the_approvers_is_told_once_for_the_waiver():
    ((name, message),) = told(shop(waiver(approvedBy="[eve@example.org, sam@example.org]")))

    assert "unsound-waiver" == name
    assert "no team has `eve@example.org`" in message
    assert "`sam@example.org` holds no role that may approve it: compliance" in message


def test_a_waiver_that_covers_nothing_is_told():
    assert ["the waiver covers nothing: `HOUSE-001` does not fail there without it"] == unused(
        shop(waiver()), rule(require="true")
    )
    assert [] == unused(shop(waiver()))


@pytest.mark.parametrize(
    ("fields", "document"),
    [
        ({"created": '"2026-12-01"'}, rule(require="true")),
        ({}, rule(appliesFrom='"2027-01-01"')),
        ({}, rule(require="true", stages="[apply]")),
        ({"expires": '"2026-11-20"'}, rule()),
    ],
)
def test_a_waiver_that_may_be_of_use_is_not_told_as_unused(fields, document):
    assert [] == unused(shop(waiver(**fields)), document)


def test_a_waiver_that_is_used_in_one_environment_is_used():
    scope = "{resource: model/churn, environments: [staging]}"
    prod = shop(waiver(scope=scope))
    staging = shop(waiver(scope=scope), environment="staging")
    judged = [judgement(each, bound(each)) for each in (prod, staging)]

    assert [] == unused(prod, judged=judged)
    assert 1 == len(unused(prod, judged=judged[:1]))
