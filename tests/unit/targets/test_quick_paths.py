"""Short ways of templates give what the long ones give: of quoting, and of looking into values."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mlspec.targets._quoting import UNSEEN, quote_all, quote_html, quote_markdown
from mlspec.targets._sandbox import sandbox

WORDS = st.text("aghGH1-9wW.,:/()_%'@#=+○△\n\0|", max_size=12)
ACTIVE = re.compile(
    r"@(?=[\w-])|:(?=//)|(?<=\w):(?=\w+@)|\bwww(?=\.)|:(?=[\w+-]+:)|#(?=\w)|\b[Gg][Hh](?=-\d)"
)
START = re.compile(r"^([#=:]|[-+](?!\w)|\d+(?=[.)](?:\s|$)))")
SPAN = re.compile(r"(\(?)([^`|\\]+?)([.,;)]*)")


def by_every_rule(value):
    """Return a text quoted for Markdown as its rules say it, without a short way."""

    def word(text):
        if not ACTIVE.search(text):
            return signs(text)
        if span := SPAN.fullmatch(text):
            return f"{span[1]}`{span[2]}`{span[3]}"
        parts, found = ACTIVE.split(text), [*(each[0] for each in ACTIVE.finditer(text)), ""]
        broken = [f"{each}<!-- -->" if each else "" for each in found]
        return "".join(signs(part) + sign for part, sign in zip(parts, broken, strict=True))

    def signs(text):
        return re.sub(r"([\\`*_\[\]<>&|~$^])", r"\\\1", text)

    text = re.sub(r"[ \t\r\n]+", " ", UNSEEN.sub("\ufffd", value)).strip()
    quoted = " ".join(word(each) for each in text.split(" "))
    return START.sub(
        lambda found: f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}", quoted
    )


@given(st.lists(WORDS | st.text(), max_size=6))
@example(["gh-1", "see GH-12", "high-risk", "a www.example", "wwww.example", "a  b", "trail "])
@example(["1. one", "12) one", "- dash", "=", "a:b:c", "a :b: c", "a: b", "s3://lake", "a:b@c"])
@example(["specs/models/a.yaml:12\n", "specs/models/a.yaml:12", "", "\ud800", "é", "_a", "a\0b"])
@example(["○ missing: set spec.owner of model/a in specs/models/a.yaml", "a\x0bb", "a\x1cb"])
def test_markdown_is_quoted_by_its_rules_alone_and_together(texts):
    together = quote_all(texts)

    for text in texts:
        assert by_every_rule(text) == quote_markdown(text)
        assert by_every_rule(text) == together[text]


@given(WORDS | st.text("ag h-1.:/"), st.sampled_from("○△≠▪"))
def test_what_starts_with_a_letter_is_quoted_alike_behind_words(text, sign):
    for said in (text, f"a{text}", f"w{text}", f"é@{text}"):
        if said[:1].isalpha():
            behind = f"{sign} missing: {quote_markdown(said)}"
            assert behind == quote_markdown(f"{sign} missing: {said}")


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
