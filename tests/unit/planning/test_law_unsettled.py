"""What only an entry of the policy baseline lets pass is let pass when that entry stands."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, Governed
from tests.unit.policy.worlds import DATA, TODAY, model, workspace

from mlspec.diagnostics import fingerprints
from mlspec.planning import Law, desired_objects
from mlspec.rules import check

MODEL, VIEW, BASELINE = "model/churn", "feature-view/profile", "policy-baseline/known-findings"
FEATURES = """\
apiVersion: mlspec.dev/v1
kind: FeatureView
metadata: {name: profile, version: v1, owner: builders}
spec:
  entities: [customer]
  source: {dataset: past@v1}
  features: [COLUMNS]
"""
BOTH = "{name: age, type: int}, {name: days, type: int}, {name: calls, type: int}"
READING = model(more="  features: [{view: profile@v1, columns: [age, days, calls]}]\n")
OTHER = DATA.replace("name: past", "name: other")


def view(columns=BOTH):
    return FEATURES.replace("COLUMNS", columns)


def baseline(found):
    """Return a baseline of all that built-in rules find in a workspace."""
    listed = check(found)
    entries = [
        {"fingerprint": mark, "rule": each.code, "resource": each.about, "severity": "error"}
        | {"reason": "It was there.", "recorded": TODAY}
        for each, mark in zip(listed, fingerprints(listed), strict=True)
    ]
    return json.dumps(
        {"apiVersion": "mlspec.dev/v1", "kind": "PolicyBaseline"}
        | {"metadata": {"name": "known-findings"}, "spec": {"entries": entries}}
    )


class Shop(Governed):
    """A registry, and specs without a pack."""

    def specs(self, *documents):
        self.law = Law(workspace(*documents))
        self.desired = desired_objects(self.law.workspace)
        digests = {each: file.digest for each, file in self.law.workspace.sources.items()}
        self.context = replace(CONTEXT, sources=digests)
        return self


@pytest.fixture
def forged(tmp_path):
    """A view that loses two columns its model reads, and a baseline that says so was always so."""
    Shop(tmp_path).specs(READING, view()).apply()
    broken = view("{name: age, type: int}")
    entries = baseline(workspace(READING, broken))
    return Shop(tmp_path).specs(READING, broken, OTHER, entries)


def reasons(plan):
    return {each.address: each.blocked.reason for each in plan.blocked}


def test_what_breaks_a_resource_that_the_plan_does_not_write_is_not_written(forged):
    assert "MLS252" in reasons(forged.plan(VIEW))[VIEW]
    assert MODEL in reasons(forged.plan(VIEW))[VIEW]


def test_with_its_baseline_it_is(forged):
    assert {} == reasons(forged.plan(VIEW, BASELINE))


def test_the_baseline_itself_can_be_written_alone(forged):
    assert {} == reasons(forged.plan(BASELINE))


def test_errors_of_one_rule_are_told_in_their_order(forged):
    told = reasons(forged.plan(VIEW))[VIEW]

    assert told.index("`calls`") > told.index("`days`") > 0
