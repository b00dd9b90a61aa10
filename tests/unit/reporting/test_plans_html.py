"""A plan as one page: whole, without scripts, without the network."""

from __future__ import annotations

import re

import pytest
from tests.pages import Page
from tests.unit.reporting.sample_plans import BLOCKED, EMPTY, PLAN, many, saying

from mlspec.reporting.plans import render_plan


def page(plan, **options):
    return Page(render_plan(plan, "html", **options))


@pytest.mark.parametrize("plan", [PLAN, BLOCKED, EMPTY, many(300)])
def test_the_page_is_well_formed_and_asks_nothing_of_the_network(plan):
    found = page(plan)

    assert not {"script", "link", "img", "iframe", "form", "object"} & set(found.tags)
    assert not [key for _tag, key, _value in found.attributes if key.startswith("on")]
    assert all(each.startswith("#") for each in found.values("href"))
    assert not found.values("src")
    assert not re.search(r"url\(|@import", "".join(found.text))
    assert any("default-src 'none'" in each for each in found.values("content"))


@pytest.mark.parametrize("plan", [PLAN, BLOCKED, EMPTY])
def test_readers_of_any_sort_find_their_way(plan):
    found = page(plan)
    ids = found.values("id")

    assert len(set(ids)) == len(ids)
    assert {each.removeprefix("#") for each in found.values("href")} <= set(ids)
    assert set(found.values("aria-labelledby")) <= set(ids)
    assert found.values("lang") == ["en"]
    assert found.tags.count("th") == sum(
        key == "scope" for tag, key, _value in found.attributes if tag == "th"
    )


def test_the_styles_know_paper_and_the_dark():
    text = render_plan(PLAN, "html")

    assert "@media print" in text
    assert "prefers-color-scheme: dark" in text


def test_the_page_says_what_the_text_says():
    shown = " ".join(" ".join(page(PLAN, plan_file="plan.json").text).split())

    for words in (
        "Approvals needed (3), not by an author of the change (ana)",
        "model-risk 2 at least signed R-GATE-LOOSENED model/screen",
        "7 changes: 1 critical, 1 high, 2 medium, 1 low, 2 none",
        "critical model/screen ~ update R-TIER-LOWERED, R-GATE-LOOSENED",
        "spec.gates[auc-floor].atLeast 0.92 -> 0.88 (loosened) specs/screen.yaml:31:16",
        "judged at high (tier high -> limited)",
        "contract breaking; the output `score` is gone; breaks api/checkout",
        "reversible no: applying the state before does not bring it back",
        "freeze black-friday",
        "valid until 2026-11-23T18:00:00Z",
        PLAN.digest,
        "mlspec approve plan.json --as NAME --role model-risk --sign KEY",
        "y" * 99,
    ):
        assert words in shown


def test_what_blocks_and_what_warns_stands_out():
    text = render_plan(BLOCKED, "html")

    assert '<p class="notice"><strong>BREAK GLASS: run 4-ab was not reviewed</strong></p>' in text
    assert "<strong>Blocked:</strong> gates do not pass: auc-floor fail" in text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\"onload='x", "&lt;b&gt;", "</style>", "\u202e"]
)
def test_no_text_of_a_spec_becomes_markup(hostile):
    found = page(saying(hostile), plan_file=hostile)
    plain = page(saying("plain"), plan_file="plain")

    assert plain.tags == found.tags
    assert [each[:2] for each in plain.attributes] == [each[:2] for each in found.attributes]


def luminance(colour):
    """The relative luminance of WCAG 2."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("ink", "paper"),
        ("ink", "sheet"),
        ("soft", "paper"),
        ("soft", "sheet"),
        ("link", "sheet"),
        ("bad", "sheet"),
        ("bad", "bad-wash"),
        ("good", "sheet"),
        ("doubt", "doubt-wash"),
        ("ink", "quiet-wash"),
        ("sheet", "bad"),
    ],
)
def test_text_stands_out_from_what_it_lies_on_by_day_and_by_night(theme, ink, paper):
    blocks = re.findall(r":root \{([^}]*)\}", render_plan(PLAN, "html"))
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[theme]))

    assert contrast(colours[ink], colours[paper]) >= 4.5
