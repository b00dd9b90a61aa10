"""Who is who by the teams, and under which name rules see them."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, bound, judgement, model, workspace

from mlspec.policy import Outcome, Staff, named_as, staff_of
from mlspec.policy._staff import StatedTeam, owners_named

OWNERS = """\
  owners:
    accountable: ACCOUNTABLE
    technical: ana@example.org
    validator: val@example.org
"""


def owned(accountable="cro@example.org"):
    return workspace(model(more=OWNERS.replace("ACCOUNTABLE", accountable)))


@pytest.mark.parametrize(
    ("signer", "expected"),
    [
        ("ana@example.org", "ana@example.org"),
        ("@ana", "ana@example.org"),
        ("ANA@example.org", "ana@example.org"),
        ("val@example.org", "val@example.org"),
        ("li@example.org", "li@example.org"),
        ("stranger", "stranger"),
        ("", ""),
    ],
)
def test_who_signed_is_named_as_the_owners_are_whichever_name_the_key_has(signer, expected):
    found = owned()

    assert expected == named_as(found.resources["model/churn"], staff_of(found), signer)


def test_who_built_it_is_named_so_whatever_else_they_are():
    """Otherwise the builder would pass as who is accountable."""
    found = owned(accountable='"@ana"')

    assert "ana@example.org" == named_as(found.resources["model/churn"], staff_of(found), "@ana")


def test_where_no_owners_are_named_a_name_stays_as_it_is():
    found = workspace(model())

    assert "@ana" == named_as(found.resources["model/churn"], staff_of(found), "@ana")


def test_one_person_of_two_teams_has_the_roles_of_both():
    staff = Staff.of(
        [
            StatedTeam("builders", ("ana@example.org @ana",), ("ml-engineer",)),
            StatedTeam("risk", ("@ana",), ("compliance",)),
            StatedTeam("empty", (" ",), ("auditor",)),
        ]
    )
    person = staff.person("Ana@example.org")

    assert {"ml-engineer", "compliance"} == staff.roles[person]
    assert {"builders", "risk"} == staff.teams[person]
    assert [person] == list(staff.roles)


SAME = rule(
    require="spec.owners.validator != spec.owners.technical",
    message="Who builds it validates it.",
)


@pytest.mark.parametrize(
    ("technical", "validator", "outcome"),
    [
        ("ana@example.org", "val@example.org", Outcome.PASS),
        ("ana@example.org", "li@example.org", Outcome.PASS),
        ("ana@example.org", "ana@example.org", Outcome.FAIL),
        ("ana@example.org", "@ana", Outcome.FAIL),
        ("@ana", "Ana@Example.org", Outcome.FAIL),
        ("ana@example.org", "builders", Outcome.FAIL),
        ("builders", "li@example.org", Outcome.FAIL),
        ("builders", "builders", Outcome.FAIL),
        ("builders", "risk", Outcome.PASS),
        ("nobody@x.org", "somebody@x.org", Outcome.PASS),
    ],
)
def test_a_validator_is_another_person_and_not_another_name(technical, validator, outcome):
    owners = OWNERS.replace("ACCOUNTABLE", "cro@example.org")
    owners = owners.replace("ana@example.org", f'"{technical}"').replace(
        "validator: val@example.org", f'validator: "{validator}"'
    )
    found = workspace(BINDING, model(more=owners))
    (said,) = judgement(found, bound(found, SAME)).of("model/churn")

    assert outcome is said.outcome


def test_owners_who_are_other_people_keep_their_names():
    found = owned()
    stated = {"accountable": "cro@example.org", "technical": "@ana", "validator": "val@example.org"}

    assert stated == owners_named(stated, staff_of(found))
    assert {"technical": None} == owners_named({"technical": None}, staff_of(found))
