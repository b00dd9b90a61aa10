"""Objects are read in bulk and in order, whatever their size, and damage is never silence."""

from __future__ import annotations

import subprocess

import pytest
from tests.unit.registry.remotes import git

from mlspec.vcs import FOLDER, Draft, GitError, Objects, entries, write_commits


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    return tmp_path


def commit(repository, files, **changes):
    fields = {"parent": "", "message": "made\n", "at": 1_700_000_000} | changes
    (made,) = write_commits(repository, [Draft(files=files, **fields)])
    return made


def test_many_and_large_files_come_back_in_the_order_they_were_asked_for(repository):
    files = {f"a/{number}": str(number).encode() * 3 for number in range(3000)}
    files["large"] = bytes(range(256)) * 20_000
    made = commit(repository, files)
    names = [f"{made}:{path}" for path in sorted(files)]

    with Objects(repository) as objects:
        found = list(objects.read([*names, f"{made}:none", f"{made}:a/none", "0" * 40]))

    assert [files[path] for path in sorted(files)] == [each.content for each in found[:-3]]
    assert [None, None, None] == found[-3:]


def test_a_tree_lists_names_modes_and_ids(repository):
    made = commit(repository, {"b.txt": b"b", "a/c": b"c"})

    with Objects(repository) as objects:
        listed = list(entries(objects.one(f"{made}^{{tree}}")))

    assert [("a", FOLDER), ("b.txt", "100644")] == [(each.name, each.mode) for each in listed]
    assert git(repository, "rev-parse", f"{made}:b.txt") == listed[1].id


def test_a_damaged_object_is_none_and_a_missing_repository_an_error(repository):
    made = commit(repository, {"a": b"text"})
    id_ = git(repository, "rev-parse", f"{made}:a")
    file = repository / ".git/objects" / id_[:2] / id_[2:]
    file.chmod(0o644)
    file.write_bytes(b"garbage")

    with Objects(repository) as objects:
        assert objects.one(id_) is None
    with Objects(repository / "none") as objects, pytest.raises(GitError) as caught:
        objects.one(id_)
    assert caught.value.says("No such file")


def test_a_reader_that_is_left_early_leaves_no_process(repository):
    made = commit(repository, {"a": b"x" * 1_000_000, "b": b"y"})

    with Objects(repository) as objects:
        next(objects.read([f"{made}:a", f"{made}:b"]))
        process = objects._process  # noqa: SLF001

    assert process.returncode is not None


def test_the_same_draft_is_the_same_commit_and_no_ref_leads_to_it(repository):
    first = commit(repository, {"a": b"1"})

    assert first == commit(repository, {"a": b"1"})
    assert "" == git(repository, "for-each-ref")
    assert "mlspec 1700000000 mlspec 1700000000" == git(
        repository, "log", "-1", "--format=%an %at %cn %ct", first
    )


def test_files_are_written_over_those_of_the_parent_or_stand_alone(repository):
    parent = commit(repository, {"a": b"1", "b": b"2", "c/d": b"3"})

    over = commit(repository, {"a": b"new", "b": None}, parent=parent)
    alone = commit(repository, {"e": b"5"}, parent=parent, is_whole=True)

    assert ["a", "c/d"] == git(repository, "ls-tree", "-r", "--name-only", over).splitlines()
    assert ["e"] == git(repository, "ls-tree", "-r", "--name-only", alone).splitlines()
    assert parent == git(repository, "rev-parse", f"{alone}^")


def test_names_of_runs_that_were_killed_are_tidied_away(repository):
    left = commit(repository, {"a": b"1"})
    git(repository, "update-ref", "refs/mlspec/making/left", left)

    commit(repository, {"a": b"2"})

    assert "" == git(repository, "for-each-ref")


@pytest.mark.parametrize("parent", ["1" * 40, "not a commit"])
def test_a_parent_that_is_not_there_is_an_error(repository, parent):
    with pytest.raises(GitError):
        commit(repository, {"a": b"1"}, parent=parent)

    assert "" == git(repository, "for-each-ref")


@pytest.mark.parametrize("name", ['"quoted"', "back\\slash", "é 漢", "new\nline", " blank ", "-x"])
def test_any_name_of_a_file_comes_back(repository, name):
    made = commit(repository, {name: b"1"})

    with Objects(repository) as objects:
        assert [name] == [each.name for each in entries(objects.one(f"{made}^{{tree}}"))]


def test_no_work_tree_is_needed(tmp_path):
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "bare"], check=True)

    assert commit(tmp_path / "bare", {"a": b"1"})
