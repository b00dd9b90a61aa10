"""`policy test --mutate` says how many changes of rules it tried, not only which are left."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import pack_of, proof, rule

from mlspec.policy import PackReport, changes_of, survivors
from mlspec.reporting.policy import render_tried


@pytest.mark.parametrize(
    ("require", "changes"),
    [
        ("has(spec.owners)", 0),
        ("has(spec.owners) && has(spec.risk)", 2),
        ("spec.risk.tier in ['high', 'limited']", 2),
    ],
)
def test_the_changes_of_all_conditions_are_counted(require, changes):
    assert changes == changes_of(pack_of(rule(require=require)))


@pytest.mark.parametrize(("changes", "said"), [(None, ""), (0, ", 0 of 0 changes unnoticed")])
def test_what_was_not_sought_is_not_told(changes, said):
    pack = pack_of(rule())

    assert f"house: 1 rule{said}\n" == render_tried(
        [PackReport("house", pack, (), {}, changes=changes)]
    )


def test_an_entry_of_a_list_that_no_case_needs_is_left():
    pack = pack_of(
        rule(require="spec.risk.tier in ['high', 'limited']"),
        proof(
            base="{metadata: {name: screen}, spec: {risk: {tier: high}}}",
            cases="[{name: high, expect: pass},"
            " {name: low, set: {spec.risk.tier: minimal}, expect: fail}]",
        ),
    )

    assert ["without `'limited'`"] == [each.mutant.change for each in survivors(pack)]
