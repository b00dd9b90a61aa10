"""The lock is part of what is in force: without it, or a line of it, nothing may be done."""

from __future__ import annotations

import json

import pytest

from mlspec.api.change import plan
from mlspec.api.check import validate
from mlspec.api.execute import apply_now
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.diagnostics import has_errors
from mlspec.errors import MlspecError
from mlspec.policy import read_lock

BINDINGS = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: core, owner: risk-office}
spec: {pack: core, version: 2026.11.0}
---
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: llm, owner: risk-office}
spec: {pack: llm, version: 2026.11.0}
"""
TEAM = """---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk-office}
spec: {members: [val@example.org], roles: [compliance]}
"""


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    (tmp_path / "specs" / "policy.yaml").write_text(BINDINGS + TEAM)
    return tmp_path


def unlocked(shop):
    found = validate(directory=shop).diagnostics
    return [each for each in found if each.name == "unlocked-pack"]


def without_line(shop):
    lock = shop / "mlspec.lock"
    told = json.loads(lock.read_text())
    told["packs"] = [each for each in told["packs"] if each["name"] != "llm"]
    lock.write_text(json.dumps(told))


def without_lock(shop):
    (shop / "mlspec.lock").unlink()


def test_each_pack_of_the_wheel_that_no_lock_names_is_an_error_with_the_way_out(shop):
    found = unlocked(shop)

    assert ["MLS1406", "MLS1406"] == [each.code for each in found]
    assert has_errors(found)
    assert {"write it there: `mlspec policy lock`"} == {each.hint for each in found}


def test_the_first_lock_is_written_where_there_is_none(shop):
    written = lock_packs(shop)

    assert {"core", "llm"} == read_lock(written.path.read_bytes()).keys()
    assert [] == unlocked(shop)


@pytest.mark.parametrize(("take", "packs"), [(without_lock, 2), (without_line, 1)])
def test_a_lock_that_goes_blocks_what_is_planned_and_applied(shop, take, packs):
    lock_packs(shop)
    take(shop)
    made = plan(shop, "staging")
    told = {each.blocked.reason for each in made.operations if each.blocked}

    assert packs == len(unlocked(shop))
    assert len(made.operations) == len(made.blocked)
    assert ["the policy packs in force can't be trusted"] == [
        *{each.split(",")[0] for each in told}
    ]
    assert packs == sum("is not in `mlspec.lock`" in each for each in made.policy.faults)
    with pytest.raises(MlspecError) as caught:
        apply_now("staging", shop)
    assert caught.value.exit_code in (4, 5)
