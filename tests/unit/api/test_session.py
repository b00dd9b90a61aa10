import pytest

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
