"""A commit can't choose the registry: what was in force stays what an apply is held to."""

from __future__ import annotations

import pytest
from tests.e2e.commands import edit
from tests.unit.registry.remotes import git

from mlspec.api import open_session
from mlspec.api.naming import registry_before

HOME = "mlspec.yaml"
NAMED = "names another registry than before"


@pytest.fixture
def shared(shop, tmp_path):
    """The scaffold in a repository that knows two remotes; nothing is applied."""
    git(shop, "init", "-q", "--initial-branch=main")
    for name in ("origin", "upstream"):
        git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", tmp_path / f"{name}.git")
        git(shop, "remote", "add", name, f"file://{tmp_path / name}.git")
    return shop


@pytest.fixture
def applied(mlspec, shared):
    """The state of `staging` is on `origin`, as all commits that are pushed say."""
    name(shared, "embedded", "git")
    apply(mlspec, shared).expect(0)
    return shared


def name(folder, before, after):
    """Commit and push that the registry has another backend, path or remote."""
    edit(folder / HOME, f"backend: {before}", f"backend: {after}")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", after)
    git(folder, "push", "-q", "origin", "HEAD:main")


def clone(shop, folder, *options):
    """Return a clone that has seen no state yet; it knows both remotes."""
    git(shop.parent, "clone", "-q", *options, git(shop, "remote", "get-url", "origin"), folder)
    git(folder, "remote", "add", "upstream", git(shop, "remote", "get-url", "upstream"))
    return folder


def apply(mlspec, folder, registry=""):
    env = {"MLSPEC_REGISTRY": registry}
    return mlspec("apply", "--auto", "--env", "staging", cwd=folder, env=env)


UPSTREAM = "git\n    remote: upstream"


@pytest.mark.parametrize("after", [UPSTREAM, "git\n    remote: .", "embedded"])
@pytest.mark.parametrize("depth", [(), ("--depth=1",)])
def test_a_fresh_clone_refuses_what_a_commit_names(mlspec, applied, tmp_path, after, depth):
    name(applied, "git", after)
    runner = clone(applied, tmp_path / "runner", *depth)

    apply(mlspec, runner).refused(13, NAMED, "the git remote `origin` holds the state of `staging`")

    assert "" == git(tmp_path / "upstream.git", "for-each-ref")
    assert not (runner / ".mlspec").exists()


def test_a_plan_says_first_that_it_is_of_another_registry(mlspec, applied, tmp_path):
    name(applied, "git", UPSTREAM)
    runner = clone(applied, tmp_path / "runner")

    assert "ANOTHER REGISTRY" in mlspec("plan", "--env", "staging", cwd=runner).expect(0).out
    (tmp_path / "origin.git").rename(tmp_path / "away.git")
    assert "ANOTHER REGISTRY" in mlspec("plan", "--env", "staging", cwd=runner).expect(0).out


def test_a_change_that_is_not_committed_is_refused(mlspec, applied):
    edit(applied / HOME, "backend: git", f"backend: {UPSTREAM}")

    apply(mlspec, applied).refused(13, NAMED)


def test_a_change_back_and_forth_hides_nothing(mlspec, applied, tmp_path):
    name(applied, "git", "embedded")
    name(applied, "embedded", UPSTREAM)

    apply(mlspec, clone(applied, tmp_path / "runner")).refused(13, NAMED)


def test_the_variable_says_which_one_is_meant(mlspec, applied, tmp_path):
    name(applied, "git", UPSTREAM)
    runner = clone(applied, tmp_path / "runner")

    apply(mlspec, runner, "git:upstream").expect(0)

    assert git(tmp_path / "upstream.git", "for-each-ref", "refs/mlspec/state/staging")


def test_what_was_named_before_but_holds_nothing_stands_in_nobodys_way(mlspec, applied, tmp_path):
    name(applied, "git", UPSTREAM)
    git(tmp_path / "origin.git", "update-ref", "-d", "refs/mlspec/state/staging")

    apply(mlspec, clone(applied, tmp_path / "runner")).expect(0)


def test_a_remote_that_is_gone_from_the_clone_is_no_registry_any_more(mlspec, applied, tmp_path):
    name(applied, "git", UPSTREAM)
    runner = clone(applied, tmp_path / "runner")
    git(runner, "remote", "rename", "origin", "elsewhere")

    apply(mlspec, runner).expect(0)


def test_one_that_can_not_be_asked_is_69_and_named(mlspec, applied, tmp_path):
    name(applied, "git", UPSTREAM)
    runner = clone(applied, tmp_path / "runner")
    (tmp_path / "origin.git").rename(tmp_path / "away.git")

    done = apply(mlspec, runner).expect(69)

    assert "`mlspec.yaml` named it before, so it may hold what is in force" in done.err
    assert "" == git(tmp_path / "upstream.git", "for-each-ref")


def test_a_file_of_this_machine_is_not_left_for_another_one_either(mlspec, shared):
    name(shared, "embedded", "embedded # the file stays")
    apply(mlspec, shared).expect(0)
    edit(shared / HOME, ".mlspec/registry.db", ".mlspec/other.db")

    apply(mlspec, shared).refused(13, "the `embedded` registry `.mlspec/registry.db` holds")

    assert not (shared / ".mlspec" / "other.db").exists()


def test_an_environment_that_was_never_applied_may_start_anywhere(applied):
    name(applied, "git", UPSTREAM)

    assert "" == registry_before(open_session(applied), "prod")
    assert "the git remote `origin`" == registry_before(open_session(applied), "staging")
