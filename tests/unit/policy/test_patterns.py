"""A pattern that RE2 refuses is an error when a pack is read, and not a failure of every model."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import faults, pack_of, proof, rule

from mlspec.policy import PackReport
from mlspec.reporting.policy import looked_at


@pytest.mark.parametrize("pattern", ["(", "a(?=b)", "[z-a]", "a{2000}", "x" * 2_001])
def test_a_pattern_that_is_written_out_has_to_be_one(pattern):
    require = f'metadata.name.matches("{pattern}")'
    found = faults(rule(require=require))

    assert ["misspelt-expression"] == [name for name, _ in found]
    assert "pattern" in found[0][1]


@pytest.mark.parametrize("pattern", ["^[a-z]+$", "", "(a+)+$", "\\\\d{1,3}"])
def test_one_that_is_sound_is_taken(pattern):
    assert pack_of(rule(require=f'metadata.name.matches("{pattern}")')).rules


def test_a_pattern_that_is_computed_is_looked_at_when_it_is_known():
    assert pack_of(rule(require="metadata.name.matches(metadata.owner)")).rules


def test_how_much_was_looked_at_is_told():
    pack = pack_of(rule(), proof())
    reports = [PackReport("house", pack, (), {}), PackReport("broken", None, (), {})]

    assert "checked 1 pack: 1 rule, 2 cases; 1 can't be read" == looked_at(reports)
    assert "checked 0 packs: 0 rules, 0 cases" == looked_at([])
