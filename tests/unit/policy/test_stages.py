"""A rule that reads what nobody knows yet at one of its stages is told when the pack is checked."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import pack_of, proof, rule

from mlspec.policy import check_pack, read_pack, read_pack_folder, shipped_folder, shipped_packs

CHANGE = 'change.action == "none"'
AGREED = "evidence.approvals.size() >= 2"
GATES = "evidence.gates.size() > 0"
ITEMS = "evidence.items.size() > 0"


def told(require, stages=None, **fields):
    pack = pack_of(rule(require=require, stages=stages, **fields), proof())
    return [each.message for each in check_pack(pack) if each.name == "untimely-rule"]


@pytest.mark.parametrize(
    ("require", "stages", "early"),
    [
        (CHANGE, None, "is judged at `validate`"),
        (CHANGE, "[validate, apply]", "is judged at `validate`"),
        ("registry.exists", None, "is judged at `validate`"),
        (GATES, "[validate]", "is judged at `validate`"),
        (AGREED, "[plan, apply]", "is judged at `plan`"),
        (AGREED, None, "is judged at `validate` and `plan`"),
        ('change.author == "ana"', "[plan]", "is judged at `plan`"),
    ],
)
def test_what_is_not_known_yet_is_told(require, stages, early):
    (message,) = [each for each in told(require, stages) if early in each][:1]

    assert message.startswith("`HOUSE-001` reads `")


@pytest.mark.parametrize(
    ("require", "stages"),
    [
        (CHANGE, "[plan, apply]"),
        (GATES, "[plan, apply]"),
        (AGREED, "[apply]"),
        (ITEMS, None),
        ("has(spec.owners)", None),
    ],
)
def test_what_is_known_at_all_stages_of_the_rule_is_not_told(require, stages):
    assert [] == told(require, stages)


def test_a_condition_under_when_is_looked_at_too():
    assert told("true", when=f"'{CHANGE}'")


@pytest.mark.parametrize("name", shipped_packs())
def test_no_rule_that_ships_asks_too_early(name):
    pack = read_pack(read_pack_folder(shipped_folder() / name, name)).pack

    assert [] == [each.message for each in check_pack(pack) if each.name == "untimely-rule"]
