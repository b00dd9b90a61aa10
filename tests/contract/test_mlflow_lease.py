"""How long the lock of a run keeps others away at a real MLflow server, and what renews it.

Time is that of the server, which a proxy in between lets pass: nobody waits.
"""

from __future__ import annotations

import shutil

import pytest
from tests.contract.mlflow_proxy import proxied
from tests.contract.mlflow_shop import Shop
from tests.contract.shops import made
from tests.e2e.commands import Forks

LEASE_SECONDS = 600
KNOWN = {"MLSPEC_MLFLOW_LEASE_SECONDS": str(LEASE_SECONDS)}
ALIAS_OF_THE_FIRST = 5
"""The writes before are the lock, the first model, its version and its tag."""
RENEWAL = "POST registered-models/set-tag"


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Another process, which runs while the first one is in the middle of its work."""
    with Forks(tmp_path_factory.mktemp("said")) as started:
        yield started


@pytest.fixture
def proxy(mlflow):
    with proxied(mlflow) as started:
        yield started


@pytest.fixture
def shop(forks, proxy, tmp_path, unique):
    """A workspace with two models, and a plan that makes both."""
    shop = Shop(forks, made(forks, tmp_path / "shop"), proxy.address, unique)
    shop.add_model("leave")
    shop.plan()
    proxy.forget()
    return shop


@pytest.fixture
def other(others, shop, tmp_path):
    """Another checkout, with records of its own, where somebody applies the same plan."""
    found = shop.at(shutil.copytree(shop.root, tmp_path / "other" / "shop"))
    found.forks = others
    return found


def later(seconds):
    """Carry a write out, after which so many seconds have passed."""

    def fault(exchange):
        answer = exchange.pass_on()
        exchange.of.ahead_seconds = seconds
        exchange.answer(*answer)

    return fault


def meanwhile(seconds, work, done):
    """Let somebody else work before a write is carried out, when so many seconds have passed."""

    def fault(exchange):
        exchange.of.ahead_seconds = seconds
        done.append(work())
        exchange.answer(*exchange.pass_on())

    return fault


def try_to_apply(other):
    """Return what takes the lock or finds it held, at once."""
    return lambda: other.run("apply", "plan.json", "--lock-timeout", "0s", env=KNOWN)


def require_made_once(shop):
    shop.require_settled()
    assert [1, 1] == [len(shop.versions(name)) for name in ("churn", "leave")]
    assert [] == shop.locks()


def test_a_run_that_goes_on_renews_its_lock_and_no_other_run_follows_it(shop, other, proxy):
    said = []
    work = meanwhile(LEASE_SECONDS * 1.1, try_to_apply(other), said)
    proxy.faults = {
        ALIAS_OF_THE_FIRST: later(LEASE_SECONDS * 0.5),
        ALIAS_OF_THE_FIRST + 2: work,  # the one between renews the lock
    }

    shop.apply(env=KNOWN)

    (refused,) = said
    refused.refused(11, "another run holds the lock")
    assert RENEWAL == proxy.writes[ALIAS_OF_THE_FIRST]
    require_made_once(shop)


def test_a_lock_is_renewed_only_when_a_third_of_its_time_has_passed(shop, proxy):
    proxy.faults = {ALIAS_OF_THE_FIRST: later(LEASE_SECONDS * 0.3)}

    shop.apply(env=KNOWN)

    assert "POST registered-models/create" == proxy.writes[ALIAS_OF_THE_FIRST]
    require_made_once(shop)


def test_a_run_that_stays_silent_for_longer_is_followed_and_sees_it(shop, other, proxy):
    said = []
    work = meanwhile(LEASE_SECONDS * 1.1, try_to_apply(other), said)
    proxy.faults = {ALIAS_OF_THE_FIRST: work}

    first = shop.apply(code=None, env=KNOWN)

    (followed,) = said
    followed.expect(0)
    first.expect(23)
    assert "somebody else has written to" in first.out
    require_made_once(other)


def test_the_time_that_a_run_asked_for_holds_for_those_who_ask_for_less(shop, other, proxy):
    said = []

    def impatient():
        hurried = {"MLSPEC_MLFLOW_LEASE_SECONDS": "1"}
        return other.run("apply", "plan.json", "--lock-timeout", "0s", env=hurried)

    proxy.faults = {ALIAS_OF_THE_FIRST: meanwhile(LEASE_SECONDS * 0.5, impatient, said)}

    shop.apply(env=KNOWN)

    said[0].refused(11, "another run holds the lock")
    require_made_once(shop)


@pytest.mark.parametrize("seconds", ["0", "3601", "-1", "1.5", "soon", "9" * 40])
def test_a_time_that_is_none_is_refused_before_anything_is_written(shop, proxy, seconds):
    refused = shop.apply(code=None, env={"MLSPEC_MLFLOW_LEASE_SECONDS": seconds})

    refused.refused(64, "is no number of seconds from 1 to 3600")
    assert [] == proxy.writes
