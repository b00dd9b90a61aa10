"""A verdict in a record is the one that its numbers give, of every part that the spec asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import GateResult, Interval, PartResult, Verdict
from mlspec.gates import GateSpec
from mlspec.gates._follows import unfounded

GROUPS = [{"column": "sex"}, {"column": "race"}]
SPECS = {
    "fair": {
        "type": "fairness",
        "metric": "selection-rate-ratio",
        "groups": GROUPS,
        "atLeast": 0.8,
    },
    "gap": {
        "type": "fairness",
        "metric": "selection-rate-difference",
        "groups": GROUPS,
        "atMost": 0.1,
    },
    "slices": {
        "type": "slices",
        "metric": "accuracy",
        "by": [{"column": "town", "expected": ["a"]}],
        "atLeast": 0.8,
        "smallSlices": "report",
    },
    "drift": {
        "type": "data-drift",
        "reference": "then",
        "current": "now",
        "features": [{"name": "age", "atMost": 0.1}, {"name": "*", "atMost": 0.2}],
    },
    "latency": {"type": "latency", "source": "load", "column": "ms", "p50Ms": 3, "p99Ms": 10},
    "auc": {"type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.7},
    "point": {"type": "metric-threshold", "metric": "brier", "atMost": 0.2, "decide": "point"},
    "quality": {"type": "data-quality", "source": "now", "columns": [{"name": "age"}]},
}
NAMES = {
    "fair": ("sex: `f` / `m`", "race: `a` / `b`"),
    "gap": ("sex: `f` / `m`", "race: `a` / `b`"),
    "slices": ("town: `a`", "town: `b`"),
    "drift": ("age", "height"),
    "latency": ("p50", "p99"),
    "quality": ("rows", "age: missing"),
}
PASSING = {
    "fair": (0.9, 1.1),
    "gap": (-0.05, 0.05),
    "slices": (0.85, 0.9),
    "drift": (0.0, 0.05),
    "latency": (1.0, 2.0),
    "auc": (0.75, 0.8),
}
MISSING = {
    "fair": (0.478, 0.6),
    "gap": (-0.5, -0.3),
    "slices": (0.5, 0.6),
    "drift": (0.3, 0.4),
    "latency": (11.0, 12.0),
    "auc": (0.3, 0.4),
}
OF_PARTS = sorted(set(NAMES) - {"quality"})


def spec_of(name):
    return TypeAdapter(GateSpec).validate_python({"id": name, **SPECS[name]})


def number(ends):
    lower, upper = ends
    return {"estimate": (lower + upper) / 2, "interval": Interval("m", 0.9, lower, upper)}


def part(name, ends, verdict=Verdict.PASS, code=""):
    return PartResult(name, verdict, code, code, **({} if ends is None else number(ends)))


def passing(name):
    """Return a pass as an evaluation writes it."""
    ends = PASSING.get(name)
    told = {} if ends is None else number(ends)
    if name == "point":
        told = {"estimate": 0.1}
    parts = tuple(part(each, ends) for each in NAMES.get(name, ()))
    spec = spec_of(name)
    kept = {"decide": spec.decide, "parts": parts, **told}
    return spec, GateResult(name, spec.gate_type, Verdict.PASS, "", **kept)


@pytest.mark.parametrize("name", SPECS)
def test_what_an_evaluation_writes_follows(name):
    assert "" == unfounded(*passing(name))


@pytest.mark.parametrize("name", OF_PARTS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_pass_of_a_part_whose_numbers_miss_the_limit_does_not_follow(name, place):
    spec, told = passing(name)
    parts = list(told.parts)
    parts[place] = part(parts[place].name, MISSING[name])

    assert "give `fail`" in unfounded(spec, replace(told, parts=tuple(parts)))


@pytest.mark.parametrize("name", ["auc", *OF_PARTS])
def test_a_fail_whose_numbers_are_kept_is_no_pass(name):
    spec, told = passing(name)
    parts = tuple(part(each.name, MISSING[name]) for each in told.parts)

    assert "give `fail`" in unfounded(spec, replace(told, parts=parts, **number(MISSING[name])))


@pytest.mark.parametrize("struck", ["estimate", "interval"])
@pytest.mark.parametrize("name", ["auc", *OF_PARTS])
def test_a_pass_without_its_number_does_not_follow(name, struck):
    spec, told = passing(name)
    parts = tuple(replace(each, **{struck: None}) for each in told.parts)

    found = unfounded(spec, replace(told, parts=parts, **{struck: None}))

    assert "`pass` without its number" in found


def test_a_point_has_no_interval_and_needs_its_estimate():
    spec, told = passing("point")

    assert "give `fail`" in unfounded(spec, replace(told, estimate=0.3))
    assert "without its number" in unfounded(spec, replace(told, estimate=None))


@pytest.mark.parametrize("name", NAMES)
def test_a_pass_without_parts_does_not_follow(name):
    spec, told = passing(name)

    assert "it has no part" in unfounded(spec, replace(told, parts=()))


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"slices", "drift", "quality"}))
@pytest.mark.parametrize("place", [0, 1])
def test_a_part_that_there_always_is_cannot_be_struck(name, place):
    spec, told = passing(name)
    left = told.parts[:place] + told.parts[place + 1 :]

    assert "it has no part" in unfounded(spec, replace(told, parts=left))


@pytest.mark.parametrize("name", ["slices", "drift"])
def test_what_a_spec_names_cannot_be_struck(name):
    spec, told = passing(name)

    assert "it has no part" in unfounded(spec, replace(told, parts=told.parts[1:]))
    assert "" == unfounded(spec, replace(told, parts=told.parts[:1]))


def test_a_part_that_the_spec_does_not_ask_for_is_none():
    spec, told = passing("latency")

    extra = (*told.parts, part("p42", (1.0, 2.0)))

    assert "asks for no part `p42`" in unfounded(spec, replace(told, parts=extra))


@pytest.mark.parametrize(("name", "is_listed"), [("town: `b`", True), ("town: `a`", False)])
def test_only_parts_too_small_for_a_number_may_be_left_out(name, is_listed):
    spec, told = passing("slices")
    few = part(name, None, Verdict.INCONCLUSIVE, "too-few-rows")
    parts = tuple(few if each.name == name else each for each in told.parts)

    assert is_listed is (unfounded(spec, replace(told, parts=parts)) == "")


@pytest.mark.parametrize(
    ("code", "ends", "says"),
    [
        ("fail-by-chance", MISSING["fair"], ""),
        ("fail-by-chance", PASSING["fair"], "give `pass`"),
        ("interval-straddles", (0.7, 0.9), ""),
        ("interval-straddles", MISSING["fair"], "give `fail`"),
        ("too-few-rows", MISSING["fair"], ""),
    ],
)
def test_a_person_is_only_asked_about_what_is_open(code, ends, says):
    """`onInconclusive` lets intervals through that leave it open, and nothing else."""
    spec, told = passing("fair")
    parts = tuple(part(each.name, ends, Verdict.INCONCLUSIVE, code) for each in told.parts)
    edited = replace(told, verdict=Verdict.INCONCLUSIVE, parts=parts, **number(ends))

    found = unfounded(spec, edited)

    assert says in found
    assert bool(says) is bool(found)


def test_the_number_of_a_gate_is_that_of_a_part():
    spec, told = passing("fair")

    assert "that of no part" in unfounded(spec, replace(told, estimate=0.99))


def test_what_was_not_evaluated_follows_from_nothing():
    spec, told = passing("fair")
    silent = replace(told, verdict=Verdict.NOT_EVALUATED, parts=(), estimate=None, interval=None)

    assert "" == unfounded(spec, silent)


def test_the_name_of_a_part_is_told_as_it_stands_in_the_record():
    spec, told = passing("fair")

    found = unfounded(spec, replace(told, parts=(part("sex: `f` / `m`", MISSING["fair"]),)))

    assert "sex: `f` / `m`: `pass`, although its numbers give `fail`" == found
