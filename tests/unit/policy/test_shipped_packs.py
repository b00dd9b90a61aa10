"""The packs that ship: true to their sources, proven, and stable in what they stop."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mlspec.policy import (
    check_pack,
    coverage,
    read_pack,
    read_pack_folder,
    run_cases,
    shipped_folder,
    shipped_packs,
)

PACKS = {
    name: read_pack(read_pack_folder(shipped_folder() / name, name)).pack
    for name in shipped_packs()
}
RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
ACT = PACKS["eu-ai-act"]
TEXT = ACT.excerpts["eu-ai-act"]
NIST = {
    **{f"GOVERN {n}": most for n, most in enumerate((7, 3, 2, 3, 2, 2), 1)},
    **{f"MAP {n}": most for n, most in enumerate((6, 3, 5, 2, 2), 1)},
    **{f"MEASURE {n}": most for n, most in enumerate((3, 13, 3, 3), 1)},
    **{f"MANAGE {n}": most for n, most in enumerate((4, 4, 2, 3), 1)},
}
"""How many subcategories each category of the AI RMF 1.0 has; 72 of them in all."""


def test_the_packs_are_those_that_the_documentation_names():
    assert [
        "core",
        "decisions",
        "eu-ai-act",
        "fairness",
        "llm",
        "model-risk",
        "supply-chain",
    ] == [*PACKS]
    assert 72 == sum(NIST.values())


@pytest.mark.parametrize("name", PACKS)
def test_a_shipped_pack_is_sound_and_proven(name):
    pack = PACKS[name]

    assert [] == [each.message for each in check_pack(pack)]
    assert [] == [f"{each.rule}: {each.case}" for each in run_cases(pack) if not each.is_met]
    assert () == coverage(pack).unreached


def test_no_two_packs_share_a_rule():
    assert len(RULES) == sum(len(pack.rules) for pack in PACKS.values())


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_what_to_do_in_words_that_promise_nothing(rule):
    spec = rule.spec
    words = " ".join(filter(None, (rule.title, spec.message, spec.remediation, spec.duty)))

    assert not re.search(r"(?i)\bcomplian", words)
    assert spec.duty or "model" not in spec.kinds
    assert spec.remediation.endswith(".")


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_what_only_warns_is_advice_and_what_stops_is_an_error(rule):
    assert ("error" == rule.spec.severity) == (rule.spec.enforcement != "advisory")


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_cites_a_text_that_its_pack_names(rule):
    pack = next(each for each in PACKS.values() if rule in each.rules)
    cited = {each.source for each in rule.spec.references}

    assert cited
    assert cited <= {each.id for each in pack.spec.sources}
    assert all(each.cite for each in rule.spec.references)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_tags_are_places_that_the_frameworks_have(rule):
    atlas = PACKS["supply-chain"].excerpts["atlas"]
    for tag in rule.spec.tags:
        framework, _, place = tag.partition(":")
        if framework == "atlas":
            assert re.fullmatch(r"AML\.T[0-9]{4}", place)
            assert f"- {place} " in atlas
        else:
            category, _, number = place.partition(".")
            assert "nist-rmf" == framework
            assert 1 <= int(number) <= NIST[category]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_says_what_a_pass_does_not_mean_and_where_it_read(name):
    spec = PACKS[name].spec

    assert "A pass says" in " ".join(spec.disclaimer.split())
    for source in spec.sources:
        assert source.uri.startswith("https://")
        assert date.fromisoformat(source.read) <= date(2026, 11, 22)
        assert (source.excerpts is None) == (source.digest is None)


def days(text):
    months = {"February": 2, "July": 7, "August": 8, "December": 12}
    found = re.findall(r"(\d{1,2}) (February|July|August|December) (20\d\d)", text)
    return {date(int(year), months[month], int(day)).isoformat() for day, month, year in found}


def section(title):
    return " ".join(TEXT.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0].split())


@pytest.mark.parametrize("rule", [*ACT.rules, *ACT.tiers], ids=lambda each: each.id)
def test_the_act_applies_from_days_that_article_113_names(rule):
    assert rule.spec.applies_from in {None, *days(section("Article 113"))}


def points(title, places):
    """Return the points of an annex or article, as `4(a)`, from its headings and letters."""
    found, heading = [], ""
    for line in TEXT.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0].splitlines():
        if number := re.match(r"    (\d)\. ", line):
            heading = number[1]
            found.append(heading)
        elif letter := re.match(places, line):
            found.append(f"{heading}({letter[1]})")
    with_letters = {each[0] for each in found if "(" in each}
    return [each for each in found if "(" in each or each not in with_letters]


def test_the_points_of_annex_iii_are_those_of_the_text():
    stated = ACT.spec.values["annex-iii"]

    assert points("Annex III", r"        \(([a-e])\) ") == list(stated)
    assert 25 == len(stated)


def test_the_practices_of_article_5_are_those_of_the_text():
    letters = re.findall(r"(?m)^    \(([a-z]{1,2})\) ", TEXT.split("## Article 6\n")[0])

    assert [f"5(1)({each})" for each in letters] == list(ACT.spec.values["article-5"])


CLAIMS = {
    "EUAI-012": "of at least six months",
    "EUAI-014": "button or a similar procedure",
    "EUAI-009c": "prior defined metrics and probabilistic thresholds",
    "EUAI-010c": "data gaps or shortcomings",
    "EUAI-027": "points 5 (b) and (c) of Annex III",
    "EUAI-006a": "2 December 2027",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_numbers_that_matter_are_claimed_in_the_words_of_the_act(name):
    claims = " ".join(each.claim or "" for each in RULES[name].spec.references)

    assert CLAIMS[name] in " ".join(claims.split())


def test_six_months_are_never_fewer_than_the_days_that_are_asked_for():
    longest = max(
        (date(year + (month + 6 > 12), (month + 5) % 12 + 1, 1) - date(year, month, 1)).days
        for year in (2027, 2028)
        for month in range(1, 13)
    )

    assert 184 == longest
    assert f">= {longest}" in RULES["EUAI-012"].spec.require


def test_the_four_fifths_rule_is_the_one_of_the_guidelines():
    claims = [each.claim for each in RULES["FAIR-003"].spec.references]

    assert ["less than four-fifths (4/5) (or eighty percent)"] == [
        each.split(" of the rate")[0] for each in claims
    ]
