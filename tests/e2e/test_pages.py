"""What people read without installing anything, opened in a real browser: cards, plan, dossier."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from tests.contract import tools

IN_BROWSER = tools.ROOT / "tests" / "contract" / "in_browser.py"
MODEL = "employment-screen"
AUDIENCES = ("public", "deployer", "reviewer", "regulator")
SCREENS = ("400-light", "400-dark", "1280-light", "1280-dark")
VIEWS = (*SCREENS, "print")
PAGES = (*AUDIENCES, "data", "plan", "dossier", "items", "inventory")

LONG = "a" + "-long" * 40
SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: %s, namespace: shop, labels: {team: crm}}
spec: {predictor: {model: {modelFormat: {name: onnx}}}}
"""

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def seen(forks, judged, tmp_path_factory):
    """What is seen of each page of the county, by the page and the view."""
    folder = tmp_path_factory.mktemp("pages")
    root = shutil.copytree(judged, folder / "county")
    paper = ("--kind", "test-report", "--file", "README.md", "--note", "All slices. " * 30)
    forks.run("evidence", "add", MODEL, *paper, "--new-kind", cwd=root).expect(0)
    (root / "live.yaml").write_text(f"{SERVICE % MODEL}---\n{SERVICE % LONG}---\n: [")
    to_print = {
        **{each: ("card", MODEL, "--audience", each) for each in AUDIENCES},
        "data": ("card", "acs-ma-2016"),
        "plan": ("plan",),
        "items": ("evidence", "list"),
        "inventory": ("inventory", "--live", "live.yaml"),
    }
    files = {"dossier": folder / "dossier" / "index.html"}
    forks.run("dossier", MODEL, "--env", "prod", "--out", folder / "dossier", cwd=root).expect(0)
    for name, command in to_print.items():
        files[name] = folder / f"{name}.html"
        said = forks.run(*command, "--env", "prod", "--format", "html", cwd=root).expect(0)
        files[name].write_text(said.out, "utf-8")
    chromium = Path(*tools.require("chromium"))
    told = tools.answer("oracles-python", IN_BROWSER, chromium, *files.values())
    return {name: told[str(file)] for name, file in files.items()}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_and_has_nothing_to_complain_of(seen, page):
    for view in VIEWS:
        assert ([], []) == (seen[page][view]["asked"], seen[page][view]["said"]), view


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_narrow_and_wide_screens_and_paper(seen, page):
    for view in VIEWS:
        found = seen[page][view]
        assert (0, [], []) == (found["page"], found["overflowing"], found["squeezed"]), view


@pytest.mark.parametrize("page", PAGES)
def test_every_word_can_be_read_in_light_and_in_the_dark(seen, page):
    for view in VIEWS:
        found = seen[page][view]
        assert found["texts"] > 10, view
        assert [] == found["faint"], view
        is_dark = found["background"] < 0.1
        assert view.endswith("dark") == is_dark, (view, found["background"])


@pytest.mark.parametrize("page", PAGES)
def test_headings_go_down_one_level_at_a_time_and_links_lead_somewhere(seen, page):
    found = seen[page]["1280-light"]
    levels = [level for level, _ in found["headings"]]

    assert 1 == levels[0]
    assert 1 not in levels[1:]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert ([], []) == (found["deadLinks"], found["twice"])
    assert {"header", "main"} <= {*found["landmarks"]}
    assert found["title"]


def test_each_audience_reaches_its_card(seen):
    told = {each: seen[each]["1280-light"] for each in AUDIENCES}

    for each, found in told.items():
        assert any(MODEL in text for _, text in found["headings"]), each
        assert found["nav"], each
    pictures = {each: found["pictures"] for each, found in told.items()}
    assert all(pictures.values()), pictures
    sections = {each: [text for _, text in found["headings"]] for each, found in told.items()}
    assert "Serving and rollout" in sections["reviewer"]


@pytest.mark.parametrize("page", AUDIENCES)
def test_what_is_for_clicking_is_not_printed(seen, page):
    assert (True, False) == (seen[page]["1280-light"]["nav"], seen[page]["print"]["nav"])
