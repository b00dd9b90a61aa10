"""Who sees what: one table decides, and what somebody does not see is named and nothing more."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.lowering import card_world

from mlspec.ir import Audience, ValueStatus
from mlspec.lowering import CardFacts
from mlspec.lowering._card_audience import seen_by
from mlspec.lowering._card_table import TABLE, row_of
from mlspec.lowering.cards import lower_cards

EVERYBODY = [*Audience]
MARK = re.compile(r"mark-[0-9]+-")


def cards(audience=Audience.REVIEWER):
    found, facts = card_world.whole()
    known = replace(facts, audience=audience)
    return [*lower_cards(found, "prod", card_world.records(), facts=known)]


def values(card):
    return [
        value for section in card.sections if section.id != "missing" for value in section.values
    ]


def test_every_line_of_the_table_has_a_name_and_a_reader_of_its_own():
    names = Counter((each.section, each.key) for each in TABLE)
    labels = Counter((each.section, each.label) for each in TABLE)

    assert {1} == {*names.values(), *labels.values()}
    for each in TABLE:
        assert Audience.REVIEWER in each.audiences, each
        assert re.fullmatch("[a-z]+(-[a-z]+)*", each.key)
        assert each.title


def test_every_value_falls_under_the_line_that_names_it():
    for card in cards():
        for section in card.sections:
            for value in section.values if section.id != "missing" else ():
                row = row_of(section.id, value.label)
                assert value.id.startswith(f"{section.id}.{row.key}")


def test_a_value_that_nobody_decided_about_is_a_mistake_and_never_shown():
    with pytest.raises(KeyError):
        row_of("identity", "Shoe size")


def test_who_applied_a_change_or_agreed_to_it_is_not_told_to_the_public():
    def named(audience):
        told = "\n".join(card_world.pages(cards(audience)))
        return {*re.findall(r"\b(ada|bo)\b", told)}

    assert {"ada", "bo"} == named(Audience.REVIEWER)
    assert set() == named(Audience.PUBLIC)


def test_names_of_values_are_unique_on_a_card():
    for card in cards():
        names = Counter(value.id for value in values(card))

        assert [] == [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize("audience", EVERYBODY)
def test_an_audience_sees_its_values_as_the_reviewer_does_and_the_rest_by_label(audience):
    for whole, shown in zip(cards(), cards(audience), strict=True):
        told = {value.id: value for value in values(shown)}
        for section in whole.sections[:-1]:
            for value in section.values:
                row = row_of(section.id, value.label)
                if audience in row.audiences:
                    assert value == told[value.id]
                else:
                    hidden = told[f"{section.id}.{row.key}"]
                    assert hidden.status is ValueStatus.WITHHELD
                    assert (row.title, "", "", "", "") == (
                        hidden.label,
                        hidden.text,
                        hidden.source,
                        hidden.how,
                        hidden.group,
                    )
                    assert {*value.required_by} <= {*hidden.required_by}


@pytest.mark.parametrize("audience", EVERYBODY)
def test_what_is_withheld_is_not_among_what_is_missing_either(audience):
    for card in cards(audience):
        shown = (ValueStatus.MISSING, ValueStatus.STALE, ValueStatus.CONFLICT)
        open_values = {value.how for value in values(card) if value.status in shown}

        assert {value.how for value in card.sections[-1].values} <= open_values


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.DEPLOYER])
def test_no_word_of_a_withheld_value_is_on_the_pages(audience):
    whole, shown = cards(), cards(audience)
    pages = "".join(card_world.pages(shown))
    hidden = {
        mark
        for card in whole
        for section in card.sections[:-1]
        for value in section.values
        if audience not in row_of(section.id, value.label).audiences
        for mark in MARK.findall(value.text)
    }
    seen = {
        mark
        for card in whole
        for section in card.sections[:-1]
        for value in section.values
        if audience in row_of(section.id, value.label).audiences
        for mark in MARK.findall(f"{value.text} {value.group} {value.label} {value.how}")
    }

    assert len(hidden - seen) > 5
    for mark in hidden - seen:
        assert mark not in pages


def test_the_public_sees_less_than_the_deployer_and_the_deployer_less_than_the_regulator():
    withheld = [
        sum(
            value.status is ValueStatus.WITHHELD and not value.text
            for card in cards(each)
            for value in values(card)
        )
        for each in EVERYBODY
    ]

    public, deployer, reviewer, regulator = withheld
    assert public > deployer > regulator > reviewer == 0


@settings(max_examples=15)
@given(st.sampled_from(EVERYBODY), st.permutations(range(6)))
def test_a_card_does_not_depend_on_the_order_in_which_it_is_looked_at(audience, order):
    (card, *_) = cards()
    sections = [card.sections[place] for place in order]

    found = {each.id: each for each in seen_by(sections, audience)}

    assert found == {each.id: each for each in seen_by(card.sections[:6], audience)}


def test_only_the_cards_that_are_asked_for_are_made():
    found = card_world.workspace()
    facts = CardFacts(only=frozenset({"dataset/applicants", "system/desk"}))

    made = [*lower_cards(found, "prod", {}, facts=facts)]

    assert [("System", "desk"), ("Dataset", "applicants")] == [
        (each.kind, each.model) for each in made
    ]
