"""Reports for forges name files from the top of the repository that has the workspace."""

from __future__ import annotations

import json

import pytest

from mlspec.api.session import open_session
from mlspec.cli.main import run

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: shop}
spec:
  environments: {prod: {}}
  targets: {github: {workspacePath: ml/churn}}
"""
TEAM = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: desk}
spec: {members: [ana@example.org]}
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    root = tmp_path / "ml" / "churn"
    (root / "specs").mkdir(parents=True)
    (root / "mlspec.yaml").write_text(WORKSPACE)
    (root / "specs" / "team.yaml").write_text(TEAM)
    monkeypatch.chdir(root)
    return root


def paths(out, output_format):
    if output_format == "gitlab-codequality":
        return {each["location"]["path"] for each in json.loads(out)}
    results = json.loads(out)["runs"][0]["results"]
    places = [each["locations"][0]["physicalLocation"] for each in results]
    return {each["artifactLocation"]["uri"] for each in places}


@pytest.mark.parametrize("output_format", ["gitlab-codequality", "sarif"])
def test_a_plan_and_its_file_name_them_so(shop, capsys, output_format):
    assert 0 == run(["plan", "--format", output_format, "--out", "plan.json"])
    planned = paths(capsys.readouterr().out, output_format)
    assert 0 == run(["show", "plan.json", "--format", output_format])
    shown = paths(capsys.readouterr().out, output_format)

    assert {"ml/churn/specs/team.yaml"} < planned
    assert planned == shown


def test_a_plan_file_is_shown_where_there_is_no_workspace(shop, capsys, monkeypatch):
    assert 0 == run(["plan", "--out", "plan.json"])
    elsewhere = shop.parent.parent
    (shop / "plan.json").rename(elsewhere / "plan.json")
    monkeypatch.chdir(elsewhere)
    capsys.readouterr()

    assert 0 == run(["show", "plan.json", "--format", "sarif"])
    assert "specs/team.yaml" in paths(capsys.readouterr().out, "sarif")


def test_findings_are_a_comment_with_these_names_too(shop, capsys):
    (shop / "specs" / "team.yaml").write_text(TEAM.replace("members", "membrs"))

    assert 4 == run(["validate", "--format", "md"])
    told = capsys.readouterr().out
    assert told.startswith("### mlspec specs: ")
    assert "`ml/churn/specs/team.yaml:4:8`" in told
    assert "ml/churn" == open_session(shop).folder
