"""Who may approve a waiver: whom the registry knows, and not who comes with the change."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, rule

from mlspec.api.change import PlanOptions, plan
from mlspec.api.execute import apply_now
from mlspec.api.policy import policy_of
from mlspec.api.policy_lock import lock_packs
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.api.state import export_state
from mlspec.errors import PolicyDeniedError

BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: house, owner: risk}
spec: {pack: house, version: 2026.11.0, source: {folder: policies/house}}
"""
TEAMS = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk}
spec: {members: [RISK], roles: [model-risk, compliance]}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: desk}
spec: {members: [sam@example.org], roles: [DESK]}
"""
WAIVER = """\
apiVersion: mlspec.dev/v1
kind: Waiver
metadata: {name: w1, owner: growth}
spec:
  rule: HOUSE-001
  scope: {resource: model/churn}
  reason: The list of owners is agreed on in December.
  approvedBy: [APPROVER]
  created: "2026-11-01"
  expires: "2026-12-31"
"""


def teams(root, risk="val@example.org", desk="sre"):
    text = TEAMS.replace("RISK", risk).replace("DESK", desk)
    (root / "specs" / "others.yaml").write_text(text)


def waive(root, approver):
    (root / "specs" / "waiver.yaml").write_text(WAIVER.replace("APPROVER", approver))


@pytest.fixture
def shop(tmp_path):
    """The scaffold under a house rule that its model does not meet; nothing is applied yet."""
    root = tmp_path / "shop"
    init(root)
    pack = root / "policies" / "house"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.yaml").write_text(HOME)
    (pack / "rules" / "all.yaml").write_text(rule(require="has(spec.owners)"))
    (root / "specs" / "policy.yaml").write_text(BINDING)
    teams(root)
    lock_packs(root)
    return root


@pytest.fixture
def running(shop):
    """The same with teams, bindings and data in the registry, and the model still to come."""
    waive(shop, "val@example.org")
    apply_now("staging", shop)
    return shop


def blocked(root, **options):
    made = plan(root, "staging", PlanOptions(**options))
    return {each.address: each.blocked.reason for each in made.blocked}


def changed(root):
    """Change the model, so that its rules are asked again."""
    (specs,) = [each for each in (root / "specs").rglob("*") if _has_model(each)]
    old = specs.read_text()
    specs.write_text(old.replace("  limitations:\n", "  limitations:\n    - Not for minors.\n"))
    assert old != specs.read_text()


def _has_model(path):
    return path.is_file() and "kind: Model\n" in path.read_text()


def test_who_adds_themselves_to_a_team_does_not_approve_their_own_waiver_by_that(running):
    changed(running)
    teams(running, risk="val@example.org, eve@example.org")
    waive(running, "eve@example.org")
    reason = blocked(running)["model/churn"]

    assert "`waiver/w1` does not hold: no team has `eve@example.org` as a member" in reason
    with pytest.raises(PolicyDeniedError):
        apply_now("staging", running)


def test_a_role_that_comes_with_the_change_is_not_held_yet(running):
    changed(running)
    teams(running, desk="compliance")
    waive(running, "sam@example.org")

    assert "holds no role that may approve it" in blocked(running)["model/churn"]


def test_who_was_recorded_may_approve_what_comes_later(running):
    changed(running)

    assert {} == blocked(running)


def test_a_change_that_takes_an_approver_out_of_the_team_does_not_end_their_waiver(running):
    """They could when they did; the waiver itself has to go, or its approver has to change."""
    changed(running)
    teams(running, risk="cro@example.org")

    assert {} == blocked(running)


def test_a_registry_without_a_team_believes_the_specs(shop):
    waive(shop, "val@example.org")

    assert {} == blocked(shop)


def test_a_state_that_was_exported_is_believed_as_the_registry_is(running, tmp_path):
    state = tmp_path / "state.json"
    export_state(state, running, "staging")
    changed(running)
    teams(running, risk="val@example.org, eve@example.org")
    waive(running, "eve@example.org")

    assert "no team has `eve@example.org`" in blocked(running, offline=state)["model/churn"]


def test_checking_says_that_it_goes_by_the_teams_of_the_checkout(running):
    teams(running, risk="val@example.org, eve@example.org")
    waive(running, "eve@example.org")
    report = policy_of(running, open_session(running).environment("staging"))
    (told,) = [each.message for each in report.diagnostics if each.code == "HOUSE-001"]

    assert told.endswith(
        "Waived until 2026-12-31 by eve@example.org, by the teams of this checkout; a plan goes by"
        " those of the registry."
    )
