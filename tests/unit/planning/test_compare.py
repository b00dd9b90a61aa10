"""Two environments differ in the fields that differ, and in nothing else."""

from __future__ import annotations

from mlspec.planning.compare import Presence, Side, compare

STAGING = {
    "model/churn": {"kind": "Model", "metadata": {"name": "churn"}, "spec": {"purpose": "x"}},
    "team/a": {"kind": "Team", "metadata": {"name": "a"}, "spec": {}},
    "team/b": {"kind": "Team", "metadata": {"name": "b"}, "spec": {}},
}


def test_an_environment_does_not_differ_from_itself():
    side = Side("staging", STAGING)

    view = compare(side, side, "specs")

    assert ((), 3, "specs") == (view.differences, view.equal, view.source)


def test_resources_of_one_side_and_fields_that_differ_are_told():
    changed = STAGING["model/churn"] | {"spec": {"purpose": "y"}}
    prod = {"model/churn": changed, "team/b": STAGING["team/b"], "team/c": STAGING["team/b"]}

    view = compare(Side("staging", STAGING), Side("prod", prod), "specs")

    model, left, right = view.differences
    assert [("spec.purpose", "x", "y")] == [(e.path, e.old, e.new) for e in model.changes]
    assert ("team/a", Presence.LEFT) == (left.address, left.presence)
    assert ("team/c", Presence.RIGHT) == (right.address, right.presence)
    assert 1 == view.equal


def test_the_settings_of_two_environments_are_compared_with_each_other():
    def workspace(environment, budget):
        spec = {"environments": {environment: {"deleteBudget": budget}}}
        return {"workspace/shop": {"kind": "Workspace", "metadata": {"name": "shop"}, "spec": spec}}

    left = Side.of("staging", workspace("staging", 5))

    assert compare(left, Side.of("prod", workspace("prod", 5)), "specs").differences == ()
    (changed,) = compare(left, Side.of("prod", workspace("prod", 2)), "specs").differences
    assert [('spec.environments["*"].deleteBudget', 5, 2, "tightened")] == [
        (each.path, each.old, each.new, each.direction.value) for each in changed.changes
    ]
