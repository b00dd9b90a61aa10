"""The examples in the docstring of every rule are tests of the rule."""

from __future__ import annotations

import pytest

from mlspec.diagnostics import Severity
from mlspec.rules import check, explain, load_rules

RULES = load_rules()


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_bad_example_gives_the_code_and_no_other_error(rule, load_patched):
    found = check(load_patched(explain(rule.code).bad))

    assert rule.code in {each.code for each in found}
    assert {rule.code} >= {each.code for each in found if each.severity is Severity.ERROR}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_good_example_gives_no_such_code_and_no_error(rule, load_patched):
    found = check(load_patched(explain(rule.code).good))

    assert rule.code not in {each.code for each in found}
    assert not [each for each in found if each.severity is Severity.ERROR]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_finding_has_a_place_a_next_step_and_a_terse_message(rule, load_patched):
    workspace = load_patched(explain(rule.code).bad)
    for each in check(workspace):
        assert each.span is not None
        assert each.span.file in workspace.sources
        assert each.hint
        for text in (each.message, each.hint, *(related.message for related in each.related)):
            assert text[0].islower() or not text[0].isalpha()
            assert not text.endswith(".")
            assert "please" not in text.lower()
            assert "invalid" not in text.lower()
