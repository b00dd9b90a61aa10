"""Packs from a folder and from git: what the lock names, nothing else, and nothing is fetched."""

from __future__ import annotations

import os
import subprocess

import pytest
from tests.unit.policy.packs import HOME, proof, rule

from mlspec.api.pack_sources import PACKS_FOLDER, fetched, installed, keep_pack
from mlspec.errors import OutputError, UsageError
from mlspec.kinds.policy_binding import PackSource, PolicyBindingSpec
from mlspec.policy import LockedPack, Origin, read_pack_folder, shipped_packs


def git(root, *arguments):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "a"), ("EMAIL", "a@example.org"))
        },
    }
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, capture_output=True, check=True, text=True
    )
    return done.stdout.strip()


def write(folder, **files):
    for name, text in {"pack.yaml": HOME, "rules/all.yaml": rule(), **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.fixture
def packs(tmp_path):
    """A repository whose tag `v1` has one rule, and whose branch has two."""
    root = tmp_path / "packs"
    write(root / "house", **{"tests/all.test.yaml": proof()})
    git(root, "init", "-q", "--initial-branch=main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    git(root, "tag", "v1")
    git(root, "tag", "-a", "signed", "-m", "annotated")
    write(root / "house", **{"rules/more.yaml": rule("HOUSE-002")})
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "two")
    return root


@pytest.fixture
def workspace(tmp_path, packs):
    root = tmp_path / "workspace"
    root.mkdir()
    git(root, "init", "-q", "--initial-branch=main")
    git(root, "remote", "add", "policies", str(packs))
    return root


def source(ref="v1", repository="policies", folder="house"):
    return PackSource.model_validate({"repository": repository, "ref": ref, "folder": folder})


def binding(stated=None, name="house"):
    return PolicyBindingSpec.model_validate(
        {"pack": name, "version": "2026.11.0", "source": stated}
    )


def locked(files, origin):
    return {"house": LockedPack("house", "2026.11.0", files.digest, origin)}


RULES = {"v1": 1, "signed": 1, "main": 2}


@pytest.mark.parametrize("ref", RULES)
@pytest.mark.parametrize("by", ["remote", "path", "relative", "url"])
def test_a_tag_or_branch_of_a_remote_path_or_url_is_fetched(workspace, packs, ref, by):
    named = {"remote": "policies", "path": str(packs), "relative": "../packs"}
    repository = named.get(by, f"file://{packs}")
    files, origin = fetched(workspace, source(ref, repository))

    assert RULES[ref] == sum(name.startswith("rules/") for name in files.content)
    assert origin.commit in git(packs, "rev-parse", ref, f"{ref}^{{commit}}").split()
    assert (repository, ref, "house") == (origin.repository, origin.ref, origin.folder)


def test_a_commit_is_fetched_by_its_id(workspace, packs):
    commit = git(packs, "rev-parse", "v1")
    git(packs, "config", "uploadpack.allowAnySHA1InWant", "true")
    files, origin = fetched(workspace, source(commit))

    assert {"pack.yaml", "rules/all.yaml", "tests/all.test.yaml"} == {*files.content}
    assert commit == origin.commit


def test_what_was_fetched_is_the_folder_at_that_ref(workspace, packs):
    git(packs, "checkout", "-q", "v1")
    files, _ = fetched(workspace, source())

    assert read_pack_folder(packs / "house", "house").digest == files.digest


def test_nothing_of_the_clone_changes_but_a_private_ref(workspace):
    before = (workspace / ".git" / "config").read_bytes()
    fetched(workspace, source())

    assert before == (workspace / ".git" / "config").read_bytes()
    assert not (workspace / ".git" / "FETCH_HEAD").exists()
    refs = git(workspace, "for-each-ref", "--format=%(refname)").splitlines()
    assert all(each.startswith("refs/mlspec/seen/") for each in refs)


HOSTILE = {
    "an option as repository": ({"repository": "--upload-pack=touch x"}, "no repository"),
    "a helper as repository": ({"repository": "ext::sh -c touch% x"}, "no repository"),
    "a line in the repository": ({"repository": "a\nb"}, "no repository"),
    "an option as ref": ({"ref": "--output=x"}, "needs a `ref`"),
    "a refspec": ({"ref": "+refs/heads/*:refs/heads/*"}, "needs a `ref`"),
    "a range": ({"ref": "v1..main"}, "needs a `ref`"),
    "a parent": ({"ref": "main~1"}, "needs a `ref`"),
    "an expression": ({"ref": "main@{0}"}, "needs a `ref`"),
    "a way out of the tree": ({"folder": "../house"}, "leads out"),
    "no such tag": ({"ref": "v9"}, "no tag or branch `v9`"),
    "no such folder": ({"folder": "absent"}, "holds no `pack.yaml`"),
    "a file as folder": ({"folder": "house/pack.yaml"}, "holds no `pack.yaml`"),
    "the top": ({"folder": "."}, "leads out"),
    "no such remote": ({"repository": "elsewhere"}, "can't be read"),
    "no such path": ({"repository": "/nowhere/at/all"}, "can't be read"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_be_taken_for_something_else_is_refused(workspace, name):
    parts, said = HOSTILE[name]
    with pytest.raises(UsageError, match=said):
        fetched(workspace, source(**parts))

    assert [".git"] == [each.name for each in workspace.iterdir()]


def test_links_in_the_repository_are_refused(workspace, packs, tmp_path):
    (tmp_path / "secret.yaml").write_text(rule("HOUSE-009"))
    (packs / "house" / "rules" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (packs / "linked").symlink_to(packs / "house")
    git(packs, "add", "-A")
    git(packs, "commit", "-q", "-m", "links")

    with pytest.raises(UsageError, match=r"`rules/link.yaml` of a pack is a link"):
        fetched(workspace, source("main"))
    with pytest.raises(UsageError, match=r"holds no `pack.yaml`"):
        fetched(workspace, source("main", folder="linked"))


def test_outside_of_a_repository_nothing_is_fetched(tmp_path, packs):
    (tmp_path / "bare").mkdir()
    with pytest.raises(UsageError, match="can't be read"):
        fetched(tmp_path / "bare", source(repository=str(packs)))


def test_evaluation_reads_what_was_installed_and_the_repository_no_more(workspace, packs):
    files, origin = fetched(workspace, source())
    keep_pack(workspace, files)
    packs.rename(packs.with_name("gone"))
    found = installed(workspace, binding(source()), locked(files, origin))

    assert files.content == found.content
    assert files.digest == found.digest


@pytest.mark.parametrize("lost", ["lock", "line", "cache"])
def test_what_is_not_installed_says_what_to_run(workspace, lost):
    files, origin = fetched(workspace, source())
    if lost != "cache":
        keep_pack(workspace, files)
    lock = {"lock": None, "line": {}, "cache": locked(files, origin)}[lost]
    with pytest.raises(UsageError) as told:
        installed(workspace, binding(source()), lock)

    wanted = "policy install" if lost == "cache" else "policy lock"
    assert wanted in (told.value.hint or "")


@pytest.mark.parametrize("other", ["ref", "repository", "folder"])
def test_a_lock_of_another_place_is_not_taken(workspace, other):
    files, origin = fetched(workspace, source())
    keep_pack(workspace, files)
    stated = source(**{other: "main"})
    with pytest.raises(UsageError, match="another repository, ref or folder"):
        installed(workspace, binding(stated), locked(files, origin))


def test_a_cache_that_was_changed_has_another_digest(workspace):
    files, origin = fetched(workspace, source())
    place = keep_pack(workspace, files)
    (place / "rules" / "all.yaml").write_text(rule(require="true"))
    found = installed(workspace, binding(source()), locked(files, origin))

    assert files.digest != found.digest  # and so the lock tells: `changed-pack`
    assert files.digest == read_pack_folder(keep_pack(workspace, files), "again").digest


@pytest.mark.parametrize(
    "digest", ["", "sha256:../../etc", "sha256:" + "a" * 63, "md5:" + "a" * 64]
)
def test_a_digest_that_is_none_leads_nowhere(workspace, digest):
    origin = Origin("policies", "v1", "house", "a" * 40)
    lock = {"house": LockedPack("house", "2026.11.0", digest, origin)}
    with pytest.raises(UsageError, match="not installed"):
        installed(workspace, binding(source()), lock)


def test_packs_are_not_kept_through_a_link(workspace, tmp_path):
    files, _ = fetched(workspace, source())
    (tmp_path / "outside").mkdir()
    (workspace / ".mlspec").mkdir()
    (workspace / PACKS_FOLDER).symlink_to(tmp_path / "outside")
    with pytest.raises(OutputError, match="can't be written"):
        keep_pack(workspace, files)

    assert [] == [*(tmp_path / "outside").iterdir()]


def test_a_folder_of_the_workspace_is_read(workspace):
    write(workspace / "policies" / "house")

    assert "pack.yaml" in installed(workspace, binding({"folder": "policies/house"}), None).content


@pytest.mark.parametrize("folder", ["..", "../packs/house", "policies/.."])
def test_a_folder_does_not_lead_out_of_the_workspace(workspace, folder):
    (workspace / "policies").mkdir()
    with pytest.raises(UsageError, match=r"leads out of the workspace|holds no `pack.yaml`"):
        installed(workspace, binding({"folder": folder}), None)


def test_a_link_does_not_lead_out_of_the_workspace(workspace, packs):
    (workspace / "house").symlink_to(packs / "house")
    with pytest.raises(UsageError, match="leads out of the workspace"):
        installed(workspace, binding({"folder": "house"}), None)


@pytest.mark.parametrize("stated", [{}, {"ref": "v1"}, {"folder": "a", "ref": "v1"}])
def test_a_source_has_to_say_where(workspace, stated):
    with pytest.raises(UsageError, match="source of the pack"):
        installed(workspace, binding(stated), None)


def test_a_pack_that_is_not_shipped_says_which_are(workspace):
    with pytest.raises(UsageError, match="ships no pack `cores`") as told:
        installed(workspace, binding(name="cores"), None)

    assert all(f"`{each}`" in (told.value.hint or "") for each in shipped_packs())
