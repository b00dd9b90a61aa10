"""An environment that nobody has: a pack or a waiver for it is told, never switched off unseen."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import files
from tests.unit.policy.worlds import BINDING, force, model, waiver, workspace

from mlspec.policy import PackFiles, in_force, stated_waivers, waiver_faults


def bound_for(*environments):
    listed = ", ".join(environments)
    return BINDING.replace("2026.11.0}", f"2026.11.0, environments: [{listed}]}}")


def faults_of(found, content: PackFiles | None = None):
    made = in_force(found, lambda _: content or files(), {})
    return made, [(each.name, each.message, each.hint) for each in made.diagnostics]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("prodd", "did you mean `prod`?"),
        ("stagin", "did you mean `staging`?"),
        ("everywhere", "there are `prod`, `staging`"),
    ],
)
def test_a_binding_for_an_environment_that_nobody_has_breaks_the_packs_in_force(name, hint):
    found = workspace(model(), bound_for("staging", name))
    made, told = faults_of(found)

    message = f"there is no environment `{name}`, so `policy-binding/house` does nothing there"
    assert ("unknown-environment", message, hint) in told
    assert made.is_broken


def test_the_place_is_the_name_itself():
    found = workspace(model(), bound_for("staging", "prodd"))
    made, _ = faults_of(found)
    (strange,) = [each for each in made.diagnostics if each.name == "unknown-environment"]

    line = bound_for("staging", "prodd").splitlines()[strange.span.start.line - 1]
    assert line[strange.span.start.column - 1 :].startswith("prodd")


@pytest.mark.parametrize("named", [(), ("prod",), ("prod", "staging")])
def test_environments_of_the_workspace_are_not_told(named):
    found = workspace(model(), bound_for(*named))

    assert "unknown-environment" not in {each[0] for each in faults_of(found)[1]}


def test_a_waiver_for_an_environment_that_nobody_has_is_an_error():
    scope = "{resource: model/churn, environments: [prodd]}"
    found = workspace(model(), BINDING, waiver(scope=scope))
    told = list(waiver_faults(found, force(), stated_waivers(found)))
    strange = [each for each in told if each.name == "unknown-environment"]

    assert ["did you mean `prod`?"] == [each.hint for each in strange]
    assert "`waiver/w1` does nothing there" in strange[0].message


def test_an_override_can_name_none_either():
    home = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: shop}
spec:
  environments:
    staging: {}
    prod:
      overrides:
        - {kind: PolicyBinding, name: house, path: spec.environments, value: [prodd]}
"""
    plain = workspace(model(), BINDING, environment="staging", home=home)
    overlaid = workspace(model(), BINDING, environment="prod", home=home)

    assert not [each for each in faults_of(plain)[1] if each[0] == "unknown-environment"]
    assert [each for each in faults_of(overlaid)[1] if each[0] == "unknown-environment"]
