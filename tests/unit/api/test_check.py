"""Which files `validate` judges: everything it is asked for, under whatever name."""

from __future__ import annotations

import pytest

from mlspec.api.check import validate
from mlspec.api.start import init
from mlspec.errors import UsageError

BAD = "apiVersion: mlspec.dev/v1\nkind: Team\nmetadata: {name: growth}\nspec: {membrs: [x]}\n"
TEAM = "specs/team.yaml"


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    return root


def test_a_broken_file_outside_of_the_workspace_is_judged(shop, tmp_path, monkeypatch):
    (tmp_path / "outside.yaml").write_text(BAD)
    monkeypatch.chdir(shop)

    assert validate(["../outside.yaml"]).is_invalid
    assert validate([TEAM, "../outside.yaml"]).is_invalid
    assert validate(["../outside.yaml", TEAM]).is_invalid


def test_a_broken_file_beside_the_specs_is_judged(shop):
    (shop / "draft.yaml").write_text(BAD)

    report = validate([shop / "draft.yaml"])

    assert report.is_invalid
    assert report.remarks == (
        "references were not checked in `draft.yaml`: no spec of this workspace",
    )


def test_any_name_of_a_broken_spec_finds_it(shop, tmp_path):
    (shop / TEAM).write_text(BAD)
    (tmp_path / "x").mkdir()
    (tmp_path / "link").symlink_to(shop)

    for root in (shop, tmp_path / "x" / ".." / "shop", tmp_path / "link"):
        for path in (shop / TEAM, shop / "specs" / ".." / TEAM, tmp_path / "link" / TEAM):
            assert validate([path], directory=root).is_invalid
            assert validate([path]).is_invalid


def test_a_folder_without_specs_is_refused(shop):
    (shop / "docs").mkdir()

    with pytest.raises(UsageError, match="holds no spec of this workspace"):
        validate([shop / "docs"])
