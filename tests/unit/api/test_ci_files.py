"""Files of CI whose target is gone are told and removed, also where no manifest speaks for them."""

from __future__ import annotations

from shutil import copytree, rmtree

import pytest

from mlspec.api.build import compile_artifacts
from mlspec.api.start import init

GITHUB = ["/.github/mlspec/action.yml", "/.github/workflows/mlspec-watch.yml"]
GITHUB += ["/.github/workflows/mlspec.yml"]
GITLAB = ["/.gitlab/mlspec.gitlab-ci.yml", "/.gitlab/mlspec/pins.gitlab-ci.yml"]
BOTH = "targets: {enabled: [github-actions, gitlab-ci]}"
NONE = "targets: {enabled: [kubernetes]}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    init(folder)
    settle(folder, BOTH)
    compile_artifacts(folder, "prod")
    rmtree(folder / "build")
    return folder


@pytest.fixture
def shop(made, tmp_path):
    """Return a repository as a clone has it: files of CI, and no output folder."""
    copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def settle(folder, line):
    """Make a line the only one of `mlspec.yaml` about targets."""
    home = folder / "mlspec.yaml"
    kept = [each for each in home.read_text().splitlines() if "  targets: {" not in each]
    home.write_text("\n".join([*kept, f"  {line}", ""]))


def stale(folder):
    return [
        f"{each.path} {each.state}" for each in compile_artifacts(folder, "prod", check=True).drift
    ]


def there(folder):
    return [each for each in (*GITHUB, *GITLAB) if (folder / each[1:]).exists()]


def test_a_clone_is_told_of_the_files_of_targets_that_are_gone(shop):
    settle(shop, NONE)

    missing = ["kubernetes/churn.yaml missing", "kubernetes/kustomization.yaml missing"]
    assert [f"{each} stale" for each in (*GITHUB, *GITLAB)] + missing == stale(shop)


def test_a_compile_removes_them_and_no_others(shop):
    mine = shop / ".github/workflows/mlspec-mine.yml"
    mine.write_text("on: push\n")
    settle(shop, "targets: {enabled: [gitlab-ci]}")

    report = compile_artifacts(shop, "prod")

    assert (*GITHUB,) == report.written.removed
    assert GITLAB == there(shop)
    assert mine.exists()
    assert report.is_clean


@pytest.mark.parametrize("force", [False, True])
def test_one_that_was_edited_is_told_and_kept(shop, force):
    file = shop / ".github/workflows/mlspec.yml"
    file.write_text(file.read_text() + "# mine\n")
    settle(shop, NONE)

    told = stale(shop)
    report = compile_artifacts(shop, "prod", force=force)

    assert "/.github/workflows/mlspec.yml edited" in told
    assert ("/.github/workflows/mlspec.yml",) == report.written.kept_edited
    assert ("/.github/workflows/mlspec.yml",) == report.written.orphaned
    assert file.exists()


@pytest.mark.parametrize("has_manifest", [False, True])
def test_one_without_its_seal_is_of_a_person(shop, has_manifest):
    if has_manifest:
        compile_artifacts(shop, "prod")
    file = shop / ".github/workflows/mlspec.yml"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*[each for each in lines if "mlspec-seal" not in each], "# mine\n"]))
    settle(shop, NONE)

    report = compile_artifacts(shop, "prod")

    assert report.is_clean
    assert file.exists()
    assert compile_artifacts(shop, "prod", check=True).is_clean


@pytest.mark.parametrize(
    ("line", "targets"),
    [
        (BOTH, ()),
        (NONE, ("kubernetes",)),
        ("targets: {enabled: [kubernetes], github: {branch: trunk}}", ("kubernetes",)),
    ],
)
def test_what_is_written_or_not_asked_for_stays(shop, line, targets):
    settle(shop, line)

    compile_artifacts(shop, "prod", targets=targets)

    assert [*GITHUB, *GITLAB] == there(shop)


def test_files_of_another_workspace_of_the_repository_stay(shop):
    other = shop / "other"
    init(other)
    settle(other, "targets: {enabled: [kubernetes], github: {workspacePath: other}}")

    compile_artifacts(other, "prod")

    assert [*GITHUB, *GITLAB] == there(shop)


def test_nothing_is_removed_where_an_environment_chooses_its_own_targets(shop):
    settle(shop, NONE)
    home = shop / "mlspec.yaml"
    name = next(each for each in home.read_text().splitlines() if each.startswith("  name: "))[8:]
    override = f"{{kind: Workspace, name: {name}, path: spec.targets.enabled, value: [gitlab-ci]}}"
    home.write_text(
        home.read_text().replace("      overrides:\n", f"      overrides:\n        - {override}\n")
    )

    compile_artifacts(shop, "staging")

    assert [*GITHUB, *GITLAB] == there(shop)
