"""Gates over cases: what was not measured never helps, and the order of cases decides nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mlspec.evidence import Case, Cases, Material, Reason, Verdict
from mlspec.gates import GateInputs, GateSpec, find_gate

_MISSING = Reason("inputs-missing", "")
_RANK = {
    Verdict.PASS: 3,
    Verdict.INCONCLUSIVE: 2,
    Verdict.NOT_EVALUATED: 1,
    Verdict.FAIL: 0,
}
GATES = [
    {"type": "llm-quality", "atLeast": 0.8, "maximumErrorRate": 0.3},
    {"type": "llm-quality", "atLeast": 0.8, "decide": "point"},
    {"type": "llm-quality", "score": "bad", "atMost": 0.2, "maximumErrorRate": 0.3},
    {"type": "attack-resistance", "atLeast": 0.8},
    {"type": "attack-resistance", "atLeast": 0.8, "minimumCoverage": 0.5},
]
SPECS = TypeAdapter(list[GateSpec]).validate_python(
    [{"id": "g", "source": "cases"} | each for each in GATES]
)


@st.composite
def suites(draw):
    """Return cases with one to three epochs; some clustered, some families, some without answer."""
    count, epochs = draw(st.integers(30, 160)), draw(st.integers(1, 3))
    rate = draw(st.sampled_from([0.5, 0.8, 0.9, 1.0]))
    noise = draw(st.randoms(use_true_random=False))
    clusters = draw(st.sampled_from([0, 5, 20]))
    cases = []
    for place in range(count):
        for epoch in range(1, epochs + 1):
            good = noise.random() < rate
            case = Case(
                f"c{place}",
                good,
                (("bad", 0.0 if good else 1.0),),
                epoch=epoch,
                cluster=f"d{place % clusters}" if clusters else "",
                family=noise.choice(["", "x", "y"]),
            )
            cases.append(silent(case) if noise.random() < 0.03 else case)
    return cases


def silent(case):
    return replace(case, passed=None, scores=(), error="no answer")


def judged(spec, cases):
    source = Cases(Material("cases", "cases.json", "sha256:0"), tuple(cases))
    inputs = GateInputs(_MISSING, _MISSING, _MISSING, sources={"cases": source})
    return find_gate(spec).evaluate(spec, inputs)


@settings(max_examples=40)
@given(cases=suites(), spec=st.sampled_from(SPECS), data=st.data())
def test_an_answer_that_is_taken_away_makes_no_gate_pass(cases, spec, data):
    before = judged(spec, cases).verdict
    place = data.draw(st.integers(0, len(cases) - 1))
    cases[place] = silent(cases[place])

    after = judged(spec, cases).verdict

    assert after is not Verdict.PASS or before is Verdict.PASS


@settings(max_examples=40)
@given(cases=suites(), spec=st.sampled_from(SPECS), seed=st.randoms(use_true_random=False))
def test_the_order_of_cases_decides_nothing(cases, spec, seed):
    before = judged(spec, cases)
    seed.shuffle(cases)

    assert before == judged(spec, cases)


@settings(max_examples=40)
@given(cases=suites(), spec=st.sampled_from(SPECS), data=st.data())
def test_a_case_that_turns_bad_makes_no_verdict_better(cases, spec, data):
    before = judged(spec, cases).verdict
    place = data.draw(st.integers(0, len(cases) - 1))
    cases[place] = replace(cases[place], passed=False, scores=(("bad", 1.0),), error="")
    answered_before = judged(spec, [*cases]).verdict

    assert _RANK[answered_before] <= max(_RANK[before], _RANK[Verdict.INCONCLUSIVE])


@settings(max_examples=40)
@given(cases=suites(), spec=st.sampled_from(SPECS))
def test_no_verdict_without_a_reason_and_no_number_outside_its_range(cases, spec):
    found = judged(spec, cases)

    assert (found.verdict is Verdict.PASS) == (not found.reason_code)
    for each in (found, *found.parts):
        if each.estimate is not None:
            assert 0 <= each.estimate <= 1
        if each.interval is not None:
            assert 0 <= each.interval.lower <= each.interval.upper <= 1
