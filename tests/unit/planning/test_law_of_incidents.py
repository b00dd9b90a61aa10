"""What went wrong is recorded, however late and whatever a rule says of it: that is a finding."""

from __future__ import annotations

import pytest
from tests.unit.planning.test_law import Town, blocks, entry
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, bound, judgement, model, workspace

from mlspec.diagnostics import Severity
from mlspec.policy import Enforcement, findings

LATE = rule(
    kinds="[incident]",
    enforcement="mandatory",
    require="has(spec.reported)",
    message="Nobody was told of `{{ spec.resource }}`.",
)
INCIDENT = """\
apiVersion: mlspec.dev/v1
kind: Incident
metadata: {name: silence, owner: builders}
spec:
  resource: model/churn
  category: serious
  markets: [EU]
  happened: 2026-09-01T07:00:00Z
  known: 2026-09-02T07:00:00Z
  description: Nobody was called, for a whole week.
"""
OF_MODELS = rule("HOUSE-002")


def test_a_late_incident_is_created_and_its_lateness_is_told(tmp_path):
    town = Town(tmp_path, model(tier="high"), INCIDENT, rules=[LATE])
    plan = town.plan()
    (told,) = entry(plan, "incident/silence").told

    assert {} == blocks(plan)
    assert ("HOUSE-001", "fail", False) == (told.rule, told.outcome, told.stops)
    town.apply()
    assert "incident/silence" in {each.address for each in town.backend().events()}


def test_what_else_a_plan_writes_is_judged_as_ever(tmp_path):
    plan = Town(tmp_path, model(tier="high"), INCIDENT, rules=[LATE, OF_MODELS]).plan()

    assert {"model/churn": "HOUSE-002: Nobody owns `churn`."} == blocks(plan)


@pytest.mark.parametrize("stricter", [{}, {"HOUSE-001": Enforcement.MANDATORY}])
def test_validate_warns_of_it_however_strict_the_binding_is(stricter):
    found = workspace(BINDING, model(tier="high"), INCIDENT)
    judged = judgement(found, bound(found, LATE, enforcement=stricter))
    (said,) = findings(found, judged)

    assert (Severity.WARNING, "HOUSE-001") == (said.severity, said.code)
    assert "Nobody was told of `model/churn`." == said.message
