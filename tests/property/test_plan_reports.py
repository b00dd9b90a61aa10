"""Laws of the reports of a plan: whatever specs say, and however many there are."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.unit.reporting.sample_plans import PLAN, many, saying

from mlspec.planning import Level
from mlspec.reporting.plans import PLAN_FORMATS, render_plan

SIGNS = st.text("|\\`*_[]()<>&~#@:!-+=.$^'\"{}\n\r\t 1aw/%;?")
TRICKS = st.sampled_from(
    [
        "</summary></details>\n\n# owned",
        "--> <!--",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![x](http://evil.example/a.png)",
        "http://evil.example www.evil.example a@evil.example @team #1 !2 %3 GH-2 :tada:",
        "`@team` #12 `",
        "a | b \\| c \\",
        "``` \n~~~\n| --- |\n- x\n> y",
        "\u202etxt.exe\x1b[2J",
        "]]><!ENTITY x>",
    ]
)
TEXTS = st.one_of(st.text(max_size=30), SIGNS, TRICKS)
CHILDREN = {"text", "text_special", "code_inline", "html_inline", "strong_open", "strong_close"}
LINKED = re.compile(r"@[\w-]|#\w|://|\bwww\.|\b[Gg][Hh]-\d|:[\w+-]+:|[!%][a-z0-9\"]")
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})


class Tags(HTMLParser):
    """The tags of a text, in order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(key for key, _value in attrs)))

    def handle_endtag(self, tag):
        self.found.append(tag)


def shape(text):
    """The blocks of Markdown, and the tags within those of HTML."""
    return [
        (
            token.type,
            token.tag,
            token.level,
            Tags(token.content).found if "html" in token.type else "",
        )
        for token in MARKDOWN.parse(text)
    ]


def runs(text):
    """Text as a forge reads it after Markdown: code is left out, comments part the words."""
    for token in MARKDOWN.parse(text):
        run = ""
        for child in token.children or ():
            assert child.type in CHILDREN
            if child.type.startswith("text"):
                run += child.content
            elif child.type != "html_inline":
                run += " "
            else:
                assert "<!-- -->" == child.content
                yield run
                run = ""
        yield run


@settings(max_examples=80)
@given(TEXTS.filter(str.strip))
@example("@team #12 </details>")
@example("://")
def test_no_text_of_a_spec_becomes_markup_in_a_pull_request(text):
    told = render_plan(saying(text), "markdown", plan_file=text)

    assert shape(render_plan(saying("plain"), "markdown", plan_file="plain")) == shape(told)
    assert not [each for each in runs(told) if LINKED.search(each)]


@settings(max_examples=60)
@given(TEXTS)
def test_no_text_of_a_spec_becomes_markup_on_a_page(text):
    told = render_plan(saying(f"x{text}"), "html", plan_file=text)

    assert Tags(render_plan(saying("x"), "html", plan_file="x")).found == Tags(told).found


@settings(max_examples=60)
@given(TEXTS)
def test_reports_for_machines_stay_what_they_are(text):
    plan = saying(text)

    for output_format in ("gitlab-terraform", "gitlab-codequality", "sarif"):
        json.loads(render_plan(plan, output_format))
    ET.fromstring(render_plan(plan, "junit"))


@settings(max_examples=40)
@given(TEXTS)
def test_text_shows_only_what_can_be_printed(text):
    told = render_plan(saying(text), plan_file=text)

    assert all(line.isprintable() for line in told.split("\n"))


@settings(max_examples=25)
@given(
    st.integers(1, 2_000),
    st.sampled_from([None, Level.NONE, Level.CRITICAL]),
    st.integers(12_000, 65_535),
    TEXTS,
)
def test_markdown_fits_whatever_the_plan_and_keeps_the_approvals(count, level, limit, text):
    plan = many(count, level)
    long = replace(saying(text * 20), operations=plan.operations)

    told = render_plan(plan, "markdown", max_bytes=limit)

    assert len(told.encode()) <= limit
    assert len(render_plan(long, "markdown", max_bytes=limit).encode()) <= limit
    for each in PLAN.required_approvals:
        assert f"| `{each.role}` | {each.count} | at least {each.strength.value} |" in told
    critical = sum(each.risk.level is Level.CRITICAL for each in plan.operations)
    assert f"{critical:,} critical" in told or not critical


def test_the_names_of_the_formats_are_those_of_the_documentation():
    assert [
        *("text", "json", "markdown", "html"),
        *("gitlab-terraform", "gitlab-codequality", "sarif", "junit"),
    ] == list(PLAN_FORMATS)
