"""What operations mean: the level, the rule that set it, whom it reaches, the way back."""

from __future__ import annotations

from copy import deepcopy

import pytest

from mlspec.canonical import digest_value
from mlspec.planning import Action, Blast, Compatibility, Desired, Level, Operation, Reversibility
from mlspec.planning.risk import Assessor
from mlspec.state import Lifecycle

CANARY = {"strategy": "canary", "steps": [{"share": 0.05, "holdMinutes": 60}]}
SWITCH = {"strategy": "blue-green", "previewMinutes": 5}
FRAUD = {
    "kind": "Model",
    "metadata": {"name": "fraud", "owner": "risk"},
    "spec": {
        "purpose": "Stops payments.",
        "task": "binary-classification",
        "artifact": {"uri": "m.onnx", "format": "onnx"},
        "data": {"training": ["payments"]},
        "output": {
            "version": "v1",
            "fields": [{"name": "score", "type": "float", "minimum": 0, "maximum": 1}],
            "consumers": [{"system": "checkout", "team": "shop"}],
        },
        "risk": {"tier": "high", "domain": "credit", "affectsPeople": True},
        "gates": [{"id": "auc", "type": "metric-threshold", "metric": "auc", "atLeast": 0.92}],
        "serving": {"mode": "online"},
        "rollout": CANARY,
        "monitoring": [{"id": "drift", "metric": "psi", "above": 0.2}],
        "oversight": {"mode": "human-in-the-loop", "reviewers": "risk", "intervention": "Call."},
    },
}
PREFIXES = {"GateSet": "gate-set", "RolloutPolicy": "rollout-policy", "FeatureView": "feature-view"}


def changed(body=FRAUD, **sections):
    """The body with sections of its spec replaced; None takes one away."""
    spec = {**deepcopy(body["spec"]), **sections}
    return {**body, "spec": {key: value for key, value in spec.items() if value is not None}}


def at(tier, body=FRAUD):
    return changed(body, risk={**body["spec"]["risk"], "tier": tier})


def wanted(body, *references):
    kind, name = body["kind"], body["metadata"]["name"]
    address = f"{PREFIXES.get(kind, kind.lower())}/{name}"
    return Desired(address, kind, body, digest_value(body), references=references)


def resource(kind, spec, name="shared"):
    return {"kind": kind, "metadata": {"name": name}, "spec": spec}


def assess(old, new, *others, action=Action.UPDATE, was=Lifecycle.LIVE, previous=""):
    desired = wanted(new if new is not None else old)
    tree = {each.address: each for each in others}
    if new is not None:
        tree[desired.address] = desired
    operation = Operation(
        "0001", desired.address, desired.kind, action, "", "u", "a", "b", previous=previous
    )
    return Assessor(tree).assess(operation, old, was)


def judged(old, new, *others, **how):
    """The level and the rules from medium on."""
    risk = assess(old, new, *others, **how).risk
    return risk.level.value, [e.rule for e in risk.reasons if e.level.rank >= Level.MEDIUM.rank]


def referring(number, tier="high", **sections):
    """Live models that refer to a shared resource."""
    return [
        wanted(
            {**changed(at(tier), rollout=CANARY, **sections), "metadata": {"name": f"m{index}"}},
            "gate-set/shared",
            "rollout-policy/shared",
        )
        for index in range(number)
    ]


LOOSER_GATE = [FRAUD["spec"]["gates"][0] | {"atLeast": 0.88}]


def test_a_loosened_gate_of_a_high_tier_model_behind_a_canary_is_high():
    operation = assess(FRAUD, changed(gates=LOOSER_GATE))

    assert operation.risk.level is Level.HIGH
    assert [(e.rule, e.path, e.because) for e in operation.risk.reasons] == [
        ("R-GATE-LOOSENED", "spec.gates[auc].atLeast", "loosens the gates, judged at tier high")
    ]
    assert operation.risk.blast == Blast(traffic=0.05, consumers=("checkout",))
    assert operation.risk.reversibility is Reversibility.REVERSIBLE
    assert operation.contract is None


def test_a_lowered_tier_is_critical_and_all_else_is_judged_at_the_tier_before():
    risk = assess(FRAUD, at("limited", changed(gates=LOOSER_GATE))).risk

    assert (risk.tier_old, risk.tier_new, risk.judged_at) == ("high", "limited", "high")
    assert [(e.rule, e.level.value) for e in risk.reasons] == [
        ("R-TIER-LOWERED", "critical"),
        ("R-GATE-LOOSENED", "high"),
    ]
    assert risk.reasons[0].because == "the tier goes from high to limited, judged at tier high"


@pytest.mark.parametrize(("tier", "level"), [("high", "high"), ("limited", "medium")])
def test_a_raised_tier_is_what_a_new_model_of_that_tier_is(tier, level):
    assert judged(at("minimal"), at(tier))[0] in (level, "high")
    assert judged(None, at(tier), action=Action.CREATE) == (level, ["R-CREATED"])


def test_facts_that_the_tier_rests_on_are_as_grave_as_the_tier():
    facts = {**FRAUD["spec"]["risk"], "affectsPeople": False}

    assert judged(FRAUD, changed(risk=facts)) == ("critical", ["R-TIER-LOOSENED"])


def test_a_rename_alone_is_low():
    renamed = {**FRAUD, "metadata": {"name": "fraud-2", "owner": "risk"}}
    risk = assess(FRAUD, renamed, action=Action.RENAME, previous="model/fraud").risk

    assert (risk.level, [each.rule for each in risk.reasons]) == (Level.LOW, ["R-RENAMED"])


def test_what_only_readers_see_is_no_risk_and_reaches_nobody():
    described = {**FRAUD, "metadata": {**FRAUD["metadata"], "description": "New words."}}
    risk = assess(FRAUD, described).risk

    assert (risk.level, risk.blast) == (Level.NONE, Blast())
    assert [each.rule for each in risk.reasons] == ["R-COSMETIC-CHANGED"]


@pytest.mark.parametrize(
    ("tier", "level"), [("high", "high"), ("limited", "medium"), ("minimal", "low")]
)
def test_a_lower_tier_takes_steps_off(tier, level):
    body = at(tier)

    assert judged(body, changed(body, gates=LOOSER_GATE))[0] == level
    assert judged(None, body, action=Action.CREATE)[0] == level


def test_traffic_that_moves_at_once_puts_a_step_on():
    new_artifact = {"uri": "n.onnx", "format": "onnx"}
    switched = changed(rollout=SWITCH)

    assert judged(FRAUD, changed(artifact=new_artifact)) == ("medium", ["R-ARTIFACT-CHANGED"])
    assert judged(switched, changed(switched, artifact=new_artifact)) == (
        "high",
        ["R-ARTIFACT-CHANGED", "R-BLAST-WIDE"],
    )


@pytest.mark.parametrize(
    ("sections", "traffic"),
    [
        ({}, 0.05),
        ({"rollout": SWITCH}, 1.0),
        ({"rollout": {"strategy": "shadow", "share": 1, "holdMinutes": 5}}, 0.0),
        ({"rollout": {"strategy": "a-b", "share": 0.2}}, 0.2),
        ({"rollout": {"strategy": "canary", "steps": []}}, 1.0),
        ({"rollout": {"strategy": "canary", "steps": [{"share": "much"}]}}, 1.0),
        ({"rollout": None}, 1.0),
        ({"rollout": None, "rolloutPolicy": "shared@v1"}, 0.3),
        ({"rollout": None, "rolloutPolicy": "nowhere"}, 1.0),
        ({"serving": {"mode": "batch"}}, 1.0),
        ({"serving": None}, 0.0),
    ],
)
def test_traffic_is_what_meets_the_next_version_first(sections, traffic):
    steps = [{"share": 0.3, "holdMinutes": 5}]
    policy = wanted(resource("RolloutPolicy", {"rollout": {"strategy": "canary", "steps": steps}}))
    body = changed(**sections)

    assert assess(body, changed(body, gates=[]), policy).risk.blast.traffic == traffic


def test_what_watches_is_not_rolled_out():
    risk = assess(FRAUD, changed(monitoring=[])).risk

    assert risk.blast.traffic == 1.0
    assert risk.reasons[0].rule == "R-MONITORING-LOOSENED"
    assert risk.reasons[1].because == "many meet it at once: 100% of live requests, 1 consumer"
    assert risk.level is Level.HIGH
    assert judged(changed(serving=None), changed(serving=None, monitoring=[]))[0] == "medium"


def test_a_new_monitor_is_low_however_many_it_watches():
    monitors = [*FRAUD["spec"]["monitoring"], {"id": "errors", "metric": "e", "above": 1}]

    assert judged(FRAUD, changed(monitoring=monitors)) == ("low", [])


def test_reaching_many_from_now_on_is_judged_by_itself():
    consumers = [{"system": f"s{number}", "team": "shop"} for number in range(5)]
    output = FRAUD["spec"]["output"]
    read_by_many = changed(output={**output, "consumers": consumers})

    assert "R-REACH-WIDENED" in judged(FRAUD, changed(rollout=SWITCH))[1]
    assert "R-REACH-WIDENED" in judged(FRAUD, read_by_many)[1]
    assert "R-REACH-WIDENED" in judged(changed(serving=None), FRAUD)[1]
    assert "R-REACH-WIDENED" not in judged(read_by_many, FRAUD)[1]
    assert "R-REACH-WIDENED" not in judged(changed(rollout=SWITCH), FRAUD)[1]


def test_a_live_model_that_is_no_longer_served_is_critical_as_if_it_were_retired():
    level, rules = judged(FRAUD, changed(serving=None))

    assert (level, rules[0]) == ("critical", "R-WITHDRAWN-LIVE")


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        (Action.RETIRE, "R-RETIRE-LIVE"),
        (Action.DELETE, "R-DELETE-LIVE"),
        (Action.FORGET, "R-FORGET-LIVE"),
    ],
)
def test_taking_a_live_model_away_is_critical(action, rule):
    risk = assess(FRAUD, None, action=action).risk

    assert (risk.level, risk.reasons[0].rule) == (Level.CRITICAL, rule)
    assert risk.blast == Blast(traffic=1.0, consumers=("checkout",))
    assert (risk.tier_old, risk.tier_new, risk.judged_at) == ("high", "", "high")


def test_only_what_is_deleted_is_gone_for_good():
    ways = {
        action: assess(FRAUD, None, action=action).risk.reversibility
        for action in (Action.RETIRE, Action.DELETE, Action.FORGET)
    }

    assert ways == {
        Action.RETIRE: Reversibility.WITH_DATA,
        Action.DELETE: Reversibility.IRREVERSIBLE,
        Action.FORGET: Reversibility.WITH_DATA,
    }
    idle = changed(serving=None)
    assert assess(idle, None, action=Action.RETIRE).risk.reversibility is Reversibility.REVERSIBLE


def test_a_model_that_serves_nobody_goes_as_it_came_unless_it_is_deleted():
    idle = at("limited", changed(serving=None))

    assert judged(idle, None, action=Action.RETIRE) == ("medium", ["R-RETIRED"])
    assert judged(idle, None, action=Action.FORGET) == ("medium", ["R-FORGOTTEN"])
    assert judged(idle, None, action=Action.DELETE) == ("critical", ["R-DELETED"])
    retired = {"action": Action.DELETE, "was": Lifecycle.RETIRED}
    assert judged(FRAUD, None, **retired) == ("critical", ["R-DELETED"])
    assert assess(FRAUD, None, **retired).risk.blast.traffic == 0.0


def test_a_body_that_is_lost_is_no_excuse():
    assert "R-UNKNOWN-FIELD" in judged(None, FRAUD)[1]
    operation = Operation("0001", "model/fraud", "Model", Action.RETIRE, "", "u", "a", "a")
    risk = Assessor({}).assess(operation, None).risk
    assert (risk.level, risk.reasons[0].rule) == (Level.CRITICAL, "R-RETIRE-LIVE")


def test_what_comes_back_is_judged_as_new_and_as_changed():
    restored = {"was": Lifecycle.RETIRED}

    assert judged(FRAUD, FRAUD, **restored) == ("high", ["R-RESTORED"])
    assert judged(at("limited"), at("limited"), **restored) == ("medium", ["R-RESTORED"])
    adopted = {"action": Action.ADOPT, "was": Lifecycle.FORGOTTEN}
    assert judged(FRAUD, changed(gates=[]), **adopted)[1] == ["R-GATE-LOOSENED", "R-ADOPTED"]
    assert assess(FRAUD, FRAUD, **restored).risk.blast.traffic == 0.05


def test_a_whole_section_that_goes_is_judged_by_all_that_stood_in_it():
    served = changed(serving={"mode": "online", "image": "i@sha256:1", "availability": 0.99})
    rules = judged(served, changed(served, serving=None))[1]

    assert {"R-ARTIFACT-CHANGED", "R-SERVING-LOOSENED"} <= {*rules}


def test_a_gate_that_comes_tightens_whatever_it_says_and_one_that_goes_loosens():
    lenient = {"id": "f1", "type": "metric-threshold", "metric": "f1", "decide": "point"}
    more = [*FRAUD["spec"]["gates"], lenient]

    assert judged(FRAUD, changed(gates=more)) == ("low", [])
    assert judged(changed(gates=more), FRAUD) == ("high", ["R-GATE-LOOSENED"])


def test_several_places_are_one_reason_with_a_count():
    gates = [
        {"id": name, "type": "metric-threshold", "metric": name, "atLeast": 0.9} for name in "abc"
    ]
    risk = assess(changed(gates=gates), changed(gates=gates[:1])).risk

    assert [(each.path, each.because) for each in risk.reasons] == [
        ("spec.gates[b]", "loosens the gates, judged at tier high, in 2 places")
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({"artifact": {"digest": "sha256:a"}}, {"artifact": {}}, "R-ARTIFACT-LOOSENED"),
        (
            {"artifact": {"digest": "sha256:a"}},
            {"artifact": {"digest": "sha256:b"}},
            "R-ARTIFACT-CHANGED",
        ),
        (
            {"monitoring": [{"id": "drift", "severity": "page"}]},
            {"monitoring": [{"id": "drift"}]},
            "R-MONITORING-LOOSENED",
        ),
        ({"limitations": ["Not for loans."]}, {"limitations": []}, "R-DATA-CHANGED"),
    ],
)
def test_what_gives_up_a_promise_is_told_from_what_replaces_it(old, new, rule):
    assert assess(changed(**old), changed(**new)).risk.reasons[0].rule == rule


def test_an_unknown_field_is_high_at_any_tier():
    body = at("minimal")

    assert judged(body, changed(body, bogus=1)) == ("high", ["R-UNKNOWN-FIELD"])
    assert judged(None, changed(body, bogus=1), action=Action.CREATE)[0] == "high"


def test_a_tier_that_is_not_known_counts_as_the_highest():
    assert assess(at("colossal"), changed(at("colossal"), gates=[])).risk.judged_at == "high"
    assert judged(at("limited"), at("colossal"))[0] == "critical"


def test_a_guard_is_taken_away_at_high_whatever_the_tier():
    guarded = {**at("minimal"), "metadata": {"name": "fraud", "protect": True}}
    open_ = {**at("minimal"), "metadata": {"name": "fraud"}}

    assert judged(guarded, open_) == ("high", ["R-GUARD-LOWERED"])
    assert judged(open_, guarded)[0] == "low"


def test_a_shared_part_is_judged_at_the_highest_tier_that_refers_to_it():
    old, new = (resource("GateSet", {"gates": gates}) for gates in (FRAUD["spec"]["gates"], []))
    both = [*referring(1, "minimal"), wanted(at("limited"), "gate-set/shared")]
    risk = assess(old, new, *both).risk

    assert (risk.tier_old, risk.tier_new, risk.judged_at) == ("limited", "limited", "limited")
    assert risk.level is Level.MEDIUM
    assert risk.blast == Blast(traffic=0.05, dependants=("model/fraud", "model/m0"))
    assert judged(old, new) == ("low", [])
    assert assess(old, new).risk.judged_at == ""


def test_a_part_that_many_models_share_reaches_many():
    old, new = (resource("GateSet", {"gates": gates}) for gates in (FRAUD["spec"]["gates"], []))

    assert judged(old, new, *referring(4, "limited")) == ("medium", ["R-GATE-LOOSENED"])
    assert judged(old, new, *referring(5, "limited")) == (
        "high",
        ["R-GATE-LOOSENED", "R-BLAST-WIDE"],
    )


def test_models_depend_through_others_and_in_circles():
    view = wanted(resource("FeatureView", {}, "profile"), "dataset/people")
    model = wanted(FRAUD, "feature-view/profile", "dataset/loop")
    loop = wanted(resource("Dataset", {}, "loop"), "model/fraud")
    people = resource("Dataset", {"uri": "a", "format": "csv"}, "people")
    risk = assess(people, changed(people, uri="b"), view, model, loop).risk

    assert (risk.level, risk.judged_at) == (Level.MEDIUM, "high")
    assert risk.blast == Blast(traffic=0.05, dependants=("model/fraud",))
    assert risk.reversibility is Reversibility.WITH_DATA


def test_another_shared_rollout_is_judged_by_what_both_say():
    policies = [
        wanted(resource("RolloutPolicy", {"rollout": CANARY}, "slow")),
        wanted(resource("RolloutPolicy", {"rollout": CANARY}, "slow-too")),
        wanted(resource("RolloutPolicy", {"rollout": SWITCH}, "fast")),
    ]

    def rules(one, other):
        by_reference = [changed(rollout=None, rolloutPolicy=each) for each in (one, other)]
        return judged(*by_reference, *policies)[1]

    assert rules("slow", "slow-too@v1") == []
    assert "R-ROLLOUT-LOOSENED" in rules("slow", "fast")
    assert "R-ROLLOUT-LOOSENED" in rules("slow", "nowhere")
    assert "R-ROLLOUT-LOOSENED" in rules("slow", None)
    shared = changed(rollout=None, rolloutPolicy="slow")
    assert judged(FRAUD, shared, *policies) == ("low", [])


def test_a_shared_rollout_that_lets_more_through_at_once_reaches_more_of_its_models():
    old, new = (resource("RolloutPolicy", {"rollout": each}) for each in (CANARY, SWITCH))
    model = wanted(changed(rollout=None, rolloutPolicy="shared"), "rollout-policy/shared")
    risk = assess(old, new, model).risk

    assert "R-REACH-WIDENED" in {each.rule for each in risk.reasons}
    assert risk.blast.traffic == 1.0


TEAM = resource("Team", {"members": ["ana"], "roles": ["sre"]}, "ops")


@pytest.mark.parametrize(
    ("sections", "level", "rule"),
    [
        ({"roles": ["sre", "model-risk"]}, "high", "R-POLICY-LOOSENED"),
        ({"roles": None}, "medium", "R-POLICY-TIGHTENED"),
        ({"members": ["ana", "eve"]}, "high", "R-POLICY-LOOSENED"),
        ({"members": ["eve"]}, "high", "R-POLICY-LOOSENED"),
    ],
)
def test_who_may_approve_is_policy_of_every_tier(sections, level, rule):
    risk = assess(TEAM, changed(TEAM, **sections)).risk

    assert (risk.level.value, risk.reasons[0].rule) == (level, rule)


def test_a_team_that_approves_nothing_is_only_people():
    readers = changed(TEAM, roles=None)

    assert judged(readers, changed(readers, members=["ana", "eve"]))[0] == "low"
    assert judged(None, readers, action=Action.CREATE)[0] == "low"
    assert judged(None, TEAM, action=Action.CREATE)[0] == "high"


def test_loosened_terms_of_an_environment_are_high_without_any_model():
    strict = {"environments": {"prod": {"requireApprovals": True}}}
    old, new = (resource("Workspace", each) for each in (strict, {"environments": {"prod": {}}}))
    signed = {**old, "governed": {"signers": ["ana ssh-ed25519 A"]}}

    assert judged(old, new) == ("high", ["R-POLICY-LOOSENED"])
    assert judged(new, old) == ("medium", ["R-POLICY-TIGHTENED"])
    assert judged({**old, "governed": {"signers": []}}, signed) == ("high", ["R-POLICY-LOOSENED"])
    assert judged(None, old, action=Action.CREATE)[0] == "high"
    assert judged(old, None, action=Action.RETIRE)[0] == "high"


def test_a_broken_contract_names_whom_it_breaks():
    output = {**FRAUD["spec"]["output"], "fields": [{"name": "risk", "type": "float"}]}
    operation = assess(FRAUD, changed(output=output))

    assert operation.contract is not None
    assert operation.contract.compatibility is Compatibility.BREAKING
    assert operation.contract.consumers == ("checkout",)
    assert operation.risk.reasons[0].rule == "R-CONTRACT-BREAKING"
    assert "`checkout`" in operation.risk.reasons[0].because
    assert operation.risk.level is Level.HIGH
    assert assess(None, FRAUD, action=Action.CREATE).contract is None


class Counted(dict):
    """Desired resources that count how often they are looked up."""

    lookups = 0

    def __getitem__(self, address):
        self.lookups += 1
        return super().__getitem__(address)

    def get(self, address, default=None):
        self.lookups += 1
        return super().get(address, default)


def lookups(number):
    """How many lookups it takes to assess so many models that share a gate set, and the set."""
    old, new = (resource("GateSet", {"gates": gates}) for gates in (FRAUD["spec"]["gates"], []))
    desired = Counted({each.address: each for each in (wanted(new), *referring(number))})
    assessor = Assessor(desired)
    for address, each in desired.items():
        operation = Operation("1", address, each.kind, Action.UPDATE, "", "u", "a", "b")
        assessor.assess(operation, old if each.kind == "GateSet" else FRAUD)
    return desired.lookups


def test_the_work_grows_with_the_number_of_operations_and_no_faster():
    assert lookups(1000) < 11 * lookups(100)
