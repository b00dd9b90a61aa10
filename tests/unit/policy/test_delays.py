"""A duty may wait for a day or for something to happen; it is told as one to come either way."""

from __future__ import annotations

import json

import pytest
from tests.unit.policy.packs import HOME, faults, inputs, pack_of, proof, rule

from mlspec.policy import Outcome, Owed, check_pack, evaluate, obligations
from mlspec.policy._purse import Purse
from mlspec.reporting.obligations import render_owed, render_owed_json

FIRST = "{id: first, APPLIES, cite: Art. 1, when: has(spec.owners.deputy)}"
LATER = '{id: later, appliesFrom: "2028-02-01", cite: Art. 2, when: has(spec.owners.validator)}'
LAW = """\
  sources:
    - {id: law, title: The law, uri: u, version: v, read: "2026-11-20", excerpts: sources/law.md}
"""
ON_DAY = 'appliesFrom: "2027-02-01"'
ONCE = "appliesWhen: it is changed"


def pack(applies=ONCE, more="", home=HOME):
    first = FIRST.replace("APPLIES", applies + more)
    return files_of(home + f"  delays: [{first}, {LATER}]\n")


def files_of(home):
    asks = rule(
        require="has(spec.oversight)",
        appliesFrom='"2026-01-01"',
        delays="[first, later]",
        duty="Have people look.",
    )
    return pack_of(asks, proof(), home, **{"sources/law.md": "Later, once it is changed."})


def result(found, **owners):
    [said] = evaluate(found, inputs({"owners": owners}), {})
    return said


@pytest.mark.parametrize(
    ("applies", "owners", "day", "awaited", "outcome"),
    [
        (ONCE, {}, "2026-01-01", "", Outcome.FAIL),
        (ONCE, {"deputy": "d"}, "", "it is changed (Art. 1)", Outcome.WARN),
        (ONCE, {"validator": "v"}, "2028-02-01", "", Outcome.WARN),
        (ONCE, {"deputy": "d", "validator": "v"}, "", "it is changed (Art. 1)", Outcome.WARN),
        (ON_DAY, {"deputy": "d", "validator": "v"}, "2028-02-01", "", Outcome.WARN),
        (ON_DAY, {"deputy": "d"}, "2027-02-01", "", Outcome.WARN),
    ],
)
def test_what_waits_for_an_event_is_later_than_any_day(applies, owners, day, awaited, outcome):
    said = result(pack(applies), **owners)

    assert (day, awaited, outcome) == (said.applies_from, said.applies_when, said.outcome)


def test_a_duty_that_waits_is_listed_as_one_to_come_with_what_it_waits_for():
    found = pack()
    duties = obligations([found], [result(found, deputy="d")], "2026-11-21")
    owed = Owed("model/m", "prod", "2026-11-21", "high", "high", (), (), duties)

    assert "To come (1)" in render_owed(owed)
    assert "Have people look.  [when it is changed (Art. 1)]" in render_owed(owed)
    [duty] = json.loads(render_owed_json(owed))["duties"]
    assert ("coming", None, "it is changed (Art. 1)") == (
        duty["status"],
        duty["appliesFrom"],
        duty["appliesWhen"],
    )


@pytest.mark.parametrize("applies", [f"{ONCE}, {ON_DAY}", "cite: Art. 3"])
def test_a_delay_states_a_day_or_an_event(applies):
    first = FIRST.replace("APPLIES, cite: Art. 1", f"{applies}, cite: Art. 1")
    first = first.replace("cite: Art. 3, cite: Art. 1", "cite: Art. 3")
    [(name, told)] = faults(rule(), home=HOME + f"  delays: [{first}]\n")

    assert ("misspelt-expression", True) == (name, "either `appliesFrom` or" in told)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (", source: law, claim: once it is changed", []),
        (", source: law", []),
        (", source: lore", ["`first` cites `lore`, which the pack does not list"]),
        (", claim: once", ["`first` cites ``, which the pack does not list"]),
        (", source: law, claim: at once", ["`first` claims `at once`, which `law` lacks"]),
    ],
)
def test_a_delay_is_true_to_its_source(more, told):
    found = [each.message for each in check_pack(pack(more=more, home=HOME + LAW))]

    assert told == found


class Slips(Purse):
    """Keeps what each rule took."""

    def __init__(self):
        super().__init__()
        self.paid = []

    def pay(self, who, steps):
        self.paid.append(steps)
        super().pay(who, steps)


def test_a_delay_that_rules_share_is_asked_once():
    wide = "[1, 2, 3, 4].all(n, [1, 2, 3, 4].all(m, n + m > 0)) && has(spec.owners.deputy)"
    home = HOME + f"  delays: [{{id: first, {ON_DAY}, cite: Art. 1, when: '{wide}'}}]\n"
    asks = [
        rule(name, require="has(spec.oversight)", appliesFrom='"2026-01-01"', delays="[first]")
        for name in ("HOUSE-001", "HOUSE-002")
    ]
    slips = Slips()
    found = pack_of("---\n".join(asks), proof(), home)
    said = [*evaluate(found, inputs({"owners": {"deputy": "d"}}), {}, slips)]

    assert ["2027-02-01", "2027-02-01"] == [each.applies_from for each in said]
    assert slips.paid[0] > slips.paid[1] > 0
