"""Short ways of templates give what the long ones give: of quoting, and of looking into values."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mlspec.targets._quoting import HARMLESS, UNSEEN, escaped_markdown, quote_html, quote_markdown
from mlspec.targets._sandbox import sandbox

WORDS = st.text("aghGH1-9wW.,:/()_%' @○△\n|", max_size=12)


@given(WORDS | st.text())
@example("gh-1")
@example("see GH-12")
@example("a www.example")
@example("wwww.example")
@example("1. one")
@example("12) one")
@example("a:b:c")
@example("a :b: c")
@example("a: b: c")
@example("s3://lake")
@example("a:b@c")
@example("  a  b ")
@example("○ missing: set spec.owner of model/a in specs/models/a.yaml")
@example("specs/models/a.yaml:12\n")
def test_harmless_markdown_is_what_the_rules_of_quoting_make_of_it(text):
    assert escaped_markdown(text) == quote_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "Data: Training data",
        "desk-6 (team team-1)",
        "specs/models/000/model-1.yaml:12",
        "○ missing: set spec.period of dataset/a in specs/a.yaml",
        "1,200 rows",
    ],
)
def test_what_cards_are_full_of_is_known_to_be_harmless(text):
    assert HARMLESS.fullmatch(text)


@given(WORDS | st.text() | st.text("<>&\"'a\x00\u202e"))
def test_html_without_an_active_character_is_the_text_itself(text):
    assert quote_html(text) == html.escape(UNSEEN.sub("\ufffd", text), quote=True)


class Thing:
    text = "of an object"


@pytest.mark.parametrize(
    "row",
    [
        {"text": "one", "items": "a key that is a method, too"},
        {"text": None, "keys": "k"},
        {},
        {"row": {"text": "inner"}},
        type("Mapping", (dict,), {"text": "of the class"})(text="of the key"),
        Thing(),
        "text",
        None,
    ],
    ids=["dict", "none", "empty", "nested", "subclass", "object", "string", "nothing"],
)
@pytest.mark.parametrize(
    "source",
    [
        "{{ row.text }}",
        "{{ row.items }}",
        "{{ row.row.text }}",
        "{{ row.__class__ }}",
        "{{ row.keys() | list }}",
        "{% for row in [row, row] %}{{ row.text }},{% endfor %}",
        "{% set other = row %}{{ other.text or 'none' }}",
        "{% if row.text is defined %}{{ row['text'] }}{% endif %}",
        "{{ absent.text }}",
    ],
)
def test_a_template_sees_what_the_sandbox_of_jinja_shows(row, source):
    assert outcome(sandbox(), source, row) == outcome(ImmutableSandboxedEnvironment, source, row)


def outcome(kind, source, row):
    """Return the text, or the kind of the failure and its words."""
    from jinja2 import StrictUndefined, TemplateError

    try:
        text = kind(undefined=StrictUndefined).from_string(source).render(row=row)
    except (TemplateError, TypeError) as error:
        return type(error), str(error)
    return re.sub(r"0x[0-9a-f]+", "0x", text)
