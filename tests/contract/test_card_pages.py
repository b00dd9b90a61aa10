"""The page that is written straight from a card is what the shipped template makes of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.lowering import card_world

from mlspec.ir import (
    Audience,
    Bundle,
    Card,
    CardFormat,
    CardSection,
    CardValue,
    Gateway,
    Pipeline,
    ValueStatus,
)
from mlspec.lowering.cards import lower_cards
from mlspec.targets import template_renderer
from mlspec.targets._card_view import card_view
from mlspec.targets.model_card import TARGET

RENDER = template_renderer()
TEMPLATE = "model_card/card.md.j2"
DIGEST = "sha256:" + "7" * 64
SPEC = "specs/screen.yaml"


def bundle(*cards, sources=((SPEC, DIGEST),)):
    pipeline = Pipeline((), "main", "x", "3.12", ".", "evidence", (), "0.1.0", "mlspec.yaml")
    known = Bundle("prod", (), (), cards, pipeline, Gateway("g", "n", "d.example"), sources)
    return replace(known, card_formats=(CardFormat.MARKDOWN,))


def written(of):
    return [each.content for each in TARGET.emit(of, RENDER)]


def filled(of):
    return [RENDER(TEMPLATE, card_view(of, each)) for each in of.cards]


@pytest.mark.parametrize("audience", [*Audience])
@pytest.mark.parametrize("packs", ["with packs", "without packs"])
def test_every_kind_of_card_is_written_as_the_template_has_it(audience, packs):
    found, facts = card_world.whole()
    policies = facts.policies if packs == "with packs" else None
    known = replace(facts, audience=audience, policies=policies)
    of = bundle(*lower_cards(found, "prod", card_world.records(), facts=known))

    assert {"Dataset", "Model", "System"} <= {each.kind for each in of.cards}
    assert filled(of) == written(of)


WORDS = (
    *("", " ", "a", "Purpose", "set spec.owner of model/a in specs/a.yaml", "specs/a.yaml:12"),
    *("a  b", " lead", "trail ", "1. one", "- dash", "#1", "gh-1", "www.a", "s3://lake/a.csv"),
    *("me@example.org", ":tada:", "a:b:c", "| a |", "`code`", "<b>", "[a](b)", "\\", "\n", "\0"),
    *("\u202e", "\ud800", "é ○", "pass", "fail", DIGEST, f"event 2 of model/a, {DIGEST}", "12"),
)
RULES = ((), (), ("CORE-010",), ("A_1", "b@c"), ("",))
NUMBERS = ((), (("estimate", 0.5), ("lower", 0.25), ("upper", 1.0)))
PARTS_OF_A_GATE = ("Estimate", "Interval", "Sample", "Reason", "Part: a_1", "Part: sex: F")


class Author(Random):
    """Writes cards of hostile words: drawn one by one, they would take a second each."""

    def text(self):
        return "".join(self.choices(WORDS, k=self.randint(0, 2)))

    def value(self, label, group):
        how = self.choice(["", self.text()])
        known = (self.choice([*ValueStatus]), self.text(), self.text(), how, group)
        name = self.choice(["risk.tier", "policy.faulty"])
        return CardValue(label, *known, self.choice(NUMBERS), name, self.choice(RULES))

    def values(self):
        labels = ("Owner", "Declared tier", "Verdict", self.text())
        groups = ("", "", "Owner", "Data: a@v1", self.text())
        some = range(self.randint(0, 5))
        return tuple(self.value(self.choice(labels), self.choice(groups)) for _ in some)

    def gates(self):
        labels = ("Verdict", "Verdict of the required gates", "Record")
        yield from (self.value(each, "") for each in self.choices(labels, k=2))
        for title in self.sample(["Gate: floor", "brier_1", "a|b"], k=self.randint(0, 3)):
            more = self.choices(PARTS_OF_A_GATE, k=self.randint(0, 4))
            for label in ("Requirement", "Verdict", *more):
                yield self.value(label, title)

    def card(self):
        sections = (
            *(CardSection(each, self.text(), self.values()) for each in ("ownership", "policy")),
            CardSection("gates", "Gates and evidence", tuple(self.gates())),
            CardSection("missing", "What is missing", self.values()),
        )
        kind = self.choice(["Model", "System", "Prompt", "Dataset"])
        source, packs = self.choice([SPEC, self.text()]), self.choice([(), ("core@1",)])
        names = (self.text(), self.text(), self.text())
        return Card(*names, sections, source, kind, self.choice([*Audience]), packs)


@given(st.integers(min_value=0))
def test_every_text_is_written_as_the_template_has_it(seed):
    of = bundle(Author(seed).card())

    (expected,), (found,) = filled(of), written(of)

    assert expected.split("\n") == found.split("\n")


def test_a_card_of_nothing_is_written_as_the_template_has_it():
    of = bundle(Card("a", "", "prod", (), SPEC), sources=())

    assert filled(of) == written(of)


def test_a_card_in_markdown_needs_no_jinja():
    code = (
        "import sys\n"
        "from mlspec.ir import Bundle, Card, CardFormat, Pipeline\n"
        "from mlspec.targets import template_renderer\n"
        "from mlspec.targets.model_card import TARGET\n"
        "made = Pipeline((), 'main', 'x', '3.12', '.', 'evidence', (), '0.1.0', 'mlspec.yaml')\n"
        "cards, formats = (Card('a', '', 'prod', (), 'a.yaml'),), (CardFormat.MARKDOWN,)\n"
        "of = Bundle('prod', (), (), cards, made, None, (), card_formats=formats)\n"
        "(page,) = TARGET.emit(of, template_renderer())\n"
        "assert page.content.startswith('# Model card: a')\n"
        "assert 'jinja2' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_template_of_the_workspace_takes_the_place_of_what_is_written(tmp_path):
    file = tmp_path / TEMPLATE
    file.parent.mkdir()
    file.write_text("# {{ card.name | markdown }}, mine\n", encoding="utf-8")
    of = bundle(Card("a", "", "prod", (), SPEC))

    assert ["# a, mine\n"] == [
        each.content for each in TARGET.emit(of, template_renderer(tmp_path))
    ]
    file.rename(file.with_name("card.html.j2"))
    assert written(of) == [each.content for each in TARGET.emit(of, template_renderer(tmp_path))]
