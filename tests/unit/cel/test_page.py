"""The page about expressions says what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mlspec.cel import (
    Environment,
    Program,
    compile_expression,
    environment_of_schemas,
    library_manuals,
)

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "pages" / "expressions.md").read_text("utf-8")
LINES = [
    line
    for block in re.findall(r"```cel\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
FAULTS = re.findall(r"^\| `([^`]+)` \| ``(.+)`` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_every_line_of_the_page_is_true(line):
    program = compile_expression(line, Environment({}))

    assert isinstance(program, Program), [str(each) for each in program]
    assert program.evaluate({}) is True


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_faults_of_models_are_told_as_the_page_says(text, told):
    model = json.loads((ROOT / "schemas" / "v1" / "Model.json").read_text("utf-8"))
    schemas = {
        name: {**model["properties"][name], "definitions": model["definitions"]}
        for name in ("spec", "metadata")
    }

    found = compile_expression(text, environment_of_schemas(schemas))

    assert isinstance(found, tuple)
    assert [told] == [str(each) for each in found]


def test_the_page_has_lines_and_faults():
    assert len(LINES) > 10
    assert 5 == len(FAULTS)


def test_every_library_says_what_it_is_for():
    for manual in library_manuals():
        assert manual.text
        assert manual.declarations
