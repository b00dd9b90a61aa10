"""The same specs give the same bytes under any locale, time zone, hash seed and file order."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from jsonschema import Draft202012Validator
from tests.e2e.commands import CHECKOUT, contents, run_process

WORLDS = {
    "C": {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    "utf-8": {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    "turkish": {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4242"},
}
"""A locale that this system does not have behaves as `C`: then the case is weaker, not wrong."""


SECRETS = dict.fromkeys(("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "PASSWORD"), "canary-4d1f")


@pytest.fixture(scope="module")
def reference(judged, tmp_path_factory):
    """What the specs give in this very process's world: the folder, and everything in it."""
    root = shutil.copytree(judged, tmp_path_factory.mktemp("reference") / "county")
    return root, made(root, SECRETS)


def made(root, world):
    """Plan both environments, compile one; return everything that was written or said."""
    said = []
    for command in (
        ["plan", "--env", "staging", "--out", "staging.json"],
        ["plan", "--env", "prod", "--out", "prod.json"],
        ["compile", "--env", "prod"],
    ):
        done = run_process(*command, cwd=root, env=world).expect(0)
        said.append(done.out.replace(str(root), "ROOT"))
    return contents(root), said


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_another_world_gives_the_same_bytes(judged, reference, tmp_path, world):
    root = shutil.copytree(judged, tmp_path / "county")

    assert made(root, world) == reference[1]


def test_another_folder_and_order_of_files_give_the_same_bytes(judged, reference, tmp_path):
    root = tmp_path / "a folder with spaces and ümlauts" / "renamed"
    for file in sorted((each for each in judged.rglob("*") if each.is_file()), reverse=True):
        copy = root / file.relative_to(judged)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)

    assert made(root, {}) == reference[1]


def test_a_commit_changes_nothing_under_the_digest(judged, reference, tmp_path):
    root = shutil.copytree(judged, tmp_path / "county")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "specs"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    run_process("plan", "--env", "prod", "--out", "plan.json", cwd=root).expect(0)

    committed = json.loads((root / "plan.json").read_text())
    loose = json.loads(reference[1][0]["prod.json"])

    assert committed["body"] == loose["body"]
    assert committed["envelope"]["commit"] != loose["envelope"]["commit"]


def test_nothing_written_names_this_machine_or_its_secrets(reference):
    root, (files, said) = reference
    words = (str(root.parent).encode(), b"/tmp/", b"site-packages", b"canary-4d1f")

    for path, content in files.items():
        if isinstance(content, bytes):
            assert not [word for word in words if word in content], path
    assert "canary-4d1f" not in "".join(said)


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_a_plan_fits_its_published_schema(reference, environment):
    schema = json.loads((CHECKOUT / "schemas" / "v1" / "plan.json").read_text())
    plan = json.loads(reference[1][0][f"{environment}.json"])

    Draft202012Validator(schema).validate(plan)
    plan["body"]["operations"][0]["extra"] = True
    assert list(Draft202012Validator(schema).iter_errors(plan))


def test_judging_again_gives_the_same_evidence(judged, forks, tmp_path):
    root = shutil.copytree(judged, tmp_path / "county")
    shutil.rmtree(root / "evidence")

    forks.run("gate", "run", cwd=root).expect(0)

    assert contents(root / "evidence") == contents(judged / "evidence")
