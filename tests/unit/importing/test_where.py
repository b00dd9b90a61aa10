"""An import says where it looks, what it looks for, and where the rest of its report is."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import workspace

from mlspec.api.importing import ImportOptions, import_models
from mlspec.errors import UsageError
from mlspec.importing import find_importer, importer_names
from mlspec.reporting.imports import render_import

CARD = "---\nlicense: mit\nmodel-index: [{{name: a, results: []}}]\nfoo{}: bar\n---\n"
PLACED = [each for each in importer_names() if find_importer(each).needs_place]


@pytest.fixture
def shop(tmp_path, monkeypatch):
    root = workspace(tmp_path / "shop")
    (root / "empty").mkdir()
    monkeypatch.chdir(root)
    return root


def test_all_but_a_server_need_a_place():
    assert {"mlflow"} == {*importer_names()} - {*PLACED}


@pytest.mark.parametrize("system", PLACED)
def test_without_a_place_nothing_is_read_and_what_is_missing_is_said(shop, system):
    with pytest.raises(UsageError, match="it is not said where to look") as error:
        import_models(ImportOptions(system, ""), shop)

    assert f"mlspec import {system} WHERE" in error.value.hint
    assert find_importer(system).looks_for in error.value.hint


@pytest.mark.parametrize("system", sorted({*PLACED} - {"databricks-bundle"}))
def test_where_nothing_is_found_it_is_said_what_was_looked_for(shop, system):
    text = render_import(import_models(ImportOptions(system, "empty"), shop), colour=False)

    assert f"0 models of {system}\nLooked for in `empty`: {find_importer(system).looks_for}" in text


@pytest.mark.parametrize(
    ("has_report", "says"), [(True, "see the report"), (False, "`--report FILE` tells all")]
)
def test_a_report_is_pointed_to_only_where_there_is_one(shop, has_report, says):
    (shop / "cards").mkdir()
    for number in range(12):
        (shop / "cards" / f"m{number}.md").write_text(CARD.format(number))
    found = import_models(ImportOptions("hf-card", "cards"), shop)
    text = render_import(found, colour=False, has_report=has_report)

    assert f"lost or undecided: {says}" in text
    assert has_report == ("see the report" in text)
