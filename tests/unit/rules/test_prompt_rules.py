"""Prompts: variables, models, names and lengths, secrets; nothing of a template is rendered."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.kinds.prompt import PlainText, PromptSpec
from mlspec.mlflow.prompts import stored_text
from mlspec.rules import check
from mlspec.rules._prompts import openings
from mlspec.syntax import SourceText
from mlspec.workspace import load

TEXT = (
    "kind: Prompt\nmetadata: {{name: screen-reason}}\nspec:\n  template: {{type: text, text: {}}}\n"
)
CHAT = "kind: Prompt\nmetadata: {{name: screen-reason}}\nspec:\n  template: {}\n"
HEAD = "kind: Prompt\nmetadata: {name: screen-reason}\nspec:\n"
OF_PROMPTS = {"MLS473", "MLS474", "MLS475", "MLS476", "MLS482", "MLS706"}
AT_MLFLOW = "kind: Workspace\nspec: {registry: {backend: mlflow}}\n---\n"
THIRD = "kind: Workspace\nspec: {registry: {backend: mlflow, mlflow: {oldestServer: 3}}}\n---\n"


def findings(load_patched, patch):
    return [each for each in check(load_patched(patch)) if each.code in OF_PROMPTS]


def codes(load_patched, patch):
    return sorted(each.code for each in findings(load_patched, patch))


def text_patch(text, variables="[]", before=""):
    return before + TEXT.format(json.dumps(text)) + f"  variables: {variables}\n"


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("Hello.", "[]", []),
        ("{{a}} {{ a }} {{\ta\n}}", "[{name: a}]", []),
        ("{{ user.name }}", "[{name: user.name}]", []),
        ("{{ user.name }}", "[{name: user}]", ["MLS473", "MLS474"]),
        ("{{ A }}", "[{name: a}]", ["MLS473", "MLS474"]),
        ("{{ b }} {{ b }} {{ c }}", "[]", ["MLS473", "MLS473"]),
        ("{ a } and {a}", "[{name: a}]", ["MLS474"]),
        ("{{ a | upper }}", "[]", ["MLS476"]),
        ("{{ 1a }}", "[]", ["MLS476"]),
        ("{{}}", "[]", ["MLS476"]),
        ("{{ a }", "[]", ["MLS476"]),
        ("{{{ a }}}", "[{name: a}]", []),
        ("{{{{ a }}}}", "[{name: a}]", []),
        ("{{{ a b }}}", "[]", ["MLS476"]),
        ("{{ {{ a }}", "[{name: a}]", ["MLS476"]),
        ("{% if a %}x{% endif %}", "[{name: a}]", ["MLS476"]),
        ("{% if a %}{{ b }}{% endif %}", "[{name: a}]", ["MLS473", "MLS476"]),
        ("{# note #}", "[]", ["MLS476"]),
        ('{"a": {"b": 1}}', "[]", []),
    ],
)
def test_variables_and_the_template_name_each_other(load_patched, text, variables, expected):
    assert expected == codes(load_patched, text_patch(text, variables))


def test_a_misspelt_variable_is_guessed_and_told_where_it_stands_first(load_patched):
    patch = text_patch("{{ score }}\n{{ scroe }} {{ scroe }}", "[{name: score}]")

    (found,) = findings(load_patched, patch)

    assert found.hint == "did you mean `score`?"


def test_each_message_of_a_conversation_is_looked_at(load_patched):
    messages = "[{role: system, content: 'Be {{ a }}.'}, {role: user, content: '{{ b }} {{ c }}'}]"
    patch = CHAT.format(f"{{type: chat, text: null, messages: {messages}}}")

    told = findings(load_patched, f"{patch}  variables: [{{name: a}}, {{name: b}}]\n")

    assert [each.code for each in told] == ["MLS473"]
    assert "`c`" in told[0].message


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("  hosted: null\n", ["MLS475"]),
        ("  hosted: null\n  model: employment-screen\n", []),
        ("  model: employment-screen@v2\n", ["MLS475"]),
    ],
)
def test_a_prompt_is_written_for_one_model(load_patched, spec, expected):
    assert expected == codes(load_patched, HEAD + spec)


def test_a_model_that_does_not_exist_is_an_error_of_references(baseline_files):
    file = "specs/prompts.yaml"
    text = baseline_files[file].decode()
    text = text.replace("  hosted: {provider", "  model: employment-scren\n  hosted: {provider")

    loaded = load([SourceText(x, y) for x, y in {**baseline_files, file: text.encode()}.items()])

    (told,) = loaded.diagnostics
    assert (told.code, told.hint) == ("MLS201", "did you mean `employment-screen`?")


@pytest.mark.parametrize(
    ("patch", "word"),
    [
        (f"{HEAD}  registry: {{name: a/b}}\n", "holds `/`"),
        (f"{HEAD}  registry: {{name: a b}}\n", "letters, digits"),
        (f"{HEAD}  registry: {{name: {'n' * 257}}}\n", "257 characters"),
        (f"{HEAD}  registry: {{name: employment-screen}}\n", "`model/employment-screen`"),
        (text_patch("x" * 5001, before=AT_MLFLOW), "5,001 characters"),
        (text_patch("x" * 5001) + "  registry: {id: 1}\n", "5,001 characters"),
    ],
)
def test_what_a_server_refuses_of_a_prompt_is_told(load_patched, patch, word):
    (found,) = [each for each in findings(load_patched, patch) if each.code == "MLS482"]

    assert word in found.message


@pytest.mark.parametrize(
    "patch",
    [
        text_patch("x" * 5001),
        text_patch("x" * 5000, before=AT_MLFLOW),
        text_patch("x" * 100_000, before=THIRD),
        f"{HEAD}  registry: {{name: a.b-c_D}}\n",
    ],
)
def test_what_fits_is_let_through(load_patched, patch):
    assert "MLS482" not in codes(load_patched, patch)


def test_a_long_prompt_is_told_of_later_servers(load_patched):
    (found,) = findings(load_patched, text_patch("x" * 5001, before=AT_MLFLOW))

    assert "oldestServer: 3" in found.hint


def test_a_conversation_is_as_long_as_its_json(load_patched):
    content = "x" * 4980
    template = f"{{type: chat, text: null, messages: [{{role: user, content: {content}}}]}}"
    stored = stored_text({"type": "chat", "messages": [{"role": "user", "content": content}]})

    told = findings(load_patched, f"{AT_MLFLOW}{CHAT.format(template)}  variables: []\n")

    assert [each.code for each in told] == ["MLS482"]
    assert f"{len(stored):,} characters" in told[0].message


@pytest.mark.parametrize(
    "template",
    [
        "{type: text, text: 'The key is sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'}",
        "{type: chat, text: null, messages: [{role: user, content: 'postgresql://a:horse-8@b/c'}]}",
    ],
)
def test_a_secret_in_a_template_is_one_in_a_spec(load_patched, template):
    assert "MLS706" in codes(load_patched, f"{CHAT.format(template)}  variables: []\n")


class Written:
    """A prompt with one text, as far as templates are looked through."""

    kind = "Prompt"

    def __init__(self, text):
        template = PlainText.model_construct(type="text", text=text)
        self.spec = PromptSpec.model_construct(template=template)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(["{{", "}}", "{", "}", "%", "#", " ", "a", ".b", "\n"]), max_size=30)
)
def test_names_are_those_that_mlflow_puts_values_in(parts):
    text = "".join(parts)
    theirs = re.findall(  # the pattern of MLflow, 2.22 and 3.17
        r"\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*)\s*\}\}", text
    )

    assert set(theirs) == {each.name for each in openings(Written(text))} - {""}


def test_a_hostile_template_is_looked_through_in_one_pass():
    for text in ("{{" * 50_000, "{{ " * 33_000, "{{" + " " * 99_998, "{{a" + ".a" * 49_000):
        assert all(not each.name for each in openings(Written(text)))
