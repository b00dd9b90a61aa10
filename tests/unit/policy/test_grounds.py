"""A pass by what a spec states is shown only where what it names was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, SYSTEM, bound, model, workspace

from mlspec.evidence import PaperLook, PaperStatus
from mlspec.kinds.model import ModelSpec
from mlspec.kinds.system import SystemSpec
from mlspec.policy import (
    PAPER_KINDS,
    GateLook,
    Outcome,
    Stage,
    dotted,
    judge,
    obligations,
    shown,
    stated_papers,
)
from mlspec.schema import SpecModel

DIGEST = "sha256:" + "4" * 64
PAPERS = f"""\
  transparency:
    instructions: {{uri: docs/use.pdf, digest: "{DIGEST}"}}
    notice: {{uri: docs/notice.pdf}}
    explanation: Somebody of the desk explains each call.
  oversight:
    mode: human-in-the-loop
    reviewers: desk
    intervention: Somebody reads each answer, and may put it aside.
    appeal: Whoever is concerned writes to the office, and a person answers.
    overseers:
      - {{person: ana@example.org, canStop: true, training: {{uri: a.pdf, digest: "{DIGEST}"}}}}
      - {{person: li@example.org, canStop: true, training: {{uri: b.pdf, digest: "{DIGEST}"}}}}
"""
INSTRUCTIONS = "has(spec.transparency) && has(spec.transparency.instructions.digest)"
TRAINED = "has(spec.oversight) && spec.oversight.overseers.exists(o, o.canStop && has(o.training))"
EVERYBODY = "has(spec.oversight) && spec.oversight.overseers.all(o, has(o.training))"
GATED = "gates.exists(g, g.required)"


class Eyes:
    """Sees the papers, gates and items that it is told of, and nothing else."""

    def __init__(self, papers=(), gates=None, items=()):
        self.papers, self.passed, self.items = papers, gates, items
        self.asked = []

    def paper(self, _address, paper):
        self.asked.append(dotted(paper.path))
        return look(dotted(paper.path) in self.papers)

    def gates(self, _address):
        if self.passed is None:
            return GateLook(look(seen=False))
        return GateLook(look(seen=True), frozenset(self.passed))

    def item(self, _address, kind, _digest):
        return look(kind in self.items)


def look(seen):
    if seen:
        return PaperLook(PaperStatus.PRESENT, "it is there")
    return PaperLook(PaperStatus.MISSING, "it is not there")


def said(require, eyes, more=PAPERS, further=None, **fields):
    found = workspace(model(more=more), BINDING)
    fields = {"duty": "Do it."} | fields
    pack = bound(found, rule(require=require, **fields))
    judged = judge(found, [pack], [], Stage.READ, lambda _each: further or {})
    (result,) = shown(judged, [pack], eyes).of("model/churn")
    (duty,) = obligations([pack.pack], [result], found.today) or (None,)
    return result, duty and duty.status.value


def test_a_digest_alone_does_not_meet_a_duty():
    result, status = said(INSTRUCTIONS, Eyes())

    assert (Outcome.PASS, False, "not-shown") == (result.outcome, result.is_shown, status)
    (ground,) = result.grounds
    assert ("paper", "spec.transparency.instructions") == (ground.kind, ground.name)
    assert "mlspec evidence add model/churn --kind instructions --file PAPER" == ground.how


def test_a_duty_whose_paper_is_there_is_met_by_it():
    result, status = said(INSTRUCTIONS, Eyes(["spec.transparency.instructions"]))

    assert (True, "met") == (result.is_shown, status)
    assert [""] == [each.how for each in result.grounds]


@pytest.mark.parametrize("status", list(PaperStatus))
def test_only_what_was_seen_meets_a_duty(status):
    eyes = Eyes()
    eyes.paper = lambda _address, _paper: PaperLook(status, "so it stands")
    wanted = "met" if status in (PaperStatus.PRESENT, PaperStatus.RECORDED) else "not-shown"

    assert wanted == said(INSTRUCTIONS, eyes)[1]


@pytest.mark.parametrize(
    ("require", "seen", "wanted"),
    [
        (TRAINED, ["spec.oversight.overseers[1].training"], "met"),
        (TRAINED, [], "not-shown"),
        (EVERYBODY, ["spec.oversight.overseers[1].training"], "not-shown"),
        (
            EVERYBODY,
            [f"spec.oversight.overseers[{index}].training" for index in (0, 1)],
            "met",
        ),
    ],
)
def test_the_rule_itself_says_which_of_several_papers_are_enough(require, seen, wanted):
    assert wanted == said(require, Eyes(seen))[1]


def test_of_several_papers_a_duty_that_is_met_names_those_that_are_there():
    result, _ = said(TRAINED, Eyes(["spec.oversight.overseers[1].training"]))

    assert ["spec.oversight.overseers[1].training"] == [each.name for each in result.grounds]


def test_papers_that_a_rule_does_not_read_are_nothing_to_it():
    result, status = said("has(spec.transparency) && has(spec.transparency.explanation)", Eyes())

    assert ("met", ()) == (status, result.grounds)


def test_a_rule_that_fails_is_not_asked_again():
    eyes = Eyes()
    result, status = said(INSTRUCTIONS, eyes, more="")

    assert (Outcome.FAIL, True, "open") == (result.outcome, result.is_shown, status)
    assert [] == eyes.asked


def test_a_rule_without_a_duty_that_reads_a_paper_is_not_shown_either():
    assert not said(INSTRUCTIONS, Eyes(), duty=None)[0].is_shown


@pytest.mark.parametrize(
    ("passed", "wanted"), [(None, "not-shown"), (["auc"], "met"), ([], "not-shown")]
)
def test_a_duty_about_gates_is_met_by_a_record_in_which_they_passed(passed, wanted):
    assert wanted == said(GATED, Eyes(gates=passed))[1]


def test_a_rule_that_holds_of_no_gate_needs_a_record_all_the_same():
    about_all = "gates.all(g, g.type != 'security')"

    assert ("not-shown", "met") == (
        said(about_all, Eyes())[1],
        said(about_all, Eyes(gates=["auc"]))[1],
    )


def test_a_rule_that_never_reads_its_gates_needs_no_record():
    assert "met" == said(f"has(spec.purpose) || {GATED}", Eyes())[1]


def test_without_a_duty_a_rule_about_gates_is_about_the_spec():
    assert said(GATED, Eyes(), duty=None)[0].is_shown


def test_evidence_that_a_rule_only_names_has_to_be_there():
    fields = {"require": "has(spec.purpose)", "evidence": "[bias-audit]"}

    assert ("not-shown", "met") == (
        said(eyes=Eyes(), **fields)[1],
        said(eyes=Eyes(items=["bias-audit"]), **fields)[1],
    )


def test_an_item_whose_paper_is_elsewhere_is_not_shown():
    item = {"kind": "notice", "status": "present", "digest": DIGEST, "signed": False, "signers": []}
    require = "evidence.items.exists(i, i.kind == 'notice' && i.status == 'present')"
    given = {"evidence": {"items": [item]}}
    asked = {"require": require, "further": given, "evidence": "[notice]"}

    assert ("not-shown", "met") == (
        said(eyes=Eyes(), **asked)[1],
        said(eyes=Eyes(items=["notice"]), **asked)[1],
    )


def test_of_a_system_each_model_has_a_record():
    found = workspace(model(), SYSTEM.replace("TIER", "minimal"), BINDING)
    require = "models.all(m, m.gates.exists(g, g.required))"
    pack = bound(found, rule(require=require, duty="Test.", kinds="[system]"))

    def status(eyes):
        judged = judge(found, [pack], [], Stage.READ, lambda _each: {})
        return shown(judged, [pack], eyes).of("system/office")[0].is_shown

    assert (False, True) == (status(Eyes()), status(Eyes(gates=["auc"])))


def test_what_was_looked_at_does_not_change_what_rules_say():
    found = workspace(model(more=PAPERS), BINDING)
    pack = bound(found, rule(require=INSTRUCTIONS), rule("HOUSE-002", require=GATED, duty="x"))
    judged = judge(found, [pack], [], Stage.READ, lambda _each: {})
    again = shown(judged, [pack], Eyes())

    assert judged.results == [replace(each, grounds=(), is_shown=True) for each in again.results]
    assert not again.inputs


def _places(kind, path=()):
    """Yield the places of papers that the model of a spec has, `*` for entries of lists."""
    for name, field in kind.model_fields.items():
        yield from _within(field.annotation, (*path, field.alias or name))


def _within(annotation, path):
    if isinstance(annotation, type) and issubclass(annotation, SpecModel):
        if annotation.__name__ == "Paper":
            yield path
        else:
            yield from _places(annotation, path)
        return
    is_list = getattr(annotation, "__origin__", None) in (tuple, list)
    for each in get_args(annotation):
        if each is not Ellipsis:
            yield from _within(each, (*path, "*") if is_list else path)


@pytest.mark.parametrize("kind", [ModelSpec, SystemSpec])
def test_every_paper_of_the_language_has_a_kind(kind):
    known = {*_places(kind)}

    assert known
    assert known <= {*PAPER_KINDS}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["uri", "digest", "transparency", "notice"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(JSON)
def test_a_spec_of_any_shape_is_read_without_an_error(value):
    for paper in stated_papers(value):
        assert paper.path[0] == "spec"
        assert isinstance(paper.uri, str)
