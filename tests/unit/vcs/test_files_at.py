"""Files at a commit, read without a checkout: by name, bounded, no links."""

from __future__ import annotations

import pytest
from tests.unit.registry.remotes import git

from mlspec.vcs import GitError, TooMuchError, content_at

MOST = (100, 1000)


@pytest.fixture
def root(tmp_path):
    for name in ("a.txt", "deep/b.txt", "deep/er/c.txt", "deep/d.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (tmp_path / "deep" / "link.txt").symlink_to("../a.txt")
    (tmp_path / "linked").symlink_to("deep")
    git(tmp_path, "init", "-q", "--initial-branch=main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    return tmp_path


def head(root):
    return git(root, "rev-parse", "HEAD")


def everything(path):
    return True


def test_files_are_found_below_a_folder_by_their_path_from_there(root):
    found = content_at(root, head(root), "deep", everything, MOST)

    assert {"b.txt": b"deep/b.txt", "er/c.txt": b"deep/er/c.txt", "d.md": b"deep/d.md"} == found
    assert {"c.txt"} == {*content_at(root, head(root), "deep/er", everything, MOST)}
    assert "a.txt" in content_at(root, head(root), "", everything, MOST)


def test_only_what_is_wanted_is_entered_and_read(root):
    asked = []

    def wanted(path):
        asked.append(path)
        return path.endswith(".txt")

    assert {"a.txt"} == {*content_at(root, head(root), "", wanted, MOST)}
    assert "deep/" in asked
    assert "linked@" in asked
    assert not any(each.startswith("deep/") and each != "deep/" for each in asked)


def test_what_was_changed_since_is_not_seen(root):
    commit = head(root)
    (root / "a.txt").write_text("another")
    git(root, "commit", "-q", "-a", "-m", "two")

    assert b"a.txt" == content_at(root, commit, "", everything, MOST)["a.txt"]


@pytest.mark.parametrize("folder", ["absent", "a.txt", "linked", "deep/..", "..", "deep/absent"])
def test_what_is_no_folder_holds_nothing(root, folder):
    assert content_at(root, head(root), folder, everything, MOST) is None


@pytest.mark.parametrize("commit", ["HEAD", "main", "-h", "a" * 40, "", "a" * 39, "A" * 40])
def test_a_commit_is_named_by_its_whole_id(root, commit):
    assert content_at(root, commit, "", everything, MOST) is None


@pytest.mark.parametrize("most", [(3, 1000), (100, 20)])
def test_more_than_was_asked_for_is_refused(root, most):
    with pytest.raises(TooMuchError):
        content_at(root, head(root), "", everything, most)


def test_without_a_repository_git_gives_up(tmp_path):
    with pytest.raises(GitError):
        content_at(tmp_path, "a" * 40, "", everything, MOST)
