"""What files said at a commit is told by their bytes, whatever is checked out now."""

from __future__ import annotations

import git
import pytest

from mlspec.canonical import digest_bytes
from mlspec.vcs import digests_at

SUFFIXES = (".yaml",)


@pytest.fixture
def repository(tmp_path):
    with git.Repo.init(tmp_path) as made:
        (tmp_path / "ml" / "specs" / "deep").mkdir(parents=True)
        (tmp_path / "ml" / "mlspec.yaml").write_text("home")
        (tmp_path / "ml" / "specs" / "a.yaml").write_text("a")
        (tmp_path / "ml" / "specs" / "deep" / "ü b.yaml").write_text("b")
        (tmp_path / "ml" / "specs" / "notes.txt").write_text("n")
        (tmp_path / "ml" / "specs" / "link.yaml").symlink_to("a.yaml")
        made.git.add("-A")
        author = git.Actor("Ana", "ana@example.org")
        made.index.commit("first", author=author, committer=author)
        yield made


def test_files_of_a_commit_are_digested_by_their_path_from_the_workspace(repository, tmp_path):
    root, commit = tmp_path / "ml", repository.head.commit.hexsha
    (root / "specs" / "a.yaml").write_text("changed since")

    assert {
        "mlspec.yaml": digest_bytes(b"home"),
        "specs/a.yaml": digest_bytes(b"a"),
        "specs/deep/ü b.yaml": digest_bytes(b"b"),
    } == digests_at(root, commit, ["mlspec.yaml", "specs", "missing"], SUFFIXES)


@pytest.mark.parametrize("commit", ["f" * 40, "HEAD", "main", "--output=x", "", "a" * 39])
def test_what_is_no_commit_here_is_none(repository, tmp_path, commit):
    assert digests_at(tmp_path, commit, ["."], SUFFIXES) is None


def test_outside_of_a_repository_there_is_none(tmp_path):
    assert digests_at(tmp_path, "a" * 40, ["."], SUFFIXES) is None
