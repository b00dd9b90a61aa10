"""The locks of a repository: the actions of its workflows, the image of its jobs."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from tests.cases.test_compile import CASES
from tests.e2e.commands import copy_workspace

from mlspec.api import compile_artifacts
from mlspec.api.build import DriftState
from mlspec.api.pins import read_locks
from mlspec.errors import UsageError
from mlspec.ir import IMAGE_FILE, PINS_FILE, Locks

SMALL = next(case for case in CASES if case.name == "batch-low-tier") / "input"
OLD, NEW = "actions/checkout@", "actions/checkout@" + "ab" * 20 + " # v99.1.0\n"


@pytest.fixture
def repository(tmp_path):
    root = copy_workspace(SMALL, tmp_path / "repository")
    assert compile_artifacts(root, "nightly").is_clean
    return root


def bump(file):
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(
        "".join(line.partition(OLD)[0] + NEW if OLD in line else line for line in lines)
    )


def test_a_bot_that_edits_all_files_leaves_nothing_to_compile(repository):
    subprocess.run(["git", "init", "--quiet", repository], check=True)
    (repository / ".gitignore").write_text("out/\n")
    shutil.rmtree(repository / "out")  # as in a clone
    for file in (repository / ".github").rglob("*.yml"):
        bump(file)

    assert compile_artifacts(repository, "nightly", check=True).is_clean


def test_a_bot_that_edits_the_lock_alone_leaves_workflows_to_compile(repository):
    bump(repository / PINS_FILE)

    drift = compile_artifacts(repository, "nightly", check=True).drift
    assert {DriftState.CHANGED} == {each.state for each in drift}
    assert {"/.github/workflows/mlspec.yml", "/.github/workflows/mlspec-watch.yml"} <= {
        each.path for each in drift
    }

    assert compile_artifacts(repository, "nightly").is_clean
    assert NEW in (repository / ".github/workflows/mlspec.yml").read_text()


def test_a_bot_that_edits_a_workflow_alone_is_taken_back_from_the_lock(repository):
    bump(repository / ".github/workflows/mlspec.yml")

    assert compile_artifacts(repository, "nightly").is_clean
    assert NEW not in (repository / ".github/workflows/mlspec.yml").read_text()


def test_without_a_lock_there_are_no_pins(tmp_path):
    assert Locks() == read_locks(tmp_path)


def test_each_lock_is_read_from_its_file(tmp_path):
    for name in (PINS_FILE, IMAGE_FILE):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"# {name}\n")

    assert Locks(f"# {PINS_FILE}\n", f"# {IMAGE_FILE}\n") == read_locks(tmp_path)


@pytest.mark.parametrize("name", [PINS_FILE, IMAGE_FILE])
@pytest.mark.parametrize("content", [b"\xff", b"#" * (1 << 16) + b"#"])
def test_a_lock_that_is_no_short_text_is_refused(tmp_path, content, name):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UsageError, match=re.escape(name)):
        read_locks(tmp_path)


@pytest.mark.parametrize("name", [PINS_FILE, IMAGE_FILE])
def test_a_lock_that_is_a_link_out_of_the_repository_is_refused(tmp_path, name):
    (tmp_path / "outside.yml").write_text("runs:\n")
    (tmp_path / "repository" / name).parent.mkdir(parents=True)
    (tmp_path / "repository" / name).symlink_to(tmp_path / "outside.yml")

    with pytest.raises(UsageError, match="is a link out of the repository"):
        read_locks(tmp_path / "repository")
