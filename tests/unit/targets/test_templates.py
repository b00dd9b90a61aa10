from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt

from mlspec.errors import OutputError, UsageError
from mlspec.resources import data_path
from mlspec.syntax import SourceText, parse
from mlspec.targets._quoting import (
    QUOTING,
    quote_comment,
    quote_html,
    quote_json,
    quote_markdown,
    quote_shell,
    quote_yaml,
)
from mlspec.targets._templates import template_renderer, unquoted_outputs

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(
    each for each in data_path("templates").rglob("*") if each.suffix in (".j2", ".css")
)
TEXTS = st.one_of(
    st.text(),
    st.text("|\\`*_[]()<>&~#@:!-+=.$^'\"{}\n\r\t 1aw/"),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "[click](javascript:alert(1))",
            "![x](http://evil.example/a.png)",
            "http://evil.example www.evil.example a@evil.example @everyone #1 GH-2 :tada:",
            "| a | b |\n| --- | --- |",
            "a | b \\| c \\",
            "# heading\n\n- list\n\n1. list\n\n> quote\n\n---",
            "```\ncode\n```",
            "$x$ &amp; &#64;all <b>",
            "\u202etxt.exe",
            "${{ secrets.TOKEN }}",
            "x\n::set-output name=a::b",
        ]
    ),
)


def override(folder: Path, text: str, name: str = "github_actions/mlspec.yml.j2") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


def fill(folder: Path, text: str, values=None, name: str = "mine/mine.txt.j2") -> str:
    return template_renderer(override(folder, text, name))(name, values or {})


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_output_of_a_shipped_template_ends_in_a_quoting_filter(file):
    environment = ImmutableSandboxedEnvironment()
    environment.filters.update(QUOTING)
    text = file.read_text(encoding="utf-8")

    assert unquoted_outputs(environment, text, file.name) == []


def test_the_templates_are_found():
    assert {"mlspec.yml.j2", "_setup.yml.j2", "card.md.j2", "card.html.j2"} <= {
        file.name for file in SHIPPED
    }


@pytest.mark.parametrize(
    "text",
    [
        "{{ x }}",
        "{{ x | yaml | upper }}",
        "{{ x | html }}",
        "{{ x | safe }}",
        "{% filter upper %}{{ x | yaml }}{% endfilter %}",
        "{% macro m() %}{{ x }}{% endmacro %}",
        "{{ x ~ (x | yaml) }}",
        "{{ '' if x else (x | yaml) }}",
        "{% print x %}",
        "{% call m() %}{% endcall %}",
    ],
)
def test_an_output_that_is_not_quoted_for_its_format_is_refused(tmp_path, text):
    with pytest.raises(UsageError) as caught:
        fill(tmp_path, f"ok: 1\n{text}\n", {"x": "1"}, "mine/mine.yml.j2")

    assert f"{tmp_path / 'mine/mine.yml.j2'}:2`" in caught.value.message


@pytest.mark.parametrize("text", ["{{ (a ~ b) | yaml }}", "{% set c = a %}{{ c | tojson }}", "x"])
def test_a_quoted_output_is_accepted(tmp_path, text):
    assert fill(tmp_path, text, {"a": "x", "b": "y"}, "mine/mine.yml.j2")


def test_a_value_that_is_not_there_is_named_with_its_line(tmp_path):
    with pytest.raises(UsageError, match=r"mine\.txt\.j2:3`.*'owner' is undefined"):
        fill(tmp_path, "a\nb\n{{ owner | html }}\n")


@pytest.mark.parametrize("quote", sorted(QUOTING))
def test_no_filter_prints_a_value_that_is_not_there(tmp_path, quote):
    with pytest.raises(UsageError, match="is undefined"):
        fill(tmp_path, f"{{{{ owner | {quote} }}}}")


def test_a_syntax_error_is_named_with_its_line(tmp_path):
    with pytest.raises(UsageError, match=r"mine\.txt\.j2:2`"):
        fill(tmp_path, "a\n{% for %}\n")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ | yaml }}",
        "{{ data.__globals__ | yaml }}",
        "{{ self.__init__.__globals__ | yaml }}",
        "{% set _ = values.append(1) %}",
        "{{ (data ~ '') | attr('x') | yaml }}",
        "{{ lipsum() | yaml }}",
        "{{ range(100000000) | list | length | yaml }}",
        "{% set _ = cycler('a') %}",
        "{% include 'github_actions/../../pyproject.toml' %}",
        "{% include '/etc/passwd' %}",
        "{{ data('../pyproject.toml') | tojson }}",
        "{{ data(1) | tojson }}",
        "{{ 1 // 0 | yaml }}",
    ],
)
def test_a_hostile_template_reaches_nothing(tmp_path, text):
    with pytest.raises((UsageError, OutputError)):
        fill(tmp_path, text, {"values": []})


def test_values_are_never_read_as_a_template(tmp_path):
    text = fill(tmp_path, "{{ x | tojson }}", {"x": "{{ 7 * 7 }}{% include 'x/y' %}"})

    assert text == "\"{{ 7 * 7 }}{% include 'x/y' %}\""


def test_a_file_of_the_workspace_replaces_the_shipped_one_and_only_that(tmp_path):
    renderer = template_renderer(override(tmp_path, "name: {{ runner | yaml }}\n"))

    assert renderer("github_actions/mlspec.yml.j2", {"runner": "on"}) == 'name: "on"\n'
    with pytest.raises(OutputError, match=r"card\.md\.j2:1`"):
        renderer("model_card/card.md.j2", {})


def test_a_template_outside_of_its_folder_is_refused(tmp_path):
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "templates"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine/mine.txt.j2").symlink_to(tmp_path / "secret")

    with pytest.raises(UsageError, match="is a link out of"):
        template_renderer(folder)("mine/mine.txt.j2", {})
    for name in ("../secret", "mine/../../secret", "/etc/passwd", "mine", "a\\b", ""):
        with pytest.raises(UsageError, match="is not the name of a template"):
            template_renderer(folder)(name, {})


def test_a_template_that_is_no_text_is_one_clear_error(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/mine.txt.j2").write_bytes(b"\xff\xfe")

    with pytest.raises(UsageError, match="can't be read"):
        template_renderer(tmp_path)("mine/mine.txt.j2", {})


def test_damaged_data_is_named_with_its_line(tmp_path):
    override(tmp_path, '{\n"a": \n}', "mine/pins.json")

    with pytest.raises(UsageError, match=r"pins\.json:3`"):
        fill(tmp_path, "{{ data('mine/pins.json') | tojson }}")


def test_jinja_is_not_imported_before_a_template_is_filled():
    code = (
        "import sys\n"
        "from mlspec.targets._templates import template_renderer\n"
        "from mlspec.targets import model_card, github_actions\n"
        "template_renderer()\n"
        "assert 'jinja2' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@settings(max_examples=60)
@given(TEXTS)
def test_yaml_and_json_say_the_same_text_back(text):
    for quoted in (quote_yaml(text), quote_json(text)):
        encoded = f"a: {quoted} # x\n".encode("utf-8", "surrogatepass")
        parsed = parse(SourceText("a.yaml", encoded))

        assert not parsed.diagnostics or _is_odd(text)
        assert [{"a": text}] == [each.data for each in parsed.documents] or _is_odd(text)


def _is_odd(text: str) -> bool:
    return any("\ud800" <= each <= "\udfff" for each in text)


@settings(max_examples=60)
@given(TEXTS)
def test_a_comment_is_one_printable_line(text):
    assert quote_comment(text).isprintable()


@settings(max_examples=60)
@given(TEXTS.filter(lambda text: "\0" not in text and not _is_odd(text)))
def test_the_shell_sees_one_word_and_runs_nothing(text):
    done = subprocess.run(
        ["bash", "-c", f"printf %s {quote_shell(text)}"], capture_output=True, check=True
    )

    assert text.encode() == done.stdout


def test_the_shell_refuses_a_null_character():
    with pytest.raises(OutputError):
        quote_shell("a\0b")


@settings(max_examples=60)
@given(TEXTS)
def test_html_holds_no_markup(text):
    quoted = quote_html(text)

    assert not set("<>\"'") & set(quoted)


def _tokens(markdown: str):
    engine = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for token in engine.parse(markdown):
        yield token
        yield from token.children or ()


HARMLESS = {
    *("paragraph_open", "paragraph_close", "inline", "text", "text_special", "html_inline"),
    "code_inline",
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
}


@settings(max_examples=60)
@given(TEXTS)
def test_markdown_becomes_neither_markup_nor_a_second_line(text):
    tokens = list(_tokens(quote_markdown(text)))

    assert {token.type for token in tokens} <= HARMLESS - {"table_open"}
    assert {"<!-- -->"} >= {token.content for token in tokens if token.type == "html_inline"}


@settings(max_examples=60)
@given(TEXTS)
def test_markdown_stays_inside_of_its_cell(text):
    table = f"| a | b |\n| --- | --- |\n| {quote_markdown(text)} | last |\n"

    tokens = list(_tokens(table))

    assert {token.type for token in tokens} <= HARMLESS
    assert 4 == sum(token.type in ("td_open", "th_open") for token in tokens)
    cells = [token.content for token in tokens if token.type == "inline"]
    assert "last" == cells[-1]


@settings(max_examples=60)
@given(TEXTS)
def test_markdown_shows_the_text_it_was_given(text):
    shown = "".join(
        token.content
        for token in _tokens(quote_markdown(text))
        if token.type.startswith(("text", "code_inline"))
    )

    assert " ".join(text.split()) == shown or not text.isprintable()


@pytest.mark.parametrize(
    "text", ["@team", "a@b.example", "#12", "GH-3", "http://x.example", "www.x.example", ":tada:"]
)
def test_what_a_forge_links_after_markdown_stands_in_a_code_span(text):
    assert f"`{text}`" == quote_markdown(text)
    assert f"see (`{text}`), or not" == quote_markdown(f"see ({text}), or not")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b@c.example", "a\\|b@<!-- -->c.example"),
        ("`@team`", "\\`@<!-- -->team\\`"),
        ("\\@team", "\\\\@<!-- -->team"),
        ("*@team*", "`*@team*`"),
        ("Write to a@b.example; *now*.", "Write to `a@b.example`; \\*now\\*."),
        ("- @team", "\\- `@team`"),
    ],
)
def test_what_a_code_span_can_t_say_in_a_cell_is_broken_up(text, expected):
    assert expected == quote_markdown(text)


LINKED = re.compile(r"@[\w-]|://|www\.|:[\w+-]+:|#\w|\b[Gg][Hh]-\d")
"""What forges make links, mentions or pictures of, in text that is no code."""


def _texts(markdown):
    """Yield the runs of text between marks and code, as a forge goes through them."""
    run = ""
    for token in _tokens(markdown):
        if token.type in ("text", "text_special", "softbreak"):
            run += token.content
        elif token.type != "inline":
            yield run
            run = ""
    yield run


FORGED = st.text(alphabet="@#:/wW.GHgh-19 a`|\\*()[]<>,;é", max_size=24)


@settings(max_examples=200)
@given(st.one_of(FORGED, TEXTS), st.sampled_from(["{}\n", "| a | b |\n| - | - |\n| {} | last |\n"]))
def test_no_text_becomes_a_mention_a_link_or_a_reference(text, around):
    assert [] == [
        each for each in _texts(around.format(quote_markdown(text))) if LINKED.search(each)
    ]


@pytest.mark.parametrize("page", ["model_card", "plan"])
def test_a_workspace_may_replace_the_style_that_pages_share(tmp_path, page):
    override(tmp_path, "body { color: teal; }\n", "page/style.css")

    text = template_renderer(tmp_path)(f"{page}/style.css", {})

    assert text.startswith("body { color: teal; }\n")
    assert "--paper: #fbfbfa" not in text
