from __future__ import annotations

import pytest
from tests.unit.schema.documents import SPECS, bind_text

from mlspec.kinds import Metadata
from mlspec.kinds.gate_set import GateSetSpec
from mlspec.kinds.model import ModelSpec
from mlspec.kinds.rollout_policy import RolloutPolicySpec
from mlspec.kinds.workspace import WorkspaceSpec
from mlspec.schema import Direction, FieldClass, trait_of

CANARY = {"rollout": {"strategy": "canary", "steps": [{"share": 0.1, "holdMinutes": 5}]}}


@pytest.mark.parametrize(
    ("path", "field_class", "direction"),
    [
        (("risk", "tier"), FieldClass.TIER, Direction.HIGHER_IS_TIGHTER),
        (("gates", 0, "atLeast"), FieldClass.GATE, Direction.HIGHER_IS_TIGHTER),
        (("gates", "auc-floor", "atLeast"), FieldClass.GATE, Direction.HIGHER_IS_TIGHTER),
        (("gates", "auc-floor"), FieldClass.GATE, Direction.GROWTH_IS_TIGHTER),
        (("gates",), FieldClass.GATE, Direction.GROWTH_IS_TIGHTER),
        (("serving", "replicas", "minimum"), FieldClass.SERVING, Direction.HIGHER_IS_TIGHTER),
        (("rollout", "steps", 0, "share"), FieldClass.ROLLOUT, Direction.LOWER_IS_TIGHTER),
        (("rollout", "analysis", "slow", "atMost"), FieldClass.ROLLOUT, Direction.LOWER_IS_TIGHTER),
        (("gateSets", 0), FieldClass.GATE, Direction.GROWTH_IS_TIGHTER),
    ],
)
def test_traits_are_found_through_lists_and_unions(path, field_class, direction):
    for written in (None, SPECS["Model"]):
        found = trait_of(ModelSpec, path, written)

        assert (found.field_class, found.direction) == (field_class, direction)


def test_the_written_value_chooses_the_member_of_a_union():
    shadow = {"rollout": {"strategy": "shadow", "share": 0.5, "holdMinutes": 5}}
    split = {"rollout": {"strategy": "a-b", "share": 0.5}}
    path = ("rollout", "share")

    assert trait_of(RolloutPolicySpec, path, shadow).direction is Direction.NONE
    assert trait_of(RolloutPolicySpec, path, split).direction is Direction.LOWER_IS_TIGHTER
    assert trait_of(RolloutPolicySpec, path, CANARY) is None


def test_an_entry_of_a_union_is_chosen_by_its_key():
    gates = {
        "gates": [
            {"id": "floor", "type": "metric-threshold"},
            {"id": "better", "type": "champion-challenger"},
        ]
    }

    assert trait_of(GateSetSpec, ("gates", "floor", "atLeast"), gates) is not None
    assert trait_of(GateSetSpec, ("gates", "better", "atLeast"), gates) is None
    assert trait_of(GateSetSpec, ("gates", "gone", "atLeast"), gates) is not None
    assert trait_of(GateSetSpec, ("gates", 7, "atLeast"), gates) is not None


def test_an_instance_chooses_as_its_data_would():
    text = (
        "apiVersion: mlspec.dev/v1\nkind: RolloutPolicy\nmetadata: {name: a}\nspec:\n"
        "  rollout: {strategy: shadow, share: 0.5, holdMinutes: 5,\n"
        "    analysis: [{id: slow, metric: error-share, atMost: 1}]}\n"
    )
    spec = bind_text(text).spec

    assert trait_of(spec, ("rollout", "share")).direction is Direction.NONE
    assert trait_of(spec, ("rollout", "steps")) is None
    assert trait_of(spec, ("rollout", "analysis", "slow", "id")) is not None
    assert trait_of(spec, ("rollout", "analysis", 0, "id")) is not None


def test_keys_of_maps_lead_on():
    assert trait_of(Metadata, ("labels", "stage")).field_class is FieldClass.COSMETIC
    path = ("environments", "prod", "requireGates")
    assert trait_of(WorkspaceSpec, path).direction is Direction.HIGHER_IS_TIGHTER


def test_below_a_free_value_the_field_answers():
    path = ("environments", "prod", "overrides", 0, "value", "anything", 3)

    assert trait_of(WorkspaceSpec, path).field_class is FieldClass.POLICY


@pytest.mark.parametrize("path", [(), ("nothing",), ("risk", "nothing"), (0,)])
def test_no_field_has_no_traits(path):
    assert trait_of(ModelSpec, path) is None
    assert trait_of(ModelSpec, path, SPECS["Model"]) is None
