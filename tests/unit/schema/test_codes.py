from __future__ import annotations

import re

import pytest
from tests.unit.schema.documents import bind_text

from mlspec.diagnostics import Severity
from mlspec.schema import SCHEMA_CODES


@pytest.mark.parametrize("code", SCHEMA_CODES, ids=lambda each: each.name)
def test_the_bad_example_gives_exactly_this_code(code):
    *others, last = bind_text(code.bad).diagnostics

    assert last.code == code.code
    assert not others or code.severity is Severity.NOTE


@pytest.mark.parametrize("code", SCHEMA_CODES, ids=lambda each: each.name)
def test_the_good_example_gives_nothing(code):
    assert bind_text(code.good).diagnostics == ()
    assert bind_text(code.good).is_sound


def test_codes_are_of_this_family_in_order_and_distinct():
    codes = [each.code for each in SCHEMA_CODES]

    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"MLS1[0-9]{2}", each) for each in codes)
    assert len({each.name for each in SCHEMA_CODES}) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", each.name) for each in SCHEMA_CODES)


@pytest.mark.parametrize("code", SCHEMA_CODES, ids=lambda each: each.name)
def test_a_code_is_explained(code):
    assert code.why.endswith(".")
    assert not code.summary.endswith(".")
