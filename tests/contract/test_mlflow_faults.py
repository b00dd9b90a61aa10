"""An apply to an MLflow server that is killed, or that loses an answer, at each of its writes.

After any of it the same command ends the work: nothing is made twice, nothing is forgotten.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from tests.contract.mlflow_proxy import proxied
from tests.contract.mlflow_shop import Shop
from tests.contract.shops import moved_version

from mlspec.mlflow.writing import create_model

CREATING = (
    "POST registered-models/create",  # the lock
    "POST registered-models/create",
    "POST model-versions/create",
    "POST registered-models/set-tag",
    "POST registered-models/alias",
    "POST registered-models/create",
    "POST model-versions/create",
    "POST registered-models/set-tag",
    "POST registered-models/alias",
    "DELETE registered-models/delete",  # the lock
)
CHANGING = 12
"""The lock twice, of an update five writes, of a rename and of a delete two or three each."""
LANES = ("mlflow", "mlflow_2", "mlflow_postgres")
"""Servers: 3.17 and 2.22 on SQLite, 3.17 on PostgreSQL. Where a test names none, the first."""
KILLS = [(lane, number) for lane in LANES for number in range(1, len(CREATING) + 1)]
KILLS_OF_CHANGES = [(LANES[number % 3], number) for number in range(1, CHANGING + 1)]
"""Each write of a change at one of the servers, in turn."""


@pytest.fixture(scope="module")
def proxy(request):
    with proxied(request.getfixturevalue(getattr(request, "param", LANES[0]))) as started:
        yield started


@pytest.fixture
def shop(forks, fresh, proxy, tmp_path, unique):
    """A workspace with two models, of which nothing is applied."""
    shop = Shop(forks, shutil.copytree(fresh, tmp_path / "shop"), proxy.address, unique)
    shop.add_model("leave")
    proxy.forget()
    return shop


@pytest.fixture
def changing(shop, proxy):
    """Everything applied, and a plan that updates one model, renames one and deletes one."""
    shop.add_model("was")
    shop.plan()
    shop.apply()
    churn = shop.root / "specs" / "churn.yaml"
    churn.write_text(
        moved_version(churn.read_text()).replace(
            "  owner: growth", "  owner: growth\n  description: Who will leave.", 1
        )
    )
    (shop.root / "specs" / "leave.yaml").unlink()
    (shop.root / "specs" / "was.yaml").unlink()
    shop.add_model("now", ("  version: v2", "  version: v1"), ("churn-v2", "churn-v1"))
    text = (shop.root / "specs" / "now.yaml").read_text()
    (shop.root / "specs" / "now.yaml").write_text(
        text.replace("4444", "2222").replace("  description: Who will leave.\n", "")
    )
    settings = shop.root / "mlspec.yaml"
    settings.write_text(
        settings.read_text().rstrip()
        + "\n  moved: [{previous: model/was, address: model/now}]"
        + "\n  removed: [{address: model/leave, action: delete, reason: nobody asks}]\n"
    )
    shop.plan()
    proxy.forget()
    return shop


def kill_the_command(forks, *, first):
    """Kill the command that is running, after the write or before it."""
    children = Path(f"/proc/{forks.pid}/task/{forks.pid}/children")

    def fault(exchange):
        if not first:
            exchange.pass_on()
        (pid,) = children.read_text().split()
        os.kill(int(pid), signal.SIGKILL)
        exchange.cut()

    return fault


def say_503_after(exchange):
    exchange.pass_on()
    exchange.answer(503, b"busy")


def say_503_before(exchange):
    exchange.answer(503, b"busy")


def cut_after(exchange):
    exchange.pass_on()
    exchange.cut()


def require_created(shop):
    shop.require_settled()
    for name in ("churn", "leave"):
        (version,) = shop.versions(name)
        assert {"staging": version.number} == dict(shop.model(name).aliases)
    assert [] == shop.locks()


def require_changed(shop):
    shop.require_settled()
    assert ["v1", "v2"] == [each.tags["mlspec.version"] for each in shop.versions("churn")]
    churn = shop.model("churn")
    assert {"previous-staging": "1", "staging": "2"} == dict(churn.aliases)
    assert "Who will leave." == churn.description
    assert (None, None) == (shop.model("leave"), shop.model("was"))
    assert ["1"] == [each.number for each in shop.versions("now")]
    assert [] == shop.locks()


def test_the_alias_is_written_last_and_the_lock_is_around_all(shop, proxy):
    shop.plan()
    assert [] == proxy.writes

    shop.apply()

    assert list(CREATING) == proxy.writes
    require_created(shop)


def test_only_what_differs_is_written(changing, proxy):
    changing.apply()

    assert CHANGING == len(proxy.writes), proxy.writes
    require_changed(changing)


@pytest.mark.parametrize(("proxy", "number"), KILLS, indirect=["proxy"])
def test_a_run_that_creates_and_is_killed_after_any_write_is_finished(shop, proxy, forks, number):
    shop.plan()
    proxy.forget(faults={number: kill_the_command(forks, first=False)})
    shop.apply(code=-signal.SIGKILL)

    shop.apply()

    require_created(shop)


@pytest.mark.parametrize(("proxy", "number"), KILLS_OF_CHANGES, indirect=["proxy"])
def test_a_run_that_changes_and_is_killed_after_any_write_is_finished(
    changing, proxy, forks, number
):
    proxy.forget(faults={number: kill_the_command(forks, first=False)})
    changing.apply(code=-signal.SIGKILL)

    changing.apply()

    require_changed(changing)


def test_a_run_that_is_killed_before_its_first_write_leaves_nothing(shop, proxy, forks):
    shop.plan()
    proxy.forget(faults={1: kill_the_command(forks, first=True)})
    shop.apply(code=-signal.SIGKILL)

    assert ([], None) == (shop.locks(), shop.model("churn"))
    shop.apply()
    require_created(shop)


@pytest.mark.parametrize("proxy", LANES, indirect=True)
@pytest.mark.parametrize("fault", [say_503_after, say_503_before, cut_after])
def test_when_every_first_answer_is_lost_nothing_is_made_twice(shop, proxy, fault):
    shop.plan()
    proxy.forget(at_first=fault)

    shop.apply()

    require_created(shop)


@pytest.mark.parametrize("fault", [say_503_after, cut_after])
def test_when_every_first_answer_to_a_change_is_lost_it_is_looked_for(changing, proxy, fault):
    proxy.forget(at_first=fault)

    changing.apply()

    require_changed(changing)


def test_a_server_that_stays_silent_ends_it_with_69_and_the_same_command_goes_on(shop, proxy):
    shop.plan()
    proxy.forget(faults=dict.fromkeys(range(4, 40), say_503_before))
    shop.apply(code=69).refused(69, "answers 503", "run the same command again")
    proxy.forget()

    shop.apply()

    require_created(shop)


def test_a_killed_run_keeps_other_plans_away_until_it_is_finished_or_given_up(shop, proxy, forks):
    shop.plan()
    proxy.forget(faults={3: kill_the_command(forks, first=False)})
    shop.apply(code=-signal.SIGKILL)
    proxy.forget()
    (shop.root / "plan.json").rename(shop.root / "first.json")
    shop.add_model("other")
    shop.plan()

    refused = shop.apply(code=11).refused(11, "of another plan was stopped half way")
    run = refused.err.partition("state abandon ")[2].partition("`")[0]
    arguments = ("--env", "staging", "--reason", "it is not wanted")
    shop.run("state", "abandon", run, *arguments).expect(0)

    assert [] == shop.locks()
    shop.plan()
    shop.apply()
    shop.require_settled()


def lock_from_elsewhere(shop, plan, lease_seconds):
    """Take the lock as a run on another machine would have done."""
    told = {"run": "1-else", "plan": plan, "actor": "mo", "owner": "mo on another desk"}
    told |= {"process": {"machine": "x", "pid": 1, "start": "1"}, "lease": lease_seconds}
    with shop.client() as client:
        name = f"{shop.prefix}mlspec.lock.staging.4"
        create_model(client, name, {"mlspec.lock": json.dumps(told)})


def test_a_run_elsewhere_is_waited_for_and_named(shop, proxy):
    shop.plan()
    lock_from_elsewhere(shop, "sha256:other", 3600)
    proxy.forget()

    refused = shop.run("apply", "plan.json", "--lock-timeout", "0s")

    refused.refused(11, "another run holds the lock", "mo on another desk")
    assert [] == proxy.writes


def test_a_run_elsewhere_that_fell_silent_is_followed_by_its_own_plan_alone(shop):
    shop.plan()
    digest = json.loads((shop.root / "plan.json").read_text())["envelope"]["digest"]
    lock_from_elsewhere(shop, digest, 0)

    shop.apply()

    require_created(shop)


def test_a_run_elsewhere_of_another_plan_that_fell_silent_has_to_be_finished_first(shop):
    shop.plan()
    lock_from_elsewhere(shop, "sha256:other", 0)

    shop.apply(code=11).refused(11, "of another plan was stopped half way", "begun by mo")
