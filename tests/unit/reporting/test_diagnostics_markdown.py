"""Diagnostics as Markdown: a table for a comment, which nothing in a spec can leave."""

from __future__ import annotations

import re

import pytest

from mlspec.diagnostics import Diagnostic, Position, Severity, Span
from mlspec.reporting.diagnostics import render_diagnostics

HEAD = "| what | where | problem | next step |"


def span(file="specs/a.yaml", line=3):
    return Span(file, Position(line, 5), Position(line, 9))


def told(message="it is gone", severity=Severity.ERROR, **more):
    given = {"span": span(), "hint": "add it"} | more
    return Diagnostic("MLS201", "dangling-reference", severity, message, **given)


def shown(*diagnostics, form="markdown", **options):
    return render_diagnostics(diagnostics, {}, form, **options)


def test_no_problem_is_one_line():
    assert "### mlspec specs: no problem\n" == shown()


def test_a_problem_is_a_row_with_code_place_message_and_step():
    assert (
        "### mlspec specs: 1 error\n"
        "\n"
        f"{HEAD}\n"
        "| --- | --- | --- | --- |\n"
        "| error `MLS201` dangling-reference | `specs/a.yaml:3:5` | it is gone | add it |\n"
    ) == shown(told())


def test_md_is_short_for_markdown():
    assert shown(told(), form="md") == shown(told())


def test_errors_come_first_and_are_counted():
    listed = shown(told("b", Severity.NOTE), told("c", Severity.WARNING), told("d"), told("e"))

    assert "### mlspec specs: 2 errors, 1 warning, 1 note" in listed
    rows = [each.split("|")[3].strip() for each in listed.splitlines() if each.startswith("| ")]
    assert ["d", "e", "c", "b"] == rows[2:]


def test_what_is_waived_says_why():
    row = shown(told(severity=Severity.NOTE, waived="agreed on in December")).splitlines()[-1]

    assert "| it is gone Waived: agreed on in December |" in row


def test_what_has_no_place_or_step_has_empty_cells():
    assert shown(told(span=None, hint=None)).endswith("|  | it is gone |  |\n")


def test_files_are_named_from_the_top_of_the_repository():
    assert "`ml/churn/specs/a.yaml:3:5`" in shown(told(), folder="ml/churn")


@pytest.mark.parametrize(
    "text", ["a | b", "one\ntwo", "<img src=x>", "@everybody", "#12", "[x](y)", "`code`|"]
)
def test_nothing_leaves_its_cell_or_becomes_markup(text):
    row = shown(told(text, hint=text, span=span(f"{text}.yaml"))).splitlines()[-1]
    plain = re.sub(r"`[^`]*`|\\.", "", row).replace("<!-- -->", "~")

    assert 5 == plain.count("|")
    for each in ("<", "[", " @everybody", " #12"):
        assert each not in plain


def test_many_problems_are_cut_before_a_forge_cuts_them_and_that_is_said():
    listed = shown(*(told(f"problem {number} {'x' * 150}") for number in range(900)))

    assert len(listed.encode()) <= 60_000
    rows = sum(each.startswith("| error") for each in listed.splitlines())
    assert 100 < rows < 900
    assert listed.endswith(f"... and {900 - rows} more, which do not fit here.\n")
