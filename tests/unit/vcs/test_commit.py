"""The commit is read where there is one; nothing about git can fail a command."""

from __future__ import annotations

import subprocess
import sys

import git
import pytest

from mlspec.vcs import head_commit


@pytest.fixture
def repository(tmp_path):
    with git.Repo.init(tmp_path) as made:
        (tmp_path / "specs").mkdir()
        (tmp_path / "specs" / "a.yaml").write_text("kind: Team\n")
        made.index.add(["specs/a.yaml"])
        author = git.Actor("Ana", "ana@example.org")
        made.index.commit("first", author=author, committer=author)
        yield made


def test_a_clean_checkout_has_its_commit(repository, tmp_path):
    commit = head_commit(tmp_path)

    assert (repository.head.commit.hexsha, False) == (commit.id, commit.dirty)


def test_a_folder_of_the_checkout_has_the_same_commit(repository, tmp_path):
    assert repository.head.commit.hexsha == head_commit(tmp_path / "specs").id


def test_a_changed_file_and_a_new_file_make_it_dirty(repository, tmp_path):
    (tmp_path / "specs" / "a.yaml").write_text("kind: Model\n")
    assert head_commit(tmp_path).dirty

    repository.git.checkout("specs/a.yaml")
    assert not head_commit(tmp_path).dirty

    (tmp_path / "specs" / "b.yaml").write_text("kind: Model\n")
    assert head_commit(tmp_path).dirty


def test_only_the_paths_that_were_asked_for_count(repository, tmp_path):
    (tmp_path / "plan.json").write_text("{}")

    assert not head_commit(tmp_path, ["specs", "mlspec.yaml"]).dirty


def test_no_repository_and_no_commit_are_none(tmp_path):
    assert head_commit(tmp_path) is None
    git.Repo.init(tmp_path).close()
    assert head_commit(tmp_path) is None
    assert head_commit(tmp_path / "missing") is None


def test_a_broken_repository_is_none(repository, tmp_path):
    (tmp_path / ".git" / "HEAD").write_text("nonsense")

    assert head_commit(tmp_path) is None


def test_a_repository_cannot_name_a_program_to_run(repository, tmp_path):
    hook = tmp_path / ".git" / "monitor"
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path / 'ran'}'\n")
    hook.chmod(0o755)
    with repository.config_writer() as config:
        config.set_value("core", "fsmonitor", str(hook))

    head_commit(tmp_path)

    assert not (tmp_path / "ran").exists()


def test_without_a_git_program_there_is_no_commit(repository, tmp_path):
    script = (
        "import sys; from pathlib import Path; from mlspec.vcs import head_commit;"
        "assert 'git' not in sys.modules; print(head_commit(Path(sys.argv[1])))"
    )
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )

    assert done.stdout == "None\n"
