from pathlib import Path

import pytest

from mlspec.api.check import validate
from mlspec.api.start import init
from mlspec.errors import OutputError, UsageError


def test_the_scaffold_is_sound(tmp_path):
    init(tmp_path / "shop")

    assert () == validate(directory=tmp_path / "shop").diagnostics


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("shop", "shop"),
        ("ml-2", "ml-2"),
        ("My Shop", "my-shop"),
        ("_ml_models", "ml-models"),
        ("2nd", "my-workspace"),
        ("n" * 64, "my-workspace"),
    ],
)
def test_a_workspace_has_the_name_of_its_folder_as_names_are_written(
    tmp_path, monkeypatch, folder, name
):
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)

    init(Path())

    assert f"metadata:\n  name: {name}\nspec:" in Path("mlspec.yaml").read_text()


def test_a_repository_keeps_its_readme(tmp_path):
    (tmp_path / "README.md").write_text("mine")

    written = init(tmp_path)

    assert "README.md" not in [each.name for each in written]
    assert "mine" == (tmp_path / "README.md").read_text()


def test_a_workspace_is_never_overwritten(tmp_path):
    init(tmp_path)
    (tmp_path / "mlspec.yaml").write_text("mine")

    with pytest.raises(UsageError, match=r"already holds `mlspec\.yaml`"):
        init(tmp_path)

    assert "mine" == (tmp_path / "mlspec.yaml").read_text()


def test_a_folder_that_cannot_be_written_stays_as_it_was(tmp_path):
    (tmp_path / "specs").write_text("a file, not a folder")

    with pytest.raises((OutputError, UsageError)):
        init(tmp_path)

    assert ["specs"] == [each.name for each in tmp_path.iterdir()]
