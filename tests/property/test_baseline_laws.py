"""Laws of the policy baseline: it hides what was there, nothing else, and only becomes smaller."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import HOME, pack_of, rule
from tests.unit.policy.worlds import BINDING, DATA, HOME_SPEC, TEAMS, model

from mlspec.api._baseline_entries import Terms, baseline_text, extended
from mlspec.api._sightings import covered_part, entries_in, sightings
from mlspec.api.policy import PolicyReport
from mlspec.api.session import Session
from mlspec.diagnostics import Severity, has_errors
from mlspec.policy import BoundPack, Force, Stage, findings, judge
from mlspec.rules import check
from mlspec.syntax import SourceText
from mlspec.workspace import BASELINE_FILE, load, overlay

MODELS = ("m0", "m1", "m2")
LEVELS = {
    "HOUSE-001": "waivable",
    "HOUSE-002": "advisory",
    "HOUSE-003": "mandatory",
    "HOUSE-004": "waivable",
}
OWNER = "MLS301"
"""A built-in rule: who answers for the model."""
PROD_ONLY = "HOUSE-004"
TERMS = Terms("Live before the pack was bound.", "2026-11-21")
ENVIRONMENTS = ("prod", "staging")


def _rules():
    """Return rules that are broken by an annotation of their own, one of them in prod only."""
    for name, level in LEVELS.items():
        where = ' || environment != "prod"' if name == PROD_ONLY else ""
        require = f'!("{name}" in metadata.annotations){where}'
        yield rule(name, require, enforcement=level, message=f"Rule {name} is broken.")


PACK = pack_of("---\n".join(_rules()), home=HOME)
FINDINGS = st.sets(st.tuples(st.sampled_from(MODELS), st.sampled_from([*LEVELS, OWNER])))
COVERABLE = {*LEVELS, OWNER} - {"HOUSE-003"}


@dataclass(frozen=True)
class Look:
    """What `validate` sees of a workspace with a baseline."""

    entries: tuple
    seen: tuple
    diagnostics: tuple

    @property
    def left(self):
        return covered_part(self.entries, self.seen, ENVIRONMENTS)

    @property
    def is_clean(self):
        return self.left == self.entries

    def extended(self):
        return extended(self.entries, self.seen, TERMS)[0]

    def failing(self):
        """Return what is not passed over, as (model, rule)."""
        return {
            (each.about.removeprefix("model/"), each.code)
            for each in self.diagnostics
            if each.severity is not Severity.NOTE
        }


def broken(name, findings_):
    rules = sorted(rule for which, rule in findings_ if which == name)
    text = model(name)
    if OWNER in rules:
        text = text.replace(", owner: builders", "")
    marks = ", ".join(f'{each}: "x"' for each in rules if each != OWNER)
    return text.replace("version: v1", f"version: v1, annotations: {{{marks}}}", 1)


def look(found, entries=()):
    texts = {"mlspec.yaml": HOME_SPEC, "specs/t.yaml": TEAMS, "specs/d.yaml": DATA}
    texts |= {"specs/b.yaml": BINDING}
    texts |= {f"specs/{each}.yaml": broken(each, found) for each in MODELS}
    texts |= {BASELINE_FILE: baseline_text(entries)} if entries else {}
    loaded = load(SourceText(name, text.encode()) for name, text in texts.items())
    assert not loaded.diagnostics, loaded.diagnostics
    workspace = replace(loaded.workspace, today="2026-11-21")
    about_owners = tuple(each for each in check(workspace) if each.code == OWNER)
    session = Session(Path(), workspace, {}, about_owners)
    reports = [_judged(workspace, each) for each in ENVIRONMENTS]
    told = [each for report in reports for each in report.diagnostics]
    seen = sightings(session, dict.fromkeys(ENVIRONMENTS, ()), reports)
    return Look(entries_in(session), tuple(seen), (*session.diagnostics, *told))


def _judged(workspace, environment):
    merged, _ = overlay(workspace, environment)
    bound = BoundPack(PACK, merged.resources["policy-binding/house"], (), {})
    judged = judge(merged, [bound], (), Stage.VALIDATE, lambda _resource: {})
    return PolicyReport(Force(), judged, tuple(findings(merged, judged)), (environment,))


def coverable(found):
    return {each for each in found if each[1] in COVERABLE}


FEW = settings(max_examples=15, deadline=None)


@FEW
@given(FINDINGS)
def test_what_was_there_stops_nothing_and_what_is_mandatory_is_never_hidden(found):
    before = look(found)
    after = look(found, before.extended())

    assert before.failing() == found
    assert after.is_clean
    assert after.failing() == found - coverable(found)
    assert not has_errors(each for each in after.diagnostics if each.known)
    assert {each.rule for each in after.entries} <= COVERABLE


@FEW
@given(FINDINGS, st.data())
def test_what_is_mended_leaves_the_baseline_and_nothing_else_does(found, data):
    entries = look(found).extended()
    mended = data.draw(st.sets(st.sampled_from(sorted(found)))) if found else set()
    after = look(found - mended, entries)

    gone = {f"model/{name} {each}" for name, each in coverable(mended)}
    assert {f"{e.resource} {e.rule}" for e in entries if e not in after.left} == gone
    assert after.is_clean is not bool(gone)
    assert look(found - mended, after.left).is_clean


@FEW
@given(FINDINGS, FINDINGS)
def test_an_update_adds_nothing_and_what_is_new_fails(before, now):
    entries = look(before).extended()
    after = look(now, entries)

    assert {*after.left} <= {*entries}
    assert after.failing() == now - coverable(before)
    assert {*after.left} <= {*after.extended()}


@FEW
@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_file_says_the_same_in_whatever_order_findings_come(found, chance):
    seen = [*look(found).seen]
    text = baseline_text(extended((), seen, TERMS)[0])
    chance.shuffle(seen)

    assert baseline_text(extended((), seen, TERMS)[0]) == text


def test_an_entry_names_the_environments_where_a_rule_of_a_pack_finds_it():
    entries = look({("m0", PROD_ONLY), ("m0", "HOUSE-001"), ("m1", OWNER)}).extended()

    assert {each.rule: each.environments for each in entries} == {
        PROD_ONLY: ("prod",),
        "HOUSE-001": ("prod", "staging"),
        OWNER: (),
    }
