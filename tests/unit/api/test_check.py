"""Which files `validate` judges: everything it is asked for, under whatever name."""

from __future__ import annotations

import re
from functools import partial

import pytest

from mlspec.api.check import validate
from mlspec.api.start import init
from mlspec.cli._fast import fast_validate
from mlspec.cli._parse import invoke
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


def test_what_waits_for_the_workspace_file_is_said(shop):
    spec = shop / "specs" / "churn.yaml"
    unpinned = re.sub(r"(image: [^@\n]+)@\S+", r"\1:latest", spec.read_text())
    spec.write_text(unpinned.replace("receiver: growth", "receiver: nobody"))
    home = shop / "mlspec.yaml"
    sound = home.read_text()

    home.write_text(sound.replace("namespace: ml-prod", "namespace: ML"))
    broken = validate(directory=shop)
    home.write_text(sound)
    whole = validate(directory=shop)

    assert {each.code for each in broken.diagnostics} == {"MLS108", "MLS201"}
    assert broken.remarks == (
        "rules, environments and policy were not checked: `mlspec.yaml` has errors",
    )
    assert "MLS701" in {each.code for each in whole.diagnostics}
    assert whole.remarks == ()


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


WAIVED = """apiVersion: mlspec.dev/v1
kind: GateSet
metadata: {name: floors, owner: growth}
spec:
  gates:
    - id: recall
      type: metric-threshold
      metric: recall
      atLeast: 0.7
      waiver: {reason: Late labels., owner: ana, approver: li, until: "2027-01-31"}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: growth}
spec: {members: [ana, li], roles: [model-risk]}
"""


class TestTheDayByWhichWaiversEnd:
    @pytest.fixture
    def waived(self, tmp_path):
        (tmp_path / "specs").mkdir()
        (tmp_path / "specs" / "all.yaml").write_text(WAIVED)
        (tmp_path / "mlspec.yaml").write_text(
            "apiVersion: mlspec.dev/v1\nkind: Workspace\nmetadata: {name: shop}\n"
            "spec: {environments: {prod: {}}}\n"
        )
        return tmp_path

    def codes(self, root, day):
        return [each.code for each in validate(directory=root, as_of=day).diagnostics]

    def test_it_is_the_one_that_is_asked_for(self, waived):
        assert "MLS406" not in self.codes(waived, "2027-01-31")
        assert "MLS406" in self.codes(waived, "2027-02-01")

    def test_it_is_today_otherwise(self, waived):
        text = (waived / "specs" / "all.yaml").read_text().replace("2027", "2020")
        (waived / "specs" / "all.yaml").write_text(text)

        assert "MLS406" in self.codes(waived, "")

    @pytest.mark.parametrize("day", ["2027-02-30", "tomorrow", "20270131", "2027-01-31T00:00"])
    def test_it_is_a_day_of_the_calendar(self, waived, day):
        with pytest.raises(UsageError, match="no day of the calendar"):
            validate(directory=waived, as_of=day)

    @pytest.mark.parametrize("arguments", [["--as-of", "2027-02-01"], ["--as-of=2027-02-01"]])
    @pytest.mark.parametrize("parse", [fast_validate, lambda words: partial(invoke, words)])
    def test_the_command_line_takes_it(self, waived, capsys, arguments, parse):
        assert parse(["validate", "-C", str(waived), *arguments])() == 0
        assert "lapsed-waiver" in capsys.readouterr().out


@pytest.mark.parametrize("output_format", ["github", "gitlab"])
@pytest.mark.parametrize("folder", [".", "ml", "teams/ml"])
def test_forges_are_told_of_files_from_the_top_of_the_repository(
    shop, capsys, output_format, folder
):
    declared = (shop / "mlspec.yaml").read_text()
    named = f"\n  targets: {{github: {{workspacePath: {folder}}}}}\n  registry:"
    (shop / "mlspec.yaml").write_text(declared.replace("\n  registry:", named))
    (shop / TEAM).write_text(BAD)

    assert invoke(["validate", "-C", str(shop), "--format", output_format]) == 4

    told = capsys.readouterr().out
    place = TEAM if folder == "." else f"{folder}/{TEAM}"
    assert f"file={place}," in told or f'"path": "{place}"' in told
