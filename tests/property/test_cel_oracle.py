"""Values and errors are those of the C++ implementation of CEL's own authors.

Expressions are generated with their types, so that most of them have a value to compare.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlspec.cel import (
    Environment,
    EvaluationError,
    Program,
    Uint,
    compile_expression,
    type_from,
)

cel = pytest.importorskip("cel_expr_python.cel", reason="cel-expr-python has no wheel here")

TYPES = {"i": "int", "d": "double", "s": "string", "b": "bool", "l": "list<int>"}
ENVIRONMENT = Environment({name: type_from(text) for name, text in TYPES.items()})
KINDS = {"i": "INT", "d": "DOUBLE", "s": "STRING", "b": "BOOL"}
ORACLE = cel.NewEnv(
    variables={
        **{name: getattr(cel.Type, kind) for name, kind in KINDS.items()},
        "l": cel.Type.List(cel.Type.INT),
    }
)

INTS = st.integers(-50, 50).map(str) | st.sampled_from(["i", "9223372036854775807"])
TEXTS = st.sampled_from(["'a'", "'ab'", "''", "s", "'é'"])
DOUBLES = st.sampled_from(["d", "0.5", "2.0", "-1.25"])


def two(parts, signs):
    return st.tuples(parts, st.sampled_from(signs), parts).map(lambda each: f"({' '.join(each)})")


def wholes(depth):
    if not depth:
        return INTS
    below = wholes(depth - 1)
    return st.one_of(
        INTS,
        two(below, ["+", "-", "*", "/", "%"]),
        texts(depth - 1).map(lambda text: f"size({text})"),
        lists(depth - 1).map(lambda values: f"{values}.size()"),
        st.tuples(bools(depth - 1), below, below).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        st.tuples(lists(depth - 1), st.integers(0, 3)).map(lambda p: f"{p[0]}[{p[1]}]"),
    )


def texts(depth):
    if not depth:
        return TEXTS
    below = texts(depth - 1)
    return st.one_of(TEXTS, two(below, ["+"]), wholes(depth - 1).map(lambda n: f"string({n})"))


def doubles(depth):
    if not depth:
        return DOUBLES
    return st.one_of(
        DOUBLES, two(doubles(depth - 1), ["+", "-", "*"]), wholes(0).map(lambda n: f"double({n})")
    )


def lists(depth):
    if not depth:
        return st.sampled_from(["l", "[1, 2, 3]", "[0]"])
    below = lists(depth - 1)
    return st.one_of(
        two(below, ["+"]),
        st.tuples(below, bools(depth - 1)).map(lambda p: f"{p[0]}.filter(e, {p[1]} && e > 0)"),
        st.tuples(below, wholes(depth - 1)).map(lambda p: f"{p[0]}.map(e, e + {p[1]})"),
        st.lists(wholes(depth - 1), min_size=1, max_size=3).map(lambda p: f"[{', '.join(p)}]"),
    )


def bools(depth):
    if not depth:
        return st.sampled_from(["true", "false", "b"])
    signs = ["<", "<=", ">", ">=", "==", "!="]
    macros = ["all", "exists", "exists_one"]
    below = bools(depth - 1)
    return st.one_of(
        two(below, ["&&", "||", "==", "!="]),
        two(wholes(depth - 1), signs),
        two(texts(depth - 1), signs),
        two(doubles(depth - 1), signs),
        below.map(lambda one: f"!{one}"),
        st.tuples(wholes(depth - 1), lists(depth - 1)).map(lambda p: f"({p[0]} in {p[1]})"),
        st.tuples(lists(depth - 1), st.sampled_from(macros), below).map(
            lambda p: f"{p[0]}.{p[1]}(e, e > 1 || {p[2]})"
        ),
        st.tuples(texts(depth - 1), st.sampled_from(["contains", "startsWith", "endsWith"])).map(
            lambda p: f"{p[0]}.{p[1]}('a')"
        ),
    )


TYPED = st.one_of(wholes(3), texts(2), doubles(2), lists(2), bools(3))
TYPED_FACTS = st.fixed_dictionaries(
    {
        "i": st.integers(-(2**63), 2**63 - 1),
        "d": st.floats(-1e6, 1e6),
        "s": st.text("aé", max_size=3),
        "b": st.booleans(),
        "l": st.lists(st.integers(-5, 5), max_size=4),
    }
)


def of_oracle(text, facts):
    """Return the type and the value that the oracle gives; None is an error."""
    found = ORACLE.compile(text).eval(data=facts)
    kind = str(found.type()).partition("<")[0]
    return None if kind == "ERROR" else (kind, found.plain_value())


def of_ours(text, facts):
    program = compile_expression(text, ENVIRONMENT)
    assert isinstance(program, Program), [str(each) for each in program]
    try:
        return program.evaluate(facts)
    except EvaluationError:
        return None


PLAIN = {"BOOL": bool, "INT": int, "UINT": Uint, "DOUBLE": float, "STRING": str, "LIST": list}


def agree(text, facts):
    ours, theirs = of_ours(text, facts), of_oracle(text, facts)
    if theirs is None:
        return ours is None
    kind, value = theirs
    if isinstance(ours, float) and isinstance(value, float):
        return ours == value or (math.isnan(ours) and math.isnan(value))
    return type(ours) is PLAIN[kind] and ours == value


@settings(max_examples=500)
@given(text=TYPED, facts=TYPED_FACTS)
@example("[0][1]", {"i": 0, "d": 0.0, "s": "", "b": False, "l": []})
def test_values_are_those_of_another_implementation(text, facts):
    assert agree(text, facts), (of_ours(text, facts), of_oracle(text, facts))


NOTHING = {"i": 0, "d": 0.0, "s": "", "b": False, "l": []}


@settings(max_examples=300)
@given(
    seconds=st.integers(-62_135_596_800, 253_402_300_799),
    field=st.sampled_from(
        ("FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear", "Hours", "Minutes")
    ),
    zone=st.sampled_from(("", "'UTC'", "'America/New_York'", "'Asia/Kolkata'", "'-02:30'")),
)
def test_fields_of_the_calendar_are_those_of_another_implementation(seconds, field, zone):
    year = 366 * 86_400
    inside = min(max(seconds, -62_135_596_800 + year), 253_402_300_799 - year)

    assert agree(f"timestamp({inside}).get{field}({zone})", NOTHING)


@settings(max_examples=200)
@given(
    left=st.integers(-(2**63), 2**63 - 1),
    right=st.integers(-(2**63), 2**63 - 1),
    sign=st.sampled_from("+-*/%"),
)
@example(-(2**63), -1, "/")
@example(-(2**63), -1, "%")
@example(-(2**63), -1, "*")
def test_whole_numbers_overflow_where_those_of_another_implementation_do(left, right, sign):
    assert agree(f"({left}) {sign} ({right})", NOTHING)
    assert agree(f"{abs(left)}u {sign} {abs(right)}u", NOTHING)


@settings(max_examples=200)
@given(value=st.floats(-1e25, 1e25) | st.floats(allow_nan=False, allow_infinity=False))
def test_conversions_of_doubles_are_those_of_another_implementation(value):
    facts = NOTHING | {"d": value}

    assert agree("int(d)", facts)
    assert agree("uint(d)", facts)
    assert agree("double(int(d)) == d", facts)
    assert agree("string(d)", facts)


@settings(max_examples=200)
@given(value=st.text("0123456789+-.eEx_infa", max_size=8))
@example("0x10")
@example("1_000")
@example("+1")
@example("1.")
@example(".5")
def test_texts_are_numbers_where_they_are_for_another_implementation(value):
    facts = NOTHING | {"s": value}

    assert agree("int(s)", facts)
    assert agree("bool(s)", facts)
