"""How a long text changed, in lines that a person reads."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.reporting.sample_plans import many

from mlspec.planning import ChangeDirection, FieldChange
from mlspec.reporting._plan_options import Options
from mlspec.reporting._text_lines import text_lines, value_lines
from mlspec.reporting.plans_markdown import render_plan_markdown
from mlspec.reporting.plans_text import render_plan_text

OLD = "You answer.\nBe short. Never promise a refund. Say who you are.\nThanks.\n"
NEW = "You answer.\nBe short. Promise a refund. Say who you are.\nThanks.\n"


def test_only_the_sentence_that_changed_is_shown():
    assert ["- Never promise a refund.", "+ Promise a refund."] == text_lines(OLD, NEW)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("short", "other", []),
        (None, OLD, []),
        (OLD, 3, []),
        ("a\nb", "a\nb\nc", ["+ c"]),
        ("a\nb\nc", "a\nc", ["- b"]),
        ("a\nb", "a", ["- b"]),
        ("a\n", "a\n\n", []),
        ("x" * 121, "y", [f"- {'x' * 100}", f"- {'x' * 21}", "+ y"]),
        ("a\n\x1b[2Jb", "a\nb", ["- \\x1b[2Jb", "+ b"]),
    ],
)
def test_what_is_left_out_and_what_is_told(old, new, expected):
    assert expected == text_lines(old, new)


def test_what_is_too_much_is_counted():
    told = text_lines("\n".join(map(str, range(40))), "\n".join(map(str, range(100, 140))))

    assert 25 == len(told)
    assert "and 56 more lines" == told[-1]


@settings(max_examples=60)
@given(st.text(max_size=400), st.text(max_size=400))
def test_lines_are_few_short_and_printable_for_any_text(old, new):
    for each in text_lines(old, new):
        assert each.isprintable()
        assert len(each) <= 102


@pytest.mark.parametrize("piece", ["a", "a ", "a. ", "a\n", "`", "\u202e"])
def test_a_text_of_any_length_is_told_soon(piece):
    start = time.process_time()

    text_lines(piece * 100_000, (piece + "b") * 50_000)

    assert time.process_time() - start < 5  # it takes far less than one


def with_text(old, new):
    plan = many(1)
    change = FieldChange(
        "spec.template.text", old, new, "artifact", ChangeDirection.NEUTRAL, "specs/a.yaml:9:5"
    )
    first, *others = plan.operations
    return replace(plan, operations=(replace(first, changes=(change,)), *others))


def test_a_plan_as_text_shows_them_below_the_field():
    text = render_plan_text(with_text(OLD, NEW), Options())

    assert "\n        - Never promise a refund.\n        + Promise a refund.\n" in text


def test_a_plan_as_markdown_shows_them_in_a_block_that_no_text_ends():
    shown = render_plan_markdown(with_text(OLD, NEW + "```\n````\n# Ours"), Options())

    block = shown.partition("`````diff\n")[2].partition("\n`````\n")[0]
    assert "- Never promise a refund." in block.splitlines()
    assert "+ # Ours" in block.splitlines()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            None,
            {"id": "a", "merge": {"spec": {"replicas": 3, "paused": False}}},
            ["+ id: a", "+ merge:", "+   spec:", "+     replicas: 3", "+     paused: false"],
        ),
        (
            {"id": "a", "operations": [{"op": "remove", "path": "/spec"}]},
            None,
            ["- id: a", "- operations:", "-   - op: remove", "-     path: /spec"],
        ),
        (None, "spec:\n  replicas: 3\n", ["+ spec:", "+   replicas: 3"]),
        (None, ["a"], []),
        (None, "one line", []),
        (1, 2, []),
    ],
)
def test_a_value_with_parts_is_shown_line_by_line(old, new, expected):
    assert expected == value_lines(old, new)


def test_a_value_of_any_size_is_cut_and_says_so():
    told = value_lines(None, {f"key-{index}": index for index in range(1000)})

    assert 121 == len(told)
    assert "and 880 more lines" == told[-1]


def test_a_value_with_parts_moves_no_cursor():
    told = value_lines(None, {"merge": {"a\x1b[2J": "b\x1b[1A" * 10}})

    assert "\x1b" not in "".join(told)
