"""Who has to agree to a plan, and whether different people who may have done so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlspec.errors import ExitCode, RegistryUnavailableError
from mlspec.ledger import Approval, Strength
from mlspec.planning import (
    Action,
    Desired,
    Level,
    Operation,
    PlanContext,
    Requirement,
    Risk,
    RiskReason,
    Toolchain,
)
from mlspec.planning.approvals import (
    ROLES,
    approvals_error,
    authority_in_force,
    authority_of,
    decide,
    name_of,
    needed_text,
    required_approvals,
)
from mlspec.schema import FieldClass
from mlspec.state import Lifecycle, ObjectRecord, Snapshot

PLAN, RISK = "sha256:plan", "sha256:risk"
STRICT = PlanContext("prod", "embedded", Toolchain("", ""), {}, require_approvals=True)


def operation(*reasons, kind="Model", address="model/churn", tier="high", level=None):
    told = tuple(RiskReason(rule, each, "because") for rule, each in reasons)
    gravest = max((each.level for each in told), key=lambda each: each.rank, default=Level.NONE)
    risk = Risk(level or gravest, told, judged_at=tier)
    return Operation("0001", address, kind, Action.UPDATE, "changed", "uid", "a", "b", risk=risk)


def needed(*operations, context=STRICT):
    return {
        each.role: (each.count, each.strength.value)
        for each in required_approvals(operations, context)
    }


def team(members, roles, name="risk"):
    spec = {"members": list(members), "roles": list(roles)}
    return {"kind": "Team", "metadata": {"name": name}, "spec": spec}


def approval(principal, role="model-risk", strength=Strength.SIGNED, **others):
    facts = {"plan": PLAN, "risk": "", "digest": f"sha256:{principal}-{role}-{strength}"} | others
    return Approval(principal=principal, role=role, strength=strength, **facts)


MODEL_RISK = Requirement("model-risk", 1, Strength.SIGNED, ("R-GATE-LOOSENED model/churn",))
COMPLIANCE = Requirement("compliance", 1, Strength.SIGNED, ("R-TIER-LOWERED model/churn",))
EVERYBODY = authority_of(
    [
        team(["ana@example.org", "li@example.org"], ["model-risk", "compliance"]),
        team(["sam@example.org"], ["sre"]),
    ]
)


def decided(requirements, approvals, authority=EVERYBODY, authors=("dev@example.org",)):
    return decide(requirements, approvals, authority, authors, PLAN, RISK)


def reasons(decision):
    return {each.approval.principal: each.reason for each in decision.rejected}


# what is required


def test_what_is_low_needs_nobody():
    assert {} == needed(operation(("R-GATE-TIGHTENED", Level.LOW), ("R-COST-CHANGED", Level.NONE)))


def test_the_class_says_who_and_the_level_how_many():
    loosened = "R-ROLLOUT-LOOSENED"

    assert ["sre"] == [*needed(operation((loosened, Level.MEDIUM)))]
    assert ["model-risk", "sre"] == [*needed(operation((loosened, Level.HIGH)))]
    assert ["compliance", "model-risk", "sre"] == [*needed(operation((loosened, Level.CRITICAL)))]


def test_where_model_risk_answers_compliance_is_the_second():
    assert ["model-risk"] == [*needed(operation(("R-GATE-LOOSENED", Level.MEDIUM)))]
    assert ["compliance", "model-risk"] == [*needed(operation(("R-GATE-LOOSENED", Level.HIGH)))]
    assert ["compliance", "model-risk"] == [*needed(operation(("R-TIER-LOWERED", Level.CRITICAL)))]


@pytest.mark.parametrize("field_class", FieldClass)
def test_somebody_answers_for_every_class(field_class):
    rule = f"R-{field_class.value.upper()}-LOOSENED"

    assert ROLES[field_class.value] in needed(operation((rule, Level.MEDIUM)))


@pytest.mark.parametrize(
    ("rule", "kind", "role"),
    [
        ("R-CREATED", "Model", "ml-engineer"),
        ("R-RETIRE-LIVE", "Model", "ml-engineer"),
        ("R-CREATED", "Dataset", "data-steward"),
        ("R-CREATED", "Team", "compliance"),
        ("R-DELETED", "Workspace", "compliance"),
        ("R-CREATED", "Something", "model-risk"),
        ("R-GUARD-LOWERED", "Model", "compliance"),
        ("R-UNKNOWN-FIELD", "Model", "model-risk"),
        ("R-CONTRACT-BREAKING", "Model", "product"),
    ],
)
def test_what_concerns_a_resource_as_a_whole_has_somebody_too(rule, kind, role):
    assert [role] == [*needed(operation((rule, Level.MEDIUM), kind=kind))]


def test_a_model_that_rises_to_a_tier_is_let_in_anew():
    raised = operation(("R-TIER-RAISED", Level.MEDIUM), tier="limited")

    assert {"ml-engineer": (1, "host"), "model-risk": (1, "host")} == needed(raised)


def test_who_agrees_to_another_tier_agrees_to_what_it_does_to_other_changes():
    """In two plans, the rollout would be loosened at the lower tier, where nobody is asked."""
    lowered = operation(("R-TIER-LOWERED", Level.CRITICAL), ("R-ROLLOUT-LOOSENED", Level.HIGH))
    limited, minimal = (
        replace(lowered, risk=replace(lowered.risk, tier_old="high", tier_new=tier))
        for tier in ("limited", "minimal")
    )

    both = {"compliance": (1, "signed"), "model-risk": (1, "signed")}
    assert both == needed(minimal)
    assert both | {"sre": (1, "host")} == needed(limited)


def test_a_level_without_a_reason_still_needs_somebody():
    assert ["compliance", "model-risk"] == [*needed(operation(level=Level.HIGH))]
    raised = operation(("R-COST-LOOSENED", Level.LOW), level=Level.HIGH)
    assert ["model-risk", "product"] == [*needed(raised)]


@pytest.mark.parametrize(
    ("tier", "strength"),
    [("minimal", "asserted"), ("limited", "host"), ("high", "signed"), ("none", "signed")],
)
def test_the_tier_says_how_sure(tier, strength):
    loosened = operation(("R-GATE-LOOSENED", Level.MEDIUM), tier=tier)

    assert {"model-risk": (1, strength)} == needed(loosened)


def test_the_environment_raises_the_strength_and_never_lowers_it():
    minimal = operation(("R-GATE-LOOSENED", Level.MEDIUM), tier="minimal")
    high = operation(("R-GATE-LOOSENED", Level.MEDIUM), tier="high")
    host = replace(STRICT, minimum_strength=Strength.HOST)

    assert {"model-risk": (1, "host")} == needed(minimal, context=host)
    assert {"model-risk": (1, "signed")} == needed(high, context=host)


@pytest.mark.parametrize(("has_signers", "strength"), [(False, "host"), (True, "signed")])
@pytest.mark.parametrize("tier", ["", "minimal"])
def test_who_may_approve_takes_a_key_where_keys_are_in_force(tier, has_signers, strength):
    context = replace(STRICT, has_signers=has_signers)
    change = operation(("R-POLICY-LOOSENED", Level.MEDIUM), kind="Team", tier=tier)

    assert {"compliance": (1, strength)} == needed(change, context=context)


def test_requirements_of_all_operations_are_merged_with_their_reasons():
    one = operation(("R-GATE-LOOSENED", Level.HIGH), address="model/b", tier="limited")
    other = operation(("R-TIER-LOWERED", Level.CRITICAL), address="model/a")

    found = required_approvals([one, other, one], STRICT)

    because = ("R-GATE-LOOSENED model/b", "R-TIER-LOWERED model/a")
    assert (
        Requirement("compliance", 1, Strength.SIGNED, because),
        Requirement("model-risk", 1, Strength.SIGNED, because),
    ) == found


def test_nothing_is_needed_where_nothing_is_required():
    relaxed = replace(STRICT, require_approvals=False)

    assert {} == needed(operation(("R-TIER-LOWERED", Level.CRITICAL)), context=relaxed)


# who may


def snapshot(*records):
    return Snapshot("prod", "lineage", 1, "", {each.address: each for each in records})


def recorded(name, lifecycle=Lifecycle.LIVE):
    return ObjectRecord(f"team/{name}", "uid", 1, f"sha256:{name}", lifecycle=lifecycle)


SPECS = {
    "team/new": Desired("team/new", "Team", team(["mallory"], ["compliance"]), "sha256:new"),
    "model/churn": Desired("model/churn", "Model", {"spec": {}}, "sha256:model"),
}
BODIES = {
    "sha256:risk": team(["ana"], ["model-risk"]),
    "sha256:old": team(["old"], ["compliance"]),
}


def in_force(*records, bodies=BODIES):
    def read(digests):
        return {each: bodies[each] for each in digests if each in bodies}

    return authority_in_force(snapshot(*records), read, SPECS)


def test_the_first_apply_trusts_the_teams_of_the_specs_and_says_so():
    authority = in_force()

    assert authority.from_specs
    assert {"compliance"} == authority.roles_of("mallory")


def test_later_only_recorded_teams_give_roles():
    authority = in_force(recorded("risk"))

    assert not authority.from_specs
    assert {"model-risk"} == authority.roles_of("ana")
    assert not authority.roles_of("mallory")


@pytest.mark.parametrize("lifecycle", [Lifecycle.RETIRED, Lifecycle.FORGOTTEN])
def test_a_withdrawn_team_gives_no_role_and_does_not_bring_back_trust_in_the_specs(lifecycle):
    authority = in_force(recorded("old", lifecycle))

    assert not authority.from_specs
    assert not authority.roles_of("old")
    assert not authority.roles_of("mallory")


def test_a_lost_team_is_a_damaged_registry():
    with pytest.raises(RegistryUnavailableError, match="team/risk"):
        in_force(recorded("risk"), bodies={})


@pytest.mark.parametrize(
    "name",
    ["@Ana", "ana", "ANA", "\uff41\uff4e\uff41", "12345+ana@users.noreply.github.com", " ana "],
)
def test_a_person_is_known_by_any_spelling_of_a_name(name):
    assert {"model-risk"} == in_force(recorded("risk")).roles_of(name)


@pytest.mark.parametrize("name", ["\u0430na", "an\u200ba", "ana\x00", "", "@", "anä", "ana\u202e"])
def test_a_name_that_only_looks_alike_is_nobody(name):
    assert not in_force(recorded("risk")).roles_of(name)


def test_names_that_mix_alphabets_mean_nobody():
    mixed = "\u0430na@example.org"

    assert "" == name_of(mixed)
    assert {mixed: "the name mixes alphabets or can't be read"} == reasons(
        decided([MODEL_RISK], [approval(mixed)], authority_of([team([mixed], ["model-risk"])]))
    )


def test_a_member_may_list_an_address_and_a_login():
    authority = authority_of([team(["ana@example.org @ana", "Li Wei"], ["sre"])])

    assert {"sre"} == authority.roles_of("ana@example.org") == authority.roles_of("@ana")
    assert authority.is_same("@ana", "ana@example.org")
    assert {"sre"} == authority.roles_of("li wei")
    assert not authority.roles_of("li")


def test_damaged_bodies_give_nobody_a_role():
    bodies = [None, [], {}, {"spec": []}, {"spec": {"members": "ana", "roles": ["sre"]}}]
    bodies.append({"spec": {"members": [1, None, {}, "x"], "roles": [None, {}]}})

    authority = authority_of(bodies)

    assert not authority.roles_of("ana")
    assert not authority.roles_of("x")


# what counts


def test_different_people_fill_the_places():
    decision = decided(
        [COMPLIANCE, MODEL_RISK],
        [approval("ana@example.org"), approval("li@example.org", "compliance")],
    )

    assert decision.is_complete
    assert [("li@example.org", "compliance"), ("ana@example.org", "model-risk")] == [
        (each.principal, each.role) for each in decision.accepted
    ]


def test_one_person_counts_once_whatever_they_sign():
    twice = [approval("ana@example.org"), approval("ana@example.org", "compliance")]

    decision = decided([COMPLIANCE, MODEL_RISK], twice)

    assert 1 == len(decision.accepted)
    assert ["1 x model-risk, signed"] == [needed_text(each) for each in decision.missing]


def test_a_person_is_one_under_all_names_that_teams_or_keys_tell():
    authority = authority_of([team(["ana@example.org @ana", "li"], ["model-risk", "compliance"])])
    by_team = [approval("@ana"), approval("ana@example.org", "compliance")]
    by_key = [approval("@ana"), approval("li", "compliance", names=("li", "ana"))]

    assert not decided([COMPLIANCE, MODEL_RISK], by_team, authority).is_complete
    assert not decided([COMPLIANCE, MODEL_RISK], by_key, authority).is_complete


def test_people_are_placed_where_they_are_needed_most():
    """Li could fill both places, Ana one: whoever comes first, both places are filled."""
    authority = authority_of(
        [team(["ana"], ["model-risk"]), team(["li"], ["model-risk", "compliance"])]
    )
    approvals = [approval("li", ""), approval("ana", "")]

    decision = decided([MODEL_RISK, COMPLIANCE], approvals, authority)

    assert [("ana", "model-risk"), ("li", "compliance")] == [
        (each.principal, each.role) for each in decision.accepted
    ]


@pytest.mark.parametrize("author", ["ana@example.org", "ANA@EXAMPLE.ORG", "@ana"])
def test_an_author_does_not_approve_under_any_name(author):
    authority = authority_of([team(["ana@example.org @ana"], ["model-risk"])])

    decision = decided([MODEL_RISK], [approval("ana@example.org")], authority, [author])

    assert {"ana@example.org": "an author of the change does not approve it"} == reasons(decision)


def test_an_author_does_not_approve_with_a_second_name_of_the_same_key():
    authority = authority_of([team(["helper"], ["model-risk"])])
    signed = approval("helper", names=("dev@example.org", "helper"))

    assert not decided([MODEL_RISK], [signed], authority).is_complete


def test_a_role_has_to_be_held():
    decision = decided([MODEL_RISK], [approval("sam@example.org"), approval("eve@example.org")])

    assert {
        "sam@example.org": "no team in force gives this person the role model-risk",
        "eve@example.org": "no team in force has this person as a member with a role",
    } == reasons(decision)


def test_a_weak_approval_says_what_it_would_take():
    weak = approval("ana@example.org", strength=Strength.ASSERTED, note="it has no signature")

    decision = decided([MODEL_RISK], [weak])

    assert {"ana@example.org": "it is asserted, signed is needed: it has no signature"} == reasons(
        decision
    )


def test_an_approval_carries_over_exactly_when_the_risk_is_the_same():
    carried = approval("ana@example.org", plan="sha256:earlier", risk=RISK)
    other = approval("li@example.org", plan="sha256:earlier", risk="sha256:other")

    decision = decided([MODEL_RISK], [carried, other])

    assert ["ana@example.org"] == [each.principal for each in decision.accepted]
    assert {"li@example.org": "it is for another plan"} == reasons(decision)


def test_an_empty_risk_digest_carries_nothing_over():
    empty = approval("ana@example.org", plan="", risk="")

    assert not decide([MODEL_RISK], [empty], EVERYBODY, (), PLAN, "").is_complete


def test_what_nothing_needs_is_spare():
    decision = decided([MODEL_RISK], [approval("ana@example.org"), approval("li@example.org")])

    assert ["li@example.org"] == [each.principal for each in decision.spare]


def test_a_plan_that_asks_for_millions_is_answered_at_once():
    many = replace(MODEL_RISK, count=10**12)

    decision = decided([many], [approval("ana@example.org")])

    assert (10**12 - 1,) == tuple(each.count for each in decision.missing)


def test_the_error_says_what_is_missing_why_and_what_did_not_count():
    error = approvals_error(decided([COMPLIANCE, MODEL_RISK], [approval("sam@example.org")]))

    assert ExitCode.EVIDENCE_MISSING == error.exit_code
    assert (
        "missing 1 x compliance, signed: R-TIER-LOWERED model/churn",
        "missing 1 x model-risk, signed: R-GATE-LOOSENED model/churn",
    ) == error.details[:2]
    assert error.details[2].startswith("does not count: sam@example.org as model-risk: no team")
    assert approvals_error(decided([], [])) is None
