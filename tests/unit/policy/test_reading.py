"""A pack that is broken anywhere is no pack: none of its rules is switched off in silence."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, faults, files, judged, pack_of, proof, rule

from mlspec.policy import read_pack


def test_a_pack_in_order_holds_its_rules_by_id():
    pack = pack_of(rule("HOUSE-002") + "---\n" + rule("HOUSE-001"), proof())

    assert ["HOUSE-001", "HOUSE-002"] == [each.id for each in pack.rules]
    assert ("house", "2026.11.0") == (pack.name, pack.version)
    assert ["HOUSE-001"] == [each.spec.rule for each in pack.tests]


BROKEN = {
    "no field of that name": ("has(spec.owner.deputy)", "misspelt-expression", "owner"),
    "no value of that name": (
        'spec.risk.tier == "hihg"',
        "misspelt-expression",
        "hihg",
    ),
    "no function of that name": ("spec.owners.sise() > 0", "misspelt-expression", "sise"),
    "no variable of that name": ("model.tier == 1", "misspelt-expression", "model"),
    "no expression": ("spec.owners &&", "misspelt-expression", "at"),
    "no condition": ("spec.risk.tier", "no-condition", "enum"),
    "a text for a number": ('spec.serving.port > "8080"', "misspelt-expression", ""),
    "a secret of the machine": ('env("HOME") != ""', "misspelt-expression", "env"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_expression_that_can_not_mean_anything_is_told(name):
    require, code, word = BROKEN[name]
    found = faults(rule(require=require) + "---\n" + rule("HOUSE-002"))

    assert [code] == [each for each, _ in found]
    if name != "no condition":
        assert word in found[0][1]


@pytest.mark.parametrize("part", ["when", "message"])
def test_every_expression_of_a_rule_is_checked(part):
    text = "has(spec.ovners)" if part == "when" else '"{{ spec.ovners }}"'

    assert ["misspelt-expression"] == [each for each, _ in faults(rule(**{part: text}))]


def test_a_misspelt_field_has_the_right_one_as_hint():
    read = read_pack(files(rule(require="has(spec.ovners)")))

    assert "owners" in (read.diagnostics[0].hint or "")
    assert "house/rules/all.yaml" == read.diagnostics[0].span.file


def test_a_misspelt_value_has_the_right_one_as_hint():
    read = read_pack(files(rule(require='spec.risk.tier == "hihg"')))

    assert "high" in (read.diagnostics[0].hint or "")


STRUCTURE = {
    "two rules of one id": ({"rules": rule() + "---\n" + rule()}, "doubled-rule"),
    "a test of no rule": ({"tests": proof("HOUSE-009")}, "unknown-rule"),
    "a kind that is none": ({"rules": rule(kinds="[modle]")}, "misspelt-expression"),
    "a home that is none": ({"home": rule("HOUSE-003")}, "unreadable-pack"),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_what_does_not_fit_together_is_told(name):
    parts, code = STRUCTURE[name]

    assert code in [each for each, _ in faults(**parts)]


TEXTS = {
    "not closed": "spec: [",
    "not utf-8": b"\xff\xfe\x00",
    "a control character": "a: \x07",
    "deep": "a: " + "[" * 5_000,
    "a million laughs": "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "another language": "apiVersion: mlspec.dev/v1\nkind: Team\nmetadata: {name: a}\nspec: {}\n",
    "no kind": "a: 1\n",
    "a list": "- 1\n",
    "an unknown kind": rule().replace("kind: Rule", "kind: Rulle"),
    "a word for a severity": rule(severity="fatal"),
    "a field nobody knows": rule(severty="error"),
    "no requirement": rule().replace("require:", "requires:"),
    "a number as name": rule("7"),
    "a long expression": rule(require="true" + " && true" * 2_000),
    "a date that is none": rule(appliesFrom='"soon"'),
    "a key twice": rule() + "  severity: note\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_is_broken_breaks_the_pack(name):
    others = {"rules/more.yaml": TEXTS[name]}
    read = read_pack(files(**others))

    assert read.pack is None
    assert read.diagnostics
    assert all(each.severity.value == "error" for each in read.diagnostics[:1])


@pytest.mark.parametrize("part", ["kinds", "stages"])
def test_a_rule_that_looks_at_nothing_is_an_error_beside_others(part):
    found = faults("---\n".join([rule(), rule("HOUSE-002", **{part: "[]"})]))

    assert [part in message for _, message in found] == [True]


@pytest.mark.parametrize("rules", ["", "# later\n"])
def test_a_pack_whose_rules_look_at_nothing_is_no_pack(rules):
    told = "`house` has no rule that looks at anything"

    assert ("unreadable-pack", told) == faults(rules)[-1]


def test_a_pack_of_tiers_alone_says_something():
    tier = rule("HOUSE-900").partition("spec:")[0].replace("kind: Rule", "kind: TierRule")
    more = "spec: {tier: high, when: spec.risk.affectsPeople, reason: it is about people}\n"

    assert ["HOUSE-900"] == [each.id for each in pack_of(tier + more).tiers]


def test_a_pack_needs_its_home():
    content = dict(files().content)
    del content["pack.yaml"]
    read = read_pack(type(files())("house", content))

    assert read.pack is None
    assert ["unreadable-pack"] == [each.name for each in read.diagnostics]


def test_a_home_in_another_file_is_none():
    others = {"rules/home.yaml": HOME}
    found = faults(home=rule("HOUSE-004"), **others)

    assert "unreadable-pack" in [each for each, _ in found]


def test_everything_that_is_wrong_is_told_in_one_run():
    broken = rule(require="has(spec.ovners)") + "---\n" + rule("HOUSE-002", severity="fatal")
    found = faults(broken, tests=proof("HOUSE-009"))

    assert {"misspelt-expression", "unknown-rule"} < {each for each, _ in found}


def test_an_excerpt_has_to_be_there_and_be_the_one_that_was_read():
    source = (
        "  sources: [{id: law, title: L, uri: u, version: v, read: '2026-11-20',"
        " excerpts: sources/law.md DIGEST}]\n"
    )
    digest = ", digest: 'sha256:" + "0" * 64 + "'"
    absent = HOME + source.replace(" DIGEST", "")
    other = HOME + source.replace(" DIGEST", digest)

    assert ["unsourced-claim"] == [each for each, _ in faults(home=absent)]
    told = faults(home=other, **{"sources/law.md": "of at least six months"})
    assert ["unsourced-claim"] == [each for each, _ in told]


def test_a_rule_for_several_kinds_is_checked_against_each():
    both = rule(require="has(spec.owners)", kinds="[model, dataset]")
    found = faults(both)

    assert ["misspelt-expression"] == [each for each, _ in found]


def test_a_rule_looks_at_the_kinds_that_it_names_only():
    pack = pack_of(rule(require="has(spec.digest)", kinds="[dataset]"))

    assert {} == judged(pack)
