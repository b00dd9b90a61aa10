"""Field-level differences, read with the real schemas."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot
from tests.unit.planning.worlds import GATE

from mlspec.planning._lookup import traits_of
from mlspec.planning.diff import diff, parts_of


def dotted(path):
    return ".".join(map(str, path))


def told(old, new, kind="Model", part="spec"):
    before, after = {part: old}, {part: new}
    found = diff(
        before, after, traits_of(kind, before, after), lambda path: ".".join(map(str, path))
    )
    return [
        (each.path, each.old, each.new, str(each.field_class), each.direction.value, each.at)
        for each in found
    ]


def test_a_lowered_threshold_is_loosened():
    assert told({"gates": [GATE]}, {"gates": [GATE | {"atLeast": 0.88}]}) == snapshot(
        [("spec.gates[auc].atLeast", 0.92, 0.88, "gate", "loosened", "spec.gates.0.atLeast")]
    )


def test_entries_of_keyed_lists_are_matched_by_key_wherever_they_stand():
    other = GATE | {"id": "other"}

    changes = told({"gates": [GATE, other]}, {"gates": [other, GATE | {"atLeast": 0.95}]})

    assert changes == snapshot(
        [
            ("spec.gates[auc].atLeast", 0.92, 0.95, "gate", "tightened", "spec.gates.1.atLeast"),
            ("spec.gates", ["auc", "other"], ["other", "auc"], "gate", "neutral", "spec.gates"),
        ]
    )


def test_gates_that_come_tighten_and_gates_that_go_loosen():
    assert told({"gates": []}, {"gates": [GATE]})[0][4] == "tightened"
    assert told({"gates": [GATE]}, {})[0][4] == "loosened"


def test_a_default_that_is_given_up_is_compared_as_a_value():
    canary = {"strategy": "canary", "steps": []}

    assert told({"rollout": canary}, {"rollout": canary | {"abortOnFailure": False}}) == snapshot(
        [
            (
                "spec.rollout.abortOnFailure",
                True,
                False,
                "rollout",
                "loosened",
                "spec.rollout.abortOnFailure",
            )
        ]
    )


def test_a_part_that_is_all_defaults_is_compared_field_by_field():
    serving = {"mode": "online"}

    changes = told({"serving": serving}, {"serving": serving | {"replicas": {"minimum": 3}}})

    assert changes == snapshot(
        [
            (
                "spec.serving.replicas.minimum",
                1,
                3,
                "serving",
                "tightened",
                "spec.serving.replicas.minimum",
            )
        ]
    )


def test_a_limit_that_is_added_tightens_and_one_that_is_taken_away_loosens():
    monitor = {"id": "latency", "metric": "m"}

    changes = told(
        {"monitoring": [monitor | {"above": 3}]}, {"monitoring": [monitor | {"below": 1}]}
    )

    assert changes == snapshot(
        [
            (
                "spec.monitoring[latency].above",
                3,
                None,
                "monitoring",
                "loosened",
                "spec.monitoring.0.above",
            ),
            (
                "spec.monitoring[latency].below",
                None,
                1,
                "monitoring",
                "tightened",
                "spec.monitoring.0.below",
            ),
        ]
    )


def test_a_tier_is_ordered():
    assert told({"risk": {"tier": "high"}}, {"risk": {"tier": "limited"}}) == snapshot(
        [("spec.risk.tier", "high", "limited", "tier", "loosened", "spec.risk.tier")]
    )


def test_roles_that_are_added_loosen():
    assert told({"roles": ["sre"]}, {"roles": ["sre", "model-risk"]}, "Team") == snapshot(
        [("spec.roles", None, "model-risk", "policy", "loosened", "spec.roles.1")]
    )


def test_a_value_that_takes_the_place_of_another_one_may_loosen():
    changes = told({"roles": ["sre", "sre"]}, {"roles": ["sre", "product"]}, "Team")

    assert changes == [("spec.roles[1]", "sre", "product", "policy", "unknown", "spec.roles.1")]


def test_members_are_told_one_by_one_and_their_order_apart():
    assert told({"members": ["a", "b", "c"]}, {"members": ["c", "a", "d"]}, "Team") == snapshot(
        [
            ("spec.members", "b", None, "owner", "neutral", "spec.members"),
            ("spec.members", None, "d", "owner", "neutral", "spec.members.2"),
            ("spec.members", ["a", "c"], ["c", "a"], "owner", "neutral", "spec.members"),
        ]
    )


def test_lists_without_a_key_are_compared_by_position():
    steps = [{"share": 0.05, "holdMinutes": 60}, {"share": 0.5, "holdMinutes": 60}]
    canary = {"strategy": "canary", "steps": steps}

    changes = told(
        {"rollout": canary},
        {"rollout": canary | {"steps": [{"share": 0.2, "holdMinutes": 60}]}},
    )

    assert changes == snapshot(
        [
            (
                "spec.rollout.steps[0].share",
                0.05,
                0.2,
                "rollout",
                "loosened",
                "spec.rollout.steps.0.share",
            ),
            (
                "spec.rollout.steps[1]",
                {"share": 0.5, "holdMinutes": 60},
                None,
                "rollout",
                "loosened",
                "spec.rollout.steps",
            ),
        ]
    )


def test_another_member_of_a_union_is_told_with_the_fields_of_both():
    changes = told(
        {"rollout": {"strategy": "canary", "steps": [], "analysis": [{"id": "errors"}]}},
        {"rollout": {"strategy": "blue-green", "previewMinutes": 5}},
    )

    assert changes == snapshot(
        [
            (
                "spec.rollout.analysis[errors]",
                {"id": "errors"},
                None,
                "rollout",
                "loosened",
                "spec.rollout.analysis",
            ),
            (
                "spec.rollout.previewMinutes",
                None,
                5,
                "rollout",
                "tightened",
                "spec.rollout.previewMinutes",
            ),
            ("spec.rollout.steps", [], None, "rollout", "neutral", "spec.rollout.steps"),
            (
                "spec.rollout.strategy",
                "canary",
                "blue-green",
                "rollout",
                "neutral",
                "spec.rollout.strategy",
            ),
        ]
    )


def test_a_whole_part_that_goes_moves_as_its_fields_do():
    served = {"mode": "online", "p99Ms": 80}

    assert told({"serving": served}, {})[0][3:5] == ("serving", "loosened")
    assert told({}, {"serving": served})[0][3:5] == ("serving", "tightened")
    assert told({"serving": {"mode": "batch"}}, {})[0][4] == "neutral"


def test_oversight_that_goes_loosens():
    assert told({"oversight": {"mode": "human-in-the-loop"}}, {})[0][4] == "loosened"


def test_labels_are_cosmetic_and_odd_keys_are_quoted():
    changes = told({"labels": {}}, {"labels": {"a b\n": "x", "tier": "1"}}, part="metadata")

    assert changes == snapshot(
        [
            (
                'metadata.labels["a b\\n"]',
                None,
                "x",
                "cosmetic",
                "neutral",
                "metadata.labels.a b\n",
            ),
            ("metadata.labels.tier", None, "1", "cosmetic", "neutral", "metadata.labels.tier"),
        ]
    )


def test_an_unknown_field_and_an_unknown_kind_are_unknown():
    assert told({"bogus": 1}, {"bogus": 2}) == snapshot(
        [("spec.bogus", 1, 2, "unknown", "unknown", "spec.bogus")]
    )
    assert told({"x": 1}, {}, "Unheard")[0][3:5] == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": True}),
        ({"a": None}, {}),
        ({"a": [1, 1]}, {"a": [1]}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": []}, {}),
        ({"a": {}}, {}),
        ({"a": {}}, {"a": []}),
        ({"gates": [{"id": "x"}, {"id": "y"}]}, {"gates": [{"id": "y"}, {"id": "x"}]}),
        ({"gates": [{"id": "x"}, {"id": "x"}]}, {"gates": [{"id": "x"}]}),
        ({"gates": []}, {}),
        ({"serving": {"replicas": {}}}, {"serving": {}}),
    ],
)
def test_bodies_that_differ_always_have_a_change(old, new):
    assert told(old, new)
    assert told(new, old)


def parts(old, new, kind="Model"):
    before, after = {"spec": old}, {"spec": new}
    found = parts_of(before, after, traits_of(kind, before, after))
    return [(each.path, str(each.field_class), each.direction.value) for each in found]


def test_a_section_that_comes_is_taken_apart_down_to_single_values():
    serving = {"mode": "online", "image": "i", "replicas": {"minimum": 3}, "availability": 0.9}

    assert parts({}, {"serving": serving}) == snapshot(
        [
            ("spec.serving.availability", "serving", "tightened"),
            ("spec.serving.image", "artifact", "neutral"),
            ("spec.serving.mode", "serving", "neutral"),
            ("spec.serving.replicas.minimum", "serving", "tightened"),
        ]
    )


def test_the_parts_of_what_means_something_by_being_there_do_what_the_whole_does():
    lenient = GATE | {"required": False}

    assert {
        each[2] for each in parts({"gates": [GATE]}, {"gates": [GATE, lenient | {"id": "b"}]})
    } == {"tightened"}
    assert {each[2] for each in parts({"gates": [lenient]}, {})} == {"loosened"}


def test_an_empty_section_and_a_single_value_are_parts_of_their_own():
    assert parts({}, {"serving": {}}) == [("spec.serving", "serving", "neutral")]
    assert parts({"purpose": "a"}, {"purpose": "b"}) == [("spec.purpose", "data", "neutral")]


def test_thousands_of_entries_take_no_time_to_speak_of():
    members = [f"m{number}" for number in range(20_000)]

    assert len(told({"members": members}, {"members": members[::-1]}, "Team")) == 1
