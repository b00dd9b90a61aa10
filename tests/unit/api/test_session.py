import pytest
from tests.unit.registry.remotes import git

from mlspec.api import open_session
from mlspec.api.start import init
from mlspec.errors import RegistryUnavailableError


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "shop"
    init(folder)
    return folder


def test_a_link_cannot_lead_the_registry_out_of_the_workspace(workspace, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (workspace / ".mlspec").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(RegistryUnavailableError, match="leads out of the workspace"):
        open_session(workspace).backend("staging")


def test_the_variable_names_a_registry_outside_of_the_workspace(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("MLSPEC_REGISTRY", str(tmp_path / "registry.db"))

    backend = open_session(workspace).backend("staging")
    with backend.transaction():
        pass

    assert (tmp_path / "registry.db").is_file()
    assert not (workspace / ".mlspec").exists()


def test_a_workspace_whose_specs_folder_is_gone_is_not_sound(workspace):
    (workspace / "specs").rename(workspace / "specz")

    codes = [each.code for each in open_session(workspace).diagnostics]

    assert "MLS224" in codes
    assert any(each.severity == "error" for each in open_session(workspace).diagnostics)


def test_a_volume_that_is_not_mounted_is_no_empty_registry(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("MLSPEC_REGISTRY", str(tmp_path / "gone" / "registry.db"))

    with pytest.raises(RegistryUnavailableError, match="does not exist"):
        open_session(workspace).backend("staging")


@pytest.mark.parametrize(
    ("variable", "declared", "backend", "remote"),
    [
        ("", "backend: embedded", "embedded", "origin"),
        ("", "backend: git", "git", "origin"),
        ("", "backend: git, remote: upstream", "git", "upstream"),
        ("git", "backend: embedded", "git", "origin"),
        ("git", "backend: git, remote: upstream", "git", "upstream"),
        ("git:", "backend: git, remote: upstream", "git", "upstream"),
        ("git:mirror", "backend: git, remote: upstream", "git", "mirror"),
        ("git:https://h/x.git", "backend: embedded", "git", "https://h/x.git"),
        ("registry.db", "backend: git", "embedded", "origin"),
        ("git.db", "backend: embedded", "embedded", "origin"),
        ("./git", "backend: acme", "acme", "origin"),
    ],
)
def test_the_variable_goes_before_the_workspace(
    workspace, monkeypatch, variable, declared, backend, remote
):
    text = (workspace / "mlspec.yaml").read_text()
    head, _, _ = text.partition("  registry:")
    (workspace / "mlspec.yaml").write_text(f"{head}  registry: {{{declared}}}\n")
    monkeypatch.setenv("MLSPEC_REGISTRY", variable)

    name, place = open_session(workspace).place()

    assert (backend, remote, workspace) == (name, place.remote, place.root)
    if backend == "embedded" and variable:
        assert variable == str(place.path)


@pytest.mark.parametrize(("variable", "told"), [("", 1), ("x.db", 0)])
def test_another_registry_than_the_remote_that_was_seen_is_told(
    workspace, monkeypatch, caplog, variable, told
):
    git(workspace, "init", "-q")
    git(workspace, "commit", "-q", "--allow-empty", "-m", "x")
    git(workspace, "update-ref", "refs/mlspec/seen/origin/mlspec/state/staging", "HEAD")
    monkeypatch.setenv("MLSPEC_REGISTRY", variable and str(workspace / variable))

    open_session(workspace).backend("staging")
    open_session(workspace).backend("prod")

    assert told == caplog.text.count("seen the state of `staging` on a git remote")
    assert "`prod`" not in caplog.text
