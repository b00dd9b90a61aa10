"""`validate` tells what `compile` would refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlspec.api.check import validate

COUNTY = Path(__file__).parents[3] / "examples" / "county"
SCREEN = "specs/models/employment-screen.yaml"


@pytest.fixture
def county(tmp_path):
    return shutil.copytree(COUNTY, tmp_path / "county", ignore=shutil.ignore_patterns("build"))


@pytest.mark.parametrize(
    ("written", "instead", "code"),
    [
        ("{cpu: 500m, memory: 512Mi}", '{cpu: 500m, memory: "256"}', "MLS493"),
        ("{cpu: 500m, memory: 512Mi}", '{cpu: "5000", memory: 512Mi}', "MLS493"),
        ("path: /v1/predict", "path: /v1//predict", "MLS491"),
    ],
)
def test_what_is_not_compiled_is_told_where_it_is_written(county, written, instead, code):
    file = county / SCREEN
    text = file.read_text()
    assert written in text
    file.write_text(text.replace(written, instead))

    report = validate(directory=county)

    found = [each for each in report.diagnostics if each.code == code]
    assert report.is_invalid
    assert [SCREEN] == sorted({each.span.file for each in found if each.span})
    assert len(found) == 1, "once, although there are two environments"
