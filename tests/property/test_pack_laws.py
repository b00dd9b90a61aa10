"""Laws of packs: whatever their files hold, they are read or told, and never half of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import files, inputs, pack_of, proof, rule

from mlspec.diagnostics import has_errors
from mlspec.policy import (
    Enforcement,
    Outcome,
    PackFiles,
    changed_outcomes,
    changed_rules,
    evaluate,
    read_pack,
    read_pack_folder,
    shipped_folder,
)

FAIRNESS = read_pack_folder(shipped_folder() / "fairness", "fairness")
WHOLE = {each.id for each in read_pack(FAIRNESS).pack.rules}
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=6), each, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(["owners", "risk", "retraining", "monitoring", "limitations", "serving"])
SPECS = st.dictionaries(FIELDS, VALUES, max_size=4)
CORE = read_pack(read_pack_folder(shipped_folder() / "core", "core")).pack


@given(st.binary(max_size=200))
@settings(max_examples=80)
def test_any_bytes_in_a_rule_file_are_a_pack_or_told(content):
    read = read_pack(files(**{"rules/more.yaml": content}))

    assert (read.pack is None) == has_errors(read.diagnostics)


@given(st.data())
@settings(max_examples=60)
def test_a_byte_that_is_changed_never_takes_a_rule_away_in_silence(data):
    name = data.draw(st.sampled_from(sorted(FAIRNESS.content)))
    content = bytearray(FAIRNESS.content[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    changed = PackFiles("fairness", {**FAIRNESS.content, name: bytes(content)})
    read = read_pack(changed)

    is_same = changed.content == FAIRNESS.content
    assert (changed.digest == FAIRNESS.digest) == is_same
    if read.pack is None:
        assert has_errors(read.diagnostics)
    elif is_same:
        assert {each.id for each in read.pack.rules} == WHOLE


@given(st.sampled_from(sorted(FAIRNESS.content)))
@settings(max_examples=len(FAIRNESS.content))
def test_a_file_that_is_gone_is_told_by_the_digest(name):
    left = {each: text for each, text in FAIRNESS.content.items() if each != name}

    assert PackFiles("fairness", left).digest != FAIRNESS.digest


@given(SPECS)
@settings(max_examples=80)
def test_any_spec_has_an_outcome_from_every_rule_and_only_a_pass_is_silent(spec):
    results = [*evaluate(CORE, inputs(spec), {})]

    assert {each.id for each in CORE.rules if "Model" in each.by_kind} == {
        each.rule for each in results
    }
    for each in results:
        is_silent = each.outcome in (Outcome.PASS, Outcome.SKIP)
        assert is_silent == (not each.message)


@given(SPECS, st.sampled_from([*Enforcement]))
@settings(max_examples=60)
def test_tightening_changes_no_outcome_and_stops_no_less(spec, level):
    asked = inputs(spec)
    stricter = {each.id: level for each in CORE.rules}

    for plain, tight in zip(
        evaluate(CORE, asked, {}), evaluate(CORE, asked, stricter), strict=True
    ):
        assert plain.outcome is tight.outcome
        assert tight.stops or not plain.stops


@given(SPECS, st.sampled_from(["2027-12-01", "2027-12-02", "2028-01-01"]))
@settings(max_examples=60)
def test_a_rule_that_counts_goes_on_to_count(spec, day):
    pack = pack_of(rule(appliesFrom='"2027-12-02"'), proof())
    [early] = evaluate(pack, inputs(spec, day), {})
    [late] = evaluate(pack, inputs(spec, "2030-01-01"), {})

    assert late.stops or not early.stops
    assert (early.outcome is Outcome.WARN) <= (late.outcome in (Outcome.FAIL, Outcome.ERROR))


@given(SPECS)
@settings(max_examples=40)
def test_nothing_differs_from_itself_and_differences_turn_round(spec):
    other = pack_of(rule("CORE-001", "true") + "---\n" + rule("HOUSE-001"))
    asked = inputs(spec)
    before, after = [*evaluate(CORE, asked, {})], [*evaluate(other, asked, {})]

    assert [] == [*changed_rules(CORE, CORE)]
    assert [] == [*changed_outcomes(before, before)]
    there, back = changed_outcomes(before, after), changed_outcomes(after, before)
    assert {
        (each.rule, each.before, each.after) for each in there if each.before != each.after
    } == {(each.rule, each.after, each.before) for each in back if each.before != each.after}
