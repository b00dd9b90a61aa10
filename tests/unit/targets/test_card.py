from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from tests.pages import Page

from mlspec.ir import Bundle, Card, CardSection, CardValue, Gateway, Pipeline, ValueStatus
from mlspec.resources import data_path
from mlspec.targets import template_renderer
from mlspec.targets.model_card import TARGET

RENDER = template_renderer()
RECORD = "sha256:" + "7" * 64
SPEC = "specs/screen.yaml"
HOW = "mlspec gate run model/screen --env prod"
VALIDATOR = Draft202012Validator(
    json.loads((data_path("schemas") / "v1/card.json").read_text(encoding="utf-8"))
)


def present(label, text="x", group="", source=f"{SPEC}:3"):
    return CardValue(label, ValueStatus.PRESENT, text, source, group=group)


def identified(sections):
    """Return sections whose values have names, as the lowering gives them."""
    return tuple(
        replace(
            section,
            values=tuple(
                value._replace(id=f"{section.id}.{place}")
                for place, value in enumerate(section.values)
            ),
        )
        for section in sections
    )


def card(*, purpose="Ranks applications.", verdict="pass", status=ValueStatus.PRESENT, **more):
    judged = CardValue("Verdict", status, verdict, RECORD, group="Gate: floor")
    missing = CardValue("Human oversight", ValueStatus.MISSING, how="set spec.oversight")
    sections = (
        CardSection("purpose", "Purpose and limits", (present("Purpose", purpose),)),
        CardSection("ownership", "Ownership", (present("Owner", "workforce"),)),
        CardSection("risk", "Risk", (present("Declared tier", "high"),)),
        CardSection("data", "Data", (present("Rows", "12,000", "Training data: applicants@v1"),)),
        CardSection(
            "gates",
            "Gates and evidence",
            (
                CardValue("Verdict of the required gates", status, verdict, RECORD, how=HOW),
                present("Requirement", "roc-auc >= 0.8", "Gate: floor"),
                judged,
                CardValue("Estimate", status, "roc-auc 0.74", RECORD, group="Gate: floor"),
                present("Requirement", "brier <= 0.2", "Gate: brier"),
                CardValue("Verdict", ValueStatus.MISSING, how=HOW, group="Gate: brier"),
            ),
        ),
        CardSection(
            "serving",
            "Serving and rollout",
            (CardValue("Rollout", ValueStatus.NOT_APPLICABLE, "served in batch", f"{SPEC}:9"),),
        ),
        CardSection("oversight", "Human oversight", (missing,)),
        CardSection(
            "missing",
            "What is missing, stale or in conflict",
            (
                CardValue(
                    "Human oversight",
                    ValueStatus.MISSING,
                    how="set spec.oversight",
                    group="Human oversight",
                ),
                CardValue(
                    "Verdict of the required gates",
                    status,
                    verdict,
                    RECORD,
                    HOW,
                    "Gates and evidence",
                ),
            ),
        ),
    )
    return Card("screen", "v2", "prod", identified(sections), SPEC, **more)


def emitted(*cards, render=RENDER):
    pipeline = Pipeline((), "main", "x", "3.12", ".", "evidence", (), "0.1.0", "mlspec.yaml")
    gateway = Gateway("gateway", "ml", "ml.example.org")
    sources = ((SPEC, "sha256:" + "0" * 64),)
    bundle = Bundle("prod", (), (), cards, pipeline, gateway, sources)
    return {each.path: each.content for each in TARGET.emit(bundle, render)}


def pages(**changes):
    found = emitted(card(**changes))
    return tuple(found[f"cards/screen.{suffix}"] for suffix in ("json", "md", "html"))


def test_a_card_is_three_files():
    assert list(emitted(card())) == ["cards/screen.json", "cards/screen.md", "cards/screen.html"]


def test_the_json_fits_its_published_schema():
    Draft202012Validator.check_schema(VALIDATOR.schema)
    for status in (ValueStatus.PRESENT, ValueStatus.STALE):
        assert not list(VALIDATOR.iter_errors(json.loads(pages(status=status)[0])))


@pytest.mark.parametrize(
    "value",
    [
        CardValue("Owner", ValueStatus.PRESENT, "workforce"),
        CardValue("Owner", ValueStatus.PRESENT, "", f"{SPEC}:3"),
        CardValue("Owner", ValueStatus.MISSING),
        CardValue("Owner", ValueStatus.MISSING, "nobody", how="set metadata.owner"),
        CardValue("Owner", ValueStatus.PRESENT, "workforce", "somewhere"),
        CardValue("Owner", ValueStatus.CONFLICT, "workforce"),
        CardValue("Owner", ValueStatus.WITHHELD, "workforce"),
        CardValue("Owner", ValueStatus.WITHHELD, source=f"{SPEC}:3"),
        CardValue("Owner", ValueStatus.WITHHELD, how="set metadata.owner"),
        CardValue("Owner", ValueStatus.WITHHELD, group="Hazard fraud"),
    ],
)
def test_the_schema_refuses_a_value_without_a_source_or_a_gap_without_a_step(value):
    sections = identified([CardSection("risk", "Risk", (value,))])
    made = Card("screen", "", "prod", sections, SPEC)

    assert list(VALIDATOR.iter_errors(json.loads(emitted(made)["cards/screen.json"])))


def test_the_counts_are_of_values_and_not_of_their_repetition():
    found = json.loads(pages()[0])

    nothing = dict.fromkeys((each.value for each in ValueStatus), 0)
    assert nothing | {"present": 9, "missing": 2, "not-applicable": 1} == found["counts"]
    assert nothing == found["required"]


def test_the_pages_say_what_the_json_says():
    text, markdown, html = pages(status=ValueStatus.STALE)
    shown = " ".join(" ".join(Page(html).text).split())
    plain = markdown.replace("\\", "").replace("<!-- -->", "")

    for section in json.loads(text)["sections"]:
        assert section["title"] in plain
        assert section["title"] in shown
        for value in section["values"]:
            for part in (value["value"], value["add"]):
                assert (part or "") in plain
                assert (part or "") in shown or value["label"] == "Verdict"


def test_what_is_missing_or_stale_is_said_in_words():
    _, markdown, html = pages(status=ValueStatus.STALE)

    assert "| Human oversight | ○ missing: set spec.oversight | |" in markdown
    assert "△ stale: pass" in markdown
    assert html.count("△ stale") == 4
    assert html.count("○ missing") == 3


def test_a_stale_pass_is_not_shown_as_a_pass():
    assert 'class="mark pass"' in pages()[2]
    assert 'class="mark pass"' not in pages(status=ValueStatus.STALE)[2]


@pytest.mark.parametrize("verdict", ["pass", "fail", "inconclusive", "not-evaluated"])
def test_each_verdict_has_a_sign_beside_its_word(verdict):
    html = pages(verdict=verdict)[2]

    assert re.search(rf'<span class="mark {verdict}">[^\\w ] {verdict}</span>', html)


def test_the_page_stands_alone_and_runs_nothing():
    page = Page(pages()[2])

    assert "script" not in page.tags
    assert not {"link", "img", "iframe", "object", "form"} & set(page.tags)
    assert all(each.startswith("#") for each in page.values("href"))
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    (policy,) = [each for each in page.values("content") if "default-src" in each]
    assert "default-src 'none'" in policy
    assert "url(" not in pages()[2]


def test_the_page_can_be_read_without_seeing_it():
    page = Page(pages()[2])
    headings = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]

    assert ("html", "lang", "en") in page.attributes
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert page.tags.count("caption") == page.tags.count("table")
    assert {"row", "col"} == set(page.values("scope"))
    assert {"main", "nav", "header", "footer"} <= set(page.tags)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {each.removeprefix("#") for each in page.values("href")} <= set(ids)


def test_nothing_is_invented_for_a_card_without_gaps():
    made = card()
    (*rest, _) = made.sections
    whole = Card("screen", "v2", "prod", (*rest, CardSection("missing", "Missing", ())), SPEC)

    found = emitted(whole)

    markdown, html = found["cards/screen.md"], found["cards/screen.html"]
    assert "\n\nNothing is missing.\n\n## Purpose" in markdown
    assert "What is missing" not in markdown
    assert '<p class="whole">Nothing is missing.</p>\n</header>' in html
    assert "gaps-title" not in html
    assert {each.removeprefix("#") for each in Page(html).values("href")} <= set(
        Page(html).values("id")
    )


def test_the_json_keeps_the_numbers_that_a_text_rounds():
    value = present("Estimate", "roc-auc 0.7401")._replace(numbers=(("estimate", 0.740059),))
    sections = identified([CardSection("gates", "Gates", (value,))])
    made = Card("screen", "", "prod", sections, SPEC)

    found = json.loads(emitted(made)["cards/screen.json"])

    assert {"estimate": 0.740059} == found["sections"][0]["values"][0]["numbers"]
    assert not list(VALIDATOR.iter_errors(found))


@pytest.mark.parametrize("text", ["0.0247 to 0.1", "-0.0153 to +0.1", "+0.03", "99.5 %", "12.5"])
def test_numbers_are_not_escaped(text):
    assert f"| Purpose | {text} |" in pages(purpose=text)[1]


@pytest.mark.parametrize("text", ["1. x", "1.", "12) x", "- x", "+ x", "-", "---", "- - -", "# x"])
def test_what_could_start_a_list_a_rule_or_a_title_is_escaped(text):
    assert re.search(r"\| Purpose \| \d*\\", pages(purpose=text)[1])


def test_no_page_calls_a_model_compliant():
    assert "compliant" not in "".join(pages()).lower()


HOSTILE = st.one_of(
    st.text(min_size=1),
    st.text("|\\`*_[]()<>&#@:!-\n\"'", min_size=1),
    st.sampled_from(
        [
            '"><script>alert(1)</script>',
            "</style></head><body onload=x>",
            "' onmouseover='x",
            "a | b\n| --- | --- |\n",
            "[x](javascript:alert(1)) @all",
            "{{ 7 * 7 }}{% raw %}",
            "]]>--><!-- ",
        ]
    ),
)


@settings(max_examples=60)
@given(HOSTILE)
def test_no_text_of_a_spec_becomes_markup_in_html(text):
    plain, hostile = Page(pages()[2]), Page(pages(purpose=text)[2])

    assert plain.tags == hostile.tags
    assert [each[:2] for each in plain.attributes] == [each[:2] for each in hostile.attributes]


@settings(max_examples=60)
@given(HOSTILE)
def test_no_text_of_a_spec_becomes_markup_in_markdown(text):
    engine = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    plain, hostile = (engine.parse(pages(**each)[1]) for each in ({}, {"purpose": text}))

    assert [token.type for token in plain] == [token.type for token in hostile]
    for token in hostile:
        for child in token.children or ():
            assert child.type in (
                *("text", "text_special", "html_inline", "softbreak", "code_inline"),
                *("em_open", "em_close"),
            )
            assert child.type != "html_inline" or child.content == "<!-- -->"


def test_the_bytes_do_not_depend_on_hash_seeds():
    code = (
        "from tests.unit.targets.test_card import pages\n"
        "from mlspec.canonical import digest_bytes\n"
        "print(digest_bytes(''.join(pages()).encode()))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(found) == 1


def files_of(value):
    """Return the texts of a card of one value, the JSON first."""
    sections = (CardSection("purpose", "Purpose", (value,)),)
    return [*emitted(Card("screen", "v2", "prod", sections, SPEC)).values()]


OTHER_VALUE = present("Other", "y", "group", f"{SPEC}:4")._replace(
    status=ValueStatus.STALE, how="renew it", numbers=(("low", 1.5),), id="a", required_by=("R",)
)


@pytest.mark.parametrize("field", [each for each in CardValue._fields if each != "place"])
def test_the_json_tells_all_that_pages_are_made_of(field):
    value = present("Label")
    other = value._replace(**{field: getattr(OTHER_VALUE, field)})

    assert files_of(value)[0] != files_of(other)[0]


def test_where_a_value_stands_in_a_spec_changes_no_file():
    value = present("Label")

    assert files_of(value) == files_of(value._replace(place=("model/a", "spec.purpose")))
