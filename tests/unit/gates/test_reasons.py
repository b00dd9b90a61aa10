"""Why a verdict is no pass: every code has a cause and a next step, and no code is written twice.

A code reaches a verdict through `Reason` (or through `ColumnError`, which engines raise). So the
source is read: the code there is a literal, or that of a reason which is passed on.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import mlspec
from mlspec.api.reference import explain
from mlspec.cli._reference import command_page
from mlspec.gates import EvaluationInputs, load_gates, reasons
from mlspec.kinds.model import ModelSpec
from mlspec.schema import field_words, models_below

CODES = sorted(reasons())
_MAKERS = {"Reason": 0, "ColumnError": 0, "ShapeProblem": 0}
"""What makes a reason from a code, and the place of the code among its arguments."""
_PASSED_ON = {"code", "reason_code"}


def modules():
    for module in sorted(Path(mlspec.__file__).parent.rglob("*.py")):
        text = module.read_text(encoding="utf-8")
        if re.search(r"\b(Reason|ColumnError|ShapeProblem)\b", text):
            yield module, ast.parse(text)


def calls(tree, name):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("self.") == name:
            yield node


def parameter(tree, call, name):
    """Return the function around a call that has such a parameter, and its place there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(each is call for each in ast.walk(node)):
            places = [each.arg for each in node.args.args if each.arg != "self"]
            if name in places:
                return node.name, places.index(name)
    return None


def codes_of(tree, name, place):
    """Yield the literals that are codes, and None where nobody knows which code it is."""
    for call in calls(tree, name):
        code = call.args[place] if len(call.args) > place else None
        if isinstance(code, ast.Constant):
            yield code.value
        elif isinstance(code, ast.Name) and (found := parameter(tree, call, code.id)):
            yield from codes_of(tree, *found)
        elif not (isinstance(code, ast.Attribute) and code.attr in _PASSED_ON):
            yield None


def written():
    found = set()
    for module, tree in modules():
        if any(isinstance(each, ast.ClassDef) and each.name == "Reason" for each in tree.body):
            continue
        for name, place in _MAKERS.items():
            codes = set(codes_of(tree, name, place))
            assert None not in codes, f"{module}: `{name}` with a code that nobody can look up"
            found |= codes
    return found


def test_every_code_that_the_source_gives_is_explained_and_no_other():
    assert set(reasons()) == written()


def test_no_result_has_a_code_that_is_no_reason():
    for module, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "reason_code":
                literals = [
                    each.value
                    for each in ast.walk(node.value)
                    if isinstance(each, ast.Constant) and each.value
                ]
                assert set(literals) <= set(reasons()), module


@pytest.mark.parametrize("code", CODES)
def test_explain_says_of_every_code_what_happened_and_what_to_do(code):
    words = reasons()[code]
    explanation = explain(f"gate:{code}")

    for text in (words.cause, words.step):
        assert text == text.strip()
        assert re.match(r"[A-Z`]", text), text
        assert text.endswith("."), text
    assert len(words.step) > 20
    assert words.step not in words.cause
    printed = explanation.to_text()
    assert f"What to do {words.step}" in " ".join(printed.split())
    assert all(len(line) <= 100 for line in printed.splitlines()[3:])
    assert explanation.to_json()["step"] == words.step


def names():
    """Return the names of all fields that a gate, its sources, or a model with gates may have."""
    models = [EvaluationInputs, ModelSpec, *(each.spec for each in load_gates().values())]
    seen = set(models)
    while models:
        model = models.pop()
        yield from (field.name for field in field_words(model))
        fresh = set(models_below(model)) - seen
        seen |= fresh
        models += fresh


OF_FILES = {"collectedAt"}
"""Members that an answer or a profile has, not a spec."""


def test_every_field_that_a_next_step_names_is_one_that_a_spec_may_have():
    known = set(names())
    for code, words in reasons().items():
        for quoted in re.findall(r"`([^`]*)`", words.step):
            if re.fullmatch(r"[a-z]+([A-Z][a-z]+)+(\.[a-zA-Z]+)?(: [\w.-]+)?", quoted):
                field = quoted.partition(":")[0].rpartition(".")[2]
                assert field in known | OF_FILES, (code, quoted)


def test_every_command_that_a_next_step_names_is_one():
    documented = set(re.findall(r"(?m)^## mlspec (.+)$", command_page()))
    for code, words in reasons().items():
        for command in re.findall(r"`mlspec ([a-z]+(?: [a-z]+)?)", words.step):
            assert {command, command.split()[0]} & documented, (code, command)
