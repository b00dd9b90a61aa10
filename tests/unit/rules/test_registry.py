from __future__ import annotations

import re

from mlspec.kinds import kind_names
from mlspec.rules import load_rules
from mlspec.rules._explain import HEADINGS, explain_all
from mlspec.rules._registry import documented_rules

FAMILIES = "MLS[2-79]"


def test_codes_and_names_are_unique_over_all_stages():
    coded = [each for each in explain_all() if each.code.startswith("MLS")]

    assert len({each.name for each in coded}) == len(coded)
    assert len({each.code for each in coded}) == len(coded)


def test_there_are_rules_of_every_family_of_the_issue():
    assert len(load_rules()) >= 40
    assert {rule.code[3] for rule in load_rules()} >= set("234567") | {"9"}


def test_codes_have_the_form_of_a_family():
    for rule in load_rules():
        assert re.fullmatch(rf"{FAMILIES}[0-9][0-9]|MLS13[0-9]{{2}}", rule.code)


def test_names_are_kebab_case_and_that_of_the_module():
    for rule in load_rules():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert rule.check.__module__ == f"mlspec.rules.{rule.name.replace('-', '_')}"


def test_rules_come_in_order_of_code():
    codes = [rule.code for rule in load_rules()]

    assert sorted(codes) == codes


def test_rules_look_at_kinds_that_exist():
    for rule in load_rules():
        assert set(rule.kinds) <= set(kind_names())


def test_every_docstring_has_the_headings_in_order_and_text_below_each():
    for rule, text in documented_rules().items():
        lines = text.splitlines()
        assert lines[0].endswith("."), rule.name
        assert {*HEADINGS} - {*lines} <= {"What to do"}, rule.name  # where good YAML says it all
        places = [lines.index(heading) for heading in HEADINGS if heading in lines]
        assert sorted(places) == places, rule.name
        assert all(lines[place + 1].strip() for place in places), rule.name
        assert all(not lines[place - 1].strip() for place in places), rule.name


def test_a_rule_that_no_comment_can_suppress_is_an_error():
    unsuppressible = [rule for rule in load_rules() if not rule.suppressible]

    assert {
        "ungated-high-risk",
        "contested-branch",
        "high-risk-without-oversight",
        "impossible-rollout",
        "secret-in-spec",
        "underrated-system",
        "understated-risk",
        "unknown-waiver-approver",
        "unusable-branch",
    } == {rule.name for rule in unsuppressible}
