from __future__ import annotations

import pytest

from mlspec.api.start import init
from mlspec.cli.compile import compile_artifacts


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    return tmp_path


def run(folder, *, check=False):
    return compile_artifacts(
        folder, "prod", out=None, targets=(), output_format="text", check=check, force=False
    )


def test_files_of_the_repository_are_named_relative_to_it(shop, capsys):
    run(shop)

    assert "  written    .github/workflows/mlspec.yml\n" in capsys.readouterr().out


def test_a_check_of_an_edited_file_says_how_to_overwrite_or_keep_the_edit(shop, capsys):
    run(shop)
    (shop / ".github/workflows/mlspec.yml").write_text("edited: true\n")
    capsys.readouterr()

    run(shop, check=True)

    told = capsys.readouterr().err
    assert "`mlspec compile --force`" in told
    assert "the specs or a template" in told
    assert "commit what it writes" not in told


def test_a_check_of_a_missing_file_says_to_compile(shop, capsys):
    run(shop)
    (shop / ".github/workflows/mlspec.yml").unlink()
    capsys.readouterr()

    run(shop, check=True)

    assert capsys.readouterr().err == "\nhint: run `mlspec compile` and commit what it writes\n"
