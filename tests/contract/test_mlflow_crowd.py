"""Many who apply at once to one MLflow server, from clones of one repository."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from tests.contract.mlflow_shop import Shop
from tests.contract.shops import ENVIRONMENT, made, moved_version
from tests.e2e.commands import clean_environment

CLIENTS = 8


@pytest.fixture(params=["mlflow", "mlflow_postgres"])
def shop(request, forks, tmp_path, unique):
    """A workspace in a repository, whose records are a ref of a remote; one model is applied."""
    server = request.getfixturevalue(request.param)
    shop = Shop(forks, made(forks, tmp_path / "shop"), server, unique, records="git")
    git = ("git", "-C", str(shop.root), "-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "."),
        ("commit", "--quiet", "--message", "specs"),
        ("clone", "--quiet", "--bare", ".", str(tmp_path / "remote.git")),
        ("remote", "add", "origin", str(tmp_path / "remote.git")),
    ):
        subprocess.run([*git, *arguments], check=True)
    shop.plan()
    shop.apply()
    return shop


def at_once(clones):
    """Apply `plan.json` in all folders at the same time, and return the exit codes."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "mlspec", "apply", "plan.json", "--lock-timeout", "120s"],
            cwd=clone,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for clone in clones
    ]
    said = [each.communicate()[1] for each in started]
    assert not [each for each in said if "Traceback" in each], said
    return [each.returncode for each in started]


def test_one_plan_that_eight_apply_is_applied_once(shop, tmp_path):
    file = shop.root / "specs" / "churn.yaml"
    file.write_text(moved_version(file.read_text()))
    shop.plan()
    clones = [shutil.copytree(shop.root, tmp_path / f"clone-{n}") for n in range(CLIENTS)]

    codes = at_once(clones)

    assert [0] * CLIENTS == codes
    shop.require_settled()
    assert ["v1", "v2"] == [each.tags["mlspec.version"] for each in shop.versions("churn")]
    assert [] == shop.locks()


def test_of_eight_plans_for_one_model_one_is_applied_and_the_others_are_stale(shop, tmp_path):
    file = shop.root / "specs" / "churn.yaml"
    first, clones = file.read_text(), []
    for number in range(CLIENTS):
        text = moved_version(first).replace("version: v2", f"version: v{number + 2}", 1)
        file.write_text(text)
        shop.plan()
        clones.append(shutil.copytree(shop.root, tmp_path / f"clone-{number}"))

    codes = at_once(clones)

    assert [0, *[10] * (CLIENTS - 1)] == sorted(codes)
    winner = codes.index(0)
    shop.at(clones[winner]).require_settled()
    versions = [each.tags["mlspec.version"] for each in shop.versions("churn")]
    assert ["v1", f"v{winner + 2}"] == versions
    assert versions[1] == shop.versions("churn")[-1].tags["mlspec.version"]
    assert {ENVIRONMENT: "2", f"previous-{ENVIRONMENT}": "1"} == dict(shop.model("churn").aliases)
    assert [] == shop.locks()
