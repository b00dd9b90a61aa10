"""Many expressions about the same facts give what each of them gives alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.cel import (
    Budget,
    BudgetError,
    Environment,
    EvaluationError,
    Inquiry,
    compile_expression,
    type_from,
)

NAMES = ("a", "b", "c")
ENVIRONMENT = Environment({name: type_from("dyn") for name in NAMES})
CONDITIONS = (
    "a",
    "(a || b)",
    "!b",
    "a.x == 'u'",
    "has(a.x)",
    "has(b.x.y) && b.x.y > 1",
    "c.all(e, e.x > 0)",
    "c.exists(e, e in ['u', 'v'])",
    "c[0].x == a.x",
    "a.?x.orValue('u') == 'u'",
    "c.filter(e, has(e.x)).size() > 0",
    "'u' + a.x == 'uu'",
    "1 / a.x == 1",
)
VALUES = st.recursive(
    st.sampled_from([True, False, None, 0, 1, 2.5, "u", "v"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2)
    ),
    max_leaves=6,
)
FACTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))
ASKED = st.lists(
    st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=4).map(" && ".join), max_size=6
)


def program(text):
    found = compile_expression(text, ENVIRONMENT)
    assert not isinstance(found, tuple), found
    return found


def outcome(evaluate, budget):
    try:
        value = evaluate(budget)
    except EvaluationError as error:
        return type(error), error.message, error.line, error.column, budget.left
    return value, budget.left


@settings(max_examples=150)
@given(facts=FACTS, texts=ASKED, steps=st.sampled_from([5, 20, 40, 1_000]))
def test_what_is_asked_together_is_what_is_asked_alone(facts, texts, steps):
    inquiry = Inquiry(facts)

    for each in map(program, texts):
        alone = outcome(lambda budget, it=each: it.evaluate(facts, budget), Budget(steps))
        assert alone == outcome(lambda budget, it=each: inquiry.evaluate(it, budget), Budget(steps))


@settings(max_examples=150)
@given(facts=FACTS, texts=ASKED, steps=st.sampled_from([5, 20, 40, 1_000]))
def test_what_is_explained_together_is_what_is_explained_alone(facts, texts, steps):
    inquiry = Inquiry(facts)

    for each in map(program, texts):
        budget, other = Budget(steps), Budget(steps)
        alone, found = each.explain(facts, budget), inquiry.explain(each, other)
        assert (alone.facts, budget.left) == (found.facts, other.left)
        assert _told(alone.value) == _told(found.value)


def _told(value):
    if isinstance(value, EvaluationError):
        return type(value), value.message, value.line, value.column
    return value


def test_a_condition_is_evaluated_once_and_takes_its_steps_each_time():
    read = []

    class Facts(dict):
        def __getitem__(self, name):
            read.append(name)
            return super().__getitem__(name)

    inquiry = Inquiry(Facts(a=[1, 2, 3], b=True))
    first, second = Budget(), Budget()

    assert inquiry.evaluate(program("a.all(e, e > 0) && b"), first) is True
    assert inquiry.evaluate(program("a.all(e, e > 0) && !b"), second) is False

    assert ["a"] == [each for each in read if each == "a"]
    assert first.left - second.left == 1  # the step of `!`


def test_what_ran_out_of_steps_is_asked_again():
    inquiry, each = Inquiry({"a": [True] * 50}), program("a.all(e, e)")

    with pytest.raises(BudgetError):
        inquiry.evaluate(each, Budget(10))

    assert inquiry.evaluate(each, Budget()) is True
