"""Folders of manifests and what `verify` says of them: `verify/<case>/{input,expected}`.

A new case is a folder. `pytest tests/cases --update-golden` writes `expected/`; read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlspec.api.manifests import verify_manifests
from mlspec.reporting.diagnostics import render_github, render_json, render_text

CASES = sorted(each.parent for each in (Path(__file__).parent / "verify").glob("*/input"))
KUBERNETES = "1.37"


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


def test_a_folder_gives_the_reports_that_are_expected(case, request, monkeypatch):
    monkeypatch.chdir(case / "input")
    expected = case / "expected"
    if request.config.getoption("--update-golden"):
        for name, text in reports().items():
            (expected / name).write_text(text, encoding="utf-8")

    found = reports()

    assert {each.name: each.read_text("utf-8") for each in expected.iterdir()} == found


def test_a_folder_gives_the_same_reports_again(case, monkeypatch):
    monkeypatch.chdir(case / "input")

    assert reports() == reports()


def reports():
    """Return every format by the name of its file."""
    found = verify_manifests(Path(), kubernetes=KUBERNETES)
    text = render_text(found.diagnostics, found.sources, colour=False)
    remarks = "".join(f"note: {each}\n" for each in found.remarks)
    return {
        "report.txt": text + remarks,
        "report.json": render_json(found.diagnostics),
        "report.github.txt": render_github(found.diagnostics),
    }
