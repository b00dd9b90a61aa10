"""A tier is lower by a paper only where somebody has seen the paper."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, SYSTEM, TIER_RULE, bound, model, workspace

from mlspec.evidence import PaperLook, PaperStatus
from mlspec.policy import (
    GateLook,
    Reach,
    Stage,
    findings,
    greatest,
    judge,
    shown,
    stated_waivers,
    tier_reasons,
)

DIGEST = "sha256:" + "4" * 64
EXEMPT = f"""\
    markets: [DE]
    euAiAct:
      profiling: false
      highRiskUses: ["4(a)"]
      exemption:
        condition: 6(3)(a)
        noSignificantRisk: It sorts files by their date, and nobody is judged by that.
        assessment: {{uri: docs/exempt.pdf, digest: "{DIGEST}"}}
        registration: EU-4711
"""
UNLESS = (
    "spec.risk.euAiAct.highRiskUses.size() > 0"
    " && !(has(spec.risk.euAiAct.exemption) && has(spec.risk.euAiAct.exemption.assessment.digest))"
)
PATH = "spec.risk.euAiAct.exemption.assessment"
THERE = (PaperStatus.PRESENT, PaperStatus.RECORDED)


class Eyes:
    """Sees every paper alike."""

    def __init__(self, status):
        self.look, self.asked = PaperLook(status, "so it stands"), []

    def paper(self, address, paper):
        self.asked.append((address, paper.kind))
        return self.look


def exempt(document=None):
    """Return a model, or a system, that is exempt by what it states of a paper."""
    text = document or model()
    return text.replace("    domain: marketing\n", f"    domain: employment\n{EXEMPT}")


def judged(status, when=UNLESS, *documents):
    found = workspace(BINDING, *(documents or (exempt(),)))
    pack = bound(found, rule(require="true"), TIER_RULE.replace("WHEN", f">-\n    {when}")[4:])
    eyes = None if status is None else Eyes(status)
    reach = Reach(looks=eyes)
    told = judge(found, [pack], stated_waivers(found), Stage.READ, lambda _each: {}, reach)
    return found, pack, told, eyes


def packs_reasons(told, address="model/churn"):
    return [each for each in told.tiers[address] if each.rule == "HOUSE-900"]


@pytest.mark.parametrize("status", list(PaperStatus))
def test_only_a_paper_that_was_seen_lowers_a_tier(status):
    _, _, told, _ = judged(status)

    assert ([] if status in THERE else ["high"]) == [each.tier for each in packs_reasons(told)]


@pytest.mark.parametrize("status", [each for each in PaperStatus if each not in THERE])
def test_the_reason_names_the_paper_and_how_it_stands(status):
    (reason,) = packs_reasons(judged(status)[2])

    assert f"it decides alone; stated, not shown: {PATH} (so it stands)" == reason.text
    assert (status is not PaperStatus.NOT_LOOKED) == reason.is_known


def test_where_nobody_looks_the_rule_counts_and_is_not_known():
    (reason,) = packs_reasons(judged(None)[2])

    assert reason.text.endswith(f"{PATH} (nobody looked)")
    assert not reason.is_known


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (PaperStatus.CONFLICT, ["understated-tier"]),
        (PaperStatus.MISSING, ["understated-tier"]),
        (PaperStatus.NOT_LOOKED, []),
        (PaperStatus.PRESENT, []),
    ],
)
def test_a_tier_that_rests_on_a_paper_that_is_not_there_is_understated(status, expected):
    found, _, told, _ = judged(status)

    names = [each.name for each in findings(found, told)]
    assert expected == [each for each in names if each == "understated-tier"]


def test_a_rule_that_holds_anyway_asks_for_no_paper():
    _, _, told, eyes = judged(PaperStatus.MISSING, "spec.risk.euAiAct.highRiskUses.size() > 0")

    assert ["it decides alone"] == [each.text for each in packs_reasons(told)]
    assert [] == eyes.asked


def test_a_rule_that_names_no_paper_asks_for_none():
    assert [] == judged(PaperStatus.MISSING, "spec.risk.automatedDecision")[3].asked


def test_a_system_that_is_not_exempt_hands_its_tier_to_its_models():
    system = exempt(SYSTEM.replace("TIER", "minimal"))

    tiers = {
        status: greatest(judged(status, UNLESS, exempt(), system)[2].tiers["model/churn"])
        for status in (PaperStatus.PRESENT, PaperStatus.CONFLICT)
    }
    assert {PaperStatus.PRESENT: "minimal", PaperStatus.CONFLICT: "high"} == tiers


def test_a_rule_that_can_t_be_judged_without_the_paper_counts():
    when = "!(spec.risk.euAiAct.exemption.assessment.digest.startsWith('sha256:'))"
    (reason,) = packs_reasons(judged(PaperStatus.CONFLICT, when)[2])

    assert ("high", True) == (reason.tier, PATH in reason.text)


def test_the_cases_of_a_pack_take_what_they_state_for_seen():
    _, pack, told, _ = judged(PaperStatus.MISSING)
    found = told.inputs["model/churn"]

    assert [] == [*tier_reasons([pack.pack], found)]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["", "!", "true || ", "false && "]),
    st.sampled_from(PaperStatus),
    st.booleans(),
)
def test_no_look_at_a_paper_ever_lowers_a_tier(sign, status, negated):
    when = f"{'!' if negated else ''}({sign}has({PATH}.digest))"
    looked, unlooked = (judged(each, when)[2].tiers["model/churn"] for each in (status, None))
    taken = judged(PaperStatus.PRESENT, when)[2].tiers["model/churn"]
    rank = ["minimal", "limited", "high"].index

    assert rank(greatest(taken)) <= rank(greatest(looked)) <= rank(greatest(unlooked))


FIRST, SECOND = "docs/exempt.pdf", "docs/other.pdf"
EXEMPTED = rule(
    require="has(spec.risk.euAiAct.exemption.assessment.digest)", duty="Pin the assessment."
)


class Reader(Eyes):
    """Has seen the papers at some places, and no other."""

    def __init__(self, *seen):
        super().__init__(PaperStatus.PRESENT)
        self.seen = seen

    def paper(self, address, paper):
        self.asked.append((address, paper.uri))
        status = PaperStatus.PRESENT if paper.uri in self.seen else PaperStatus.MISSING
        return PaperLook(status, paper.uri)

    def gates(self, _address):
        return GateLook(PaperLook(PaperStatus.MISSING, "nobody has run them"))


def of_two_systems(*seen, own=""):
    """Return what is said of a model that is part of two systems, each exempt by its own paper."""
    offices = [
        exempt(SYSTEM.replace("TIER", "minimal").replace("name: office", f"name: {name}"))
        for name in ("first", "second")
    ]
    offices[1] = offices[1].replace(FIRST, SECOND)
    found = workspace(BINDING, own or model(), *offices)
    pack = bound(found, EXEMPTED, TIER_RULE.replace("WHEN", f">-\n    {UNLESS}")[4:])
    told = judge(found, [pack], [], Stage.READ, lambda _each: {}, Reach(looks=Reader(*seen)))
    tiers = packs_reasons(told)
    (result,) = shown(told, [pack], Reader(*seen)).of("model/churn")
    return tiers, result


@pytest.mark.parametrize("seen", [(), (FIRST,), (SECOND,), (FIRST, SECOND)])
def test_the_paper_of_each_system_has_to_be_seen(seen):
    tiers, result = of_two_systems(*seen)
    lacking = {FIRST, SECOND} - {*seen}

    assert ([] if not lacking else ["high"]) == [each.tier for each in tiers]
    assert (not lacking) == result.is_shown
    assert {FIRST, SECOND} == {each.look.told for each in result.grounds}
    assert all(each in reason.text for each in lacking for reason in tiers)


def test_a_model_with_a_paper_of_its_own_rests_on_that():
    own = exempt().replace(FIRST, "docs/mine.pdf")
    tiers, result = of_two_systems("docs/mine.pdf", own=own)

    assert [] == tiers
    assert ["docs/mine.pdf"] == [each.look.told for each in result.grounds]
