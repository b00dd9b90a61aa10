from __future__ import annotations

import re

import pytest

from mlspec.schema import SCHEMA_CODES
from mlspec.syntax import SourceText
from mlspec.workspace import WORKSPACE_CODES, load, overlay, read_sources

ON_DISK = [each for each in WORKSPACE_CODES if "MLS220" <= each.code < "MLS230"]
IN_TEXT = [each for each in WORKSPACE_CODES if each not in ON_DISK]


def codes_of(text):
    name = "specs/team.yaml" if text.startswith("# specs") else "mlspec.yaml"
    loaded = load([SourceText(name, text.encode())])
    merged = overlay(loaded.workspace, "prod")[1] if loaded.workspace else ()
    return {each.code for each in (*loaded.diagnostics, *merged)}


@pytest.mark.parametrize("code", IN_TEXT, ids=lambda each: each.name)
def test_the_bad_example_gives_exactly_this_code(code):
    assert codes_of(code.bad) == {code.code}


@pytest.mark.parametrize("code", IN_TEXT, ids=lambda each: each.name)
def test_the_good_example_gives_nothing(code):
    assert codes_of(code.good) == set()


def test_the_examples_of_a_missing_folder_hold_on_disk(tmp_path):
    code = next(each for each in ON_DISK if each.name == "missing-specs-folder")
    (tmp_path / "specs").mkdir()
    for text, expected in ((code.bad, [code.code]), (code.good, [])):
        (tmp_path / "mlspec.yaml").write_text(text)

        assert [each.code for each in read_sources(tmp_path).diagnostics] == expected


def test_codes_are_of_this_family_in_order_and_distinct():
    codes = [each.code for each in WORKSPACE_CODES]

    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"MLS2[0-9]{2}", each) for each in codes)


def test_names_are_distinct_across_families():
    names = [each.name for each in (*SCHEMA_CODES, *WORKSPACE_CODES)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("code", WORKSPACE_CODES, ids=lambda each: each.name)
def test_a_code_is_explained(code):
    assert code.why.endswith(".")
    assert not code.summary.endswith(".")
    assert code.bad != code.good
