"""Whoever touched a content before it got its file is found, however it came there."""

from __future__ import annotations

import re

import git
import pytest

from mlspec.vcs import Content, authors, names_of
from mlspec.vcs import _names as names_module

ANA, BEN = git.Actor("Ana", "ana@example.org"), git.Actor("Ben", "ben@example.org")


def model(name, *changes):
    lines = [f"purpose line {each}: says something of its own" for each in range(12)]
    for line in changes:
        lines[line] = "changed"
    return "\n".join(["kind: Model", "metadata:", f"  name: {name}", *lines, ""])


def holds(name):
    pattern = re.compile(rf"^  name: {name}$".encode(), re.MULTILINE)
    return lambda text: pattern.search(text) is not None


class Repository:
    """A repository whose commits are made by whole files."""

    def __init__(self, root):
        self.root = root
        self.git = git.Repo.init(root)

    def commit(self, author, message="change", **files):
        for name, text in files.items():
            path = self.root / (name.replace("__", "/") + ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text) if text is not None else path.unlink()
        self.git.git.add("--all")
        return self.git.index.commit(message, author=author, committer=author).hexsha

    def authors(self, file, name, since=(), templates=(), root=None):
        content = Content([file], holds(name), templates)
        found = names_of(root or self.root, content, since)
        assert found is not None
        return authors(root or self.root, found, since).addresses


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    made.commit(BEN, README="kind: Nothing\n")
    yield made
    made.git.close()


BOTH = ("ana@example.org", "ben@example.org")


def test_who_wrote_a_file_before_it_was_renamed_with_edits_is_an_author(repository):
    repository.commit(ANA, drafts__a=model("a"))
    repository.commit(BEN, drafts__a=None, specs__a=model("a", 1, 2))

    assert BOTH == repository.authors("specs/a.yaml", "a")


def test_a_file_is_followed_when_the_object_gets_another_name_with_it(repository):
    repository.commit(ANA, drafts__x=model("x"))
    repository.commit(BEN, drafts__x=None, drafts__y=model("y"))
    repository.commit(BEN, drafts__y=None, specs__a=model("a", 1))

    assert BOTH == repository.authors("specs/a.yaml", "a")


def test_who_wrote_what_was_copied_is_an_author_whether_or_not_it_was_touched(repository):
    repository.commit(ANA, drafts__x=model("x"))
    repository.commit(BEN, specs__a=model("a", 1))

    assert BOTH == repository.authors("specs/a.yaml", "a")


def test_a_copy_of_what_was_agreed_to_is_new(repository):
    repository.commit(ANA, specs__x=model("x"))
    repository.commit(BEN, specs__a=model("a", 1))

    assert BOTH[1:] == repository.authors("specs/a.yaml", "a", templates=["specs/x.yaml"])


def test_a_renamed_file_is_followed_even_if_its_name_is_that_of_a_template(repository):
    repository.commit(ANA, specs__x=model("x"))
    repository.commit(BEN, specs__x=None, specs__a=model("a", 1))

    assert BOTH == repository.authors("specs/a.yaml", "a", templates=["specs/x.yaml"])


def test_a_file_that_is_split_has_the_authors_of_the_whole(repository):
    others = "---\n".join(model(each) for each in ("b", "c", "d", "e"))
    repository.commit(ANA, specs__all=f"{others}---\n{model('a')}")
    repository.commit(BEN, specs__all=others, specs__a=model("a", *range(12)))

    assert BOTH == repository.authors("specs/a.yaml", "a")


def test_an_object_that_moved_between_files_that_stay_is_found_in_both(repository):
    repository.commit(BEN, specs__one=model("b"), specs__two=model("c"))
    base = repository.commit(BEN, specs__one=f"{model('b')}---\n{model('a')}")
    repository.commit(ANA, specs__one=f"{model('b')}---\n{model('a', 3)}")
    repository.commit(BEN, specs__one=model("b"), specs__two=f"{model('c')}---\n{model('a', 3)}")

    assert BOTH == repository.authors("specs/two.yaml", "a", [base])


def test_a_draft_that_replaces_a_spec_brings_its_authors(repository):
    base = repository.commit(BEN, specs__a=model("a"), drafts__a=model("a"))
    repository.commit(ANA, drafts__a=model("a", 5))
    repository.commit(BEN, drafts__a=None, specs__a=model("a", 5))

    assert BOTH == repository.authors("specs/a.yaml", "a", [base])


def test_files_of_other_objects_bring_nobody(repository):
    repository.commit(ANA, specs__b="kind: Model\nmetadata:\n  name: b\n", docs__a="a, b and c\n")
    repository.commit(BEN, specs__a=model("a"))

    assert BOTH[1:] == repository.authors("specs/a.yaml", "a")


def test_who_commits_a_record_about_an_object_is_no_author_of_it(repository):
    repository.commit(BEN, specs__a=model("a"))
    (repository.root / "approval.json").write_text(model("a"))
    repository.commit(ANA)

    assert BOTH[1:] == repository.authors("specs/a.yaml", "a")


def test_a_rename_on_a_branch_that_was_merged_is_followed(repository):
    main = repository.git.active_branch
    repository.git.create_head("side").checkout()
    repository.commit(ANA, drafts__x=model("x"))
    repository.commit(BEN, drafts__x=None, specs__a=model("a"))
    main.checkout()
    repository.commit(BEN, README="kind: Other\n")
    repository.git.git.execute(
        ["git", "-c", "user.name=Ben", "-c", "user.email=ben@example.org", "merge", "-q", "side"]
    )

    assert BOTH == repository.authors("specs/a.yaml", "a")


def test_a_workspace_in_a_folder_finds_what_came_from_outside_of_it(repository):
    repository.commit(ANA, drafts__a=model("a"))
    repository.commit(BEN, drafts__a=None, ml__specs__a=model("a", 1))

    root = repository.root / "ml"

    found = names_of(root, Content(["specs/a.yaml"], holds("a")))
    assert ("../drafts/a.yaml", "specs/a.yaml") == found
    assert BOTH == repository.authors("specs/a.yaml", "a", root=root)


def test_a_name_that_git_could_take_for_a_pattern_is_taken_as_it_is(repository):
    repository.commit(ANA, **{"drafts__[x]": model("x")})
    repository.commit(BEN, **{"drafts__[x]": None, "specs__[a]": model("a")})

    assert BOTH == repository.authors("specs/[a].yaml", "a")


@pytest.mark.parametrize("limit", ["_MOST_NAMES", "_MOST_TEXTS"])
def test_where_it_is_too_much_work_nothing_is_told(repository, monkeypatch, limit):
    repository.commit(ANA, drafts__a=model("a"))
    monkeypatch.setattr(names_module, limit, 0)

    assert names_of(repository.root, Content(["drafts/a.yaml"], holds("a"))) is None


def test_a_text_that_is_not_here_tells_nothing(repository):
    repository.commit(ANA, drafts__a=model("a"))
    blob = repository.git.head.commit.tree["drafts/a.yaml"].hexsha
    (repository.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    assert names_of(repository.root, Content(["drafts/a.yaml"], holds("a"))) is None


def test_outside_of_a_repository_nothing_is_told(tmp_path):
    assert names_of(tmp_path, Content(["a.yaml"], holds("a"))) is None
