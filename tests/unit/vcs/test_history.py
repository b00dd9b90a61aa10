"""Who changed what: the facts come from commits, and nobody talks their way out of them."""

from __future__ import annotations

import git
import pytest

from mlspec.errors import UsageError
from mlspec.vcs import authors, changed_since, committed_at, files_at, own_address

ANA = git.Actor("Ana", "Ana@Example.org")
BEN = git.Actor("Ben", "ben@example.org")


class Repository:
    """A repository with one folder of specs."""

    def __init__(self, root):
        self.root = root
        self.git = git.Repo.init(root)
        (root / "specs").mkdir()

    def commit(self, file, author, message="change", at="1795161600 +0200"):
        path = self.root / file
        path.write_text(f"{path.read_text() if path.exists() else ''}# {author.name}\n")
        self.git.index.add([file])
        dates = {"author_date": at, "commit_date": at}
        return self.git.index.commit(message, author=author, committer=author, **dates).hexsha


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    made.commit("specs/a.yaml", ANA)
    yield made
    made.git.close()


def test_the_time_of_the_commit_is_told_in_utc(repository):
    assert committed_at(repository.root) == "2026-11-20T08:00:00Z"


def test_authors_are_those_whose_commits_touched_the_specs_since(repository):
    base = repository.git.head.commit.hexsha
    repository.commit("specs/a.yaml", BEN)
    repository.commit("README.md", ANA)

    found = authors(repository.root, ["specs"], [base])

    assert (("ben@example.org",), True) == (found.addresses, found.is_complete)


def test_co_authors_are_authors(repository):
    base = repository.git.head.commit.hexsha
    trailers = "Co-authored-by: Cy <CY@example.org>\nCo-Authored-By: Di <di@example.org>"
    repository.commit("specs/a.yaml", BEN, f"change\n\n{trailers}\n")

    found = authors(repository.root, ["specs"], [base])

    assert ("ben@example.org", "cy@example.org", "di@example.org") == found.addresses


def test_a_mailmap_in_the_tree_makes_nobody_somebody_else(repository):
    base = repository.git.head.commit.hexsha
    (repository.root / ".mailmap").write_text("Ana <ana@example.org> <ben@example.org>\n")
    repository.commit("specs/a.yaml", BEN)

    assert authors(repository.root, ["specs"], [base]).addresses == ("ben@example.org",)


def test_of_several_starts_the_oldest_decides(repository):
    first = repository.git.head.commit.hexsha
    second = repository.commit("specs/a.yaml", BEN)
    repository.commit("specs/a.yaml", ANA)

    assert authors(repository.root, ["specs"], [second]).addresses == ("ana@example.org",)
    both = ("ana@example.org", "ben@example.org")
    assert authors(repository.root, ["specs"], [second, first]).addresses == both


def test_without_a_start_everybody_who_touched_the_files_is_an_author(repository):
    repository.commit("specs/b.yaml", BEN)

    found = authors(repository.root, ["specs/a.yaml"])

    assert (("ana@example.org",), True) == (found.addresses, found.is_complete)


def test_a_history_that_is_cut_off_is_not_complete(repository, tmp_path_factory):
    base = repository.git.head.commit.hexsha
    repository.commit("specs/a.yaml", BEN)
    shallow = tmp_path_factory.mktemp("clone") / "shallow"
    git.Repo.clone_from(f"file://{repository.root}", shallow, depth=1).close()

    for since in ([], [base]):
        found = authors(shallow, ["specs"], since)
        assert (("ben@example.org",), False) == (found.addresses, found.is_complete)


@pytest.mark.parametrize("since", ["", "0" * 40, "HEAD~0", "--output=x", "not a commit"])
def test_an_unknown_start_leaves_the_authors_of_the_newest_commit(repository, since):
    repository.commit("README.md", BEN)

    found = authors(repository.root, ["specs"], [since])

    assert (("ben@example.org",), False) == (found.addresses, found.is_complete)


def test_changed_files_are_those_since_the_histories_parted(repository):
    repository.git.create_head("base")
    repository.commit("specs/b.yaml", ANA)
    (repository.root / "specs" / "new one.yaml").write_text("kind: Team\n")
    (repository.root / "specs" / "a.yaml").unlink()
    repository.commit("README.md", ANA)

    changed = changed_since(repository.root, "base", ["specs"])

    assert {"specs/a.yaml", "specs/b.yaml", "specs/new one.yaml"} == changed


def test_files_are_named_from_the_workspace_in_a_folder_of_the_repository(repository):
    folder = repository.root / "ml"
    (folder / "specs").mkdir(parents=True)
    repository.git.create_head("base")
    repository.commit("ml/specs/c.yaml", ANA)

    assert changed_since(folder, "base", ["specs"]) == {"specs/c.yaml"}


@pytest.mark.parametrize("reference", ["missing", "--output=x", "", "HEAD:specs"])
def test_a_reference_that_is_no_commit_is_refused(repository, reference):
    with pytest.raises(UsageError):
        changed_since(repository.root, reference, ["specs"])
    assert not (repository.root / "x").exists()


def test_a_history_without_a_common_start_is_refused(repository):
    main = repository.git.active_branch.name
    repository.git.git.checkout("--orphan", "other")
    repository.commit("specs/o.yaml", BEN)

    with pytest.raises(UsageError, match="no common history"):
        changed_since(repository.root, main, ["specs"])


def test_the_own_address_is_that_of_the_configuration(repository):
    with repository.git.config_writer() as config:
        config.set_value("user", "email", "Ed@Example.org")

    assert own_address(repository.root) == "ed@example.org"


def test_without_a_repository_nothing_is_known(tmp_path):
    assert committed_at(tmp_path) == ""
    assert authors(tmp_path, ["specs"]).addresses == ()


@pytest.fixture
def beside(repository, tmp_path_factory):
    """Return a clone whose history is whole but for the branch that was merged, and the start."""
    work = repository.git
    main, base = work.active_branch.name, work.head.commit.hexsha
    work.git.checkout("-q", "-b", "side")
    repository.commit("specs/a.yaml", BEN)
    repository.commit("README.md", ANA)
    side = work.head.commit.hexsha
    work.git.checkout("-q", main)
    people = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
    git.Git(repository.root).execute(["git", *people, "merge", "-q", "--no-ff", "-m", "m", "side"])
    work.git.config("uploadpack.allowAnySHA1InWant", "true")
    clone = tmp_path_factory.mktemp("clone") / "beside"
    git.Repo.clone_from(f"file://{repository.root}", clone).close()
    git.Git(clone).fetch("-q", "--depth=1", "origin", side)
    return clone, base


def test_a_history_that_is_cut_off_beside_the_start_is_not_complete(beside):
    clone, base = beside

    assert not authors(clone, ["specs"], [base]).is_complete


def test_a_history_that_is_cut_off_before_the_start_is_complete(repository, tmp_path_factory):
    base = repository.commit("specs/a.yaml", ANA)
    repository.commit("specs/a.yaml", BEN)
    clone = tmp_path_factory.mktemp("clone") / "deep"
    git.Repo.clone_from(f"file://{repository.root}", clone, depth=2).close()

    found = authors(clone, ["specs"], [base])

    assert (("ben@example.org",), True) == (found.addresses, found.is_complete)


def test_committers_are_authors_but_forges_are_not(repository):
    base = repository.git.head.commit.hexsha
    (repository.root / "specs" / "a.yaml").write_text("# another\n")
    repository.git.index.add(["specs/a.yaml"])
    forge = git.Actor("GitHub", "noreply@github.com")
    repository.git.index.commit("by hand", author=ANA, committer=BEN)
    both = ("ana@example.org", "ben@example.org")
    assert authors(repository.root, ["specs"], [base]).addresses == both

    base = repository.git.head.commit.hexsha
    (repository.root / "specs" / "a.yaml").write_text("# merged\n")
    repository.git.index.add(["specs/a.yaml"])
    repository.git.index.commit("on the page", author=ANA, committer=forge)
    assert authors(repository.root, ["specs"], [base]).addresses == ("ana@example.org",)


def test_replaced_commits_and_grafts_hide_nobody(repository):
    base = repository.git.head.commit.hexsha
    repository.commit("specs/a.yaml", BEN)
    last = repository.commit("specs/a.yaml", ANA)
    repository.git.git.replace("--graft", last, base)
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "grafts").write_text(f"{last} {base}\n")

    both = ("ana@example.org", "ben@example.org")
    assert authors(repository.root, ["specs"], [base]).addresses == both


def test_files_at_commits_are_those_that_all_of_them_have(repository):
    first = repository.git.head.commit.hexsha
    second = repository.commit("specs/b.yaml", BEN)
    files = ["specs/a.yaml", "specs/b.yaml", "specs/c.yaml"]

    assert files_at(repository.root, [second], files) == {"specs/a.yaml", "specs/b.yaml"}
    assert files_at(repository.root, [first, second], files) == {"specs/a.yaml"}
    assert files_at(repository.root, ["--output=x"], files) == frozenset()
