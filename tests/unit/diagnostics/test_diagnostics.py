"""Diagnostics are values: comparable, sorted, without doubles."""

import pytest

from mlspec.diagnostics import (
    Diagnostic,
    Position,
    Severity,
    Span,
    did_you_mean,
    has_errors,
    sort_diagnostics,
)


def at(file, line, column, code="MLS001", message="m", severity=Severity.ERROR):
    span = Span(file, Position(line, column), Position(line, column + 1))
    return Diagnostic(code, "name", severity, message, span)


def test_order_is_by_file_place_code_and_message_and_does_not_depend_on_the_input():
    ordered = [
        Diagnostic("MLS201", "name", Severity.ERROR, "no place"),
        at("a.yaml", 1, 2),
        at("a.yaml", 2, 1),
        at("a.yaml", 10, 1, "MLS001"),
        at("a.yaml", 10, 1, "MLS002", "a"),
        at("a.yaml", 10, 1, "MLS002", "b"),
        at("b.yaml", 1, 1),
    ]

    assert ordered == sort_diagnostics([*reversed(ordered), *ordered])


def test_diagnostics_that_differ_in_their_hint_alone_stay_in_order():
    told = [Diagnostic("MLS001", "name", Severity.ERROR, "message", hint=f"{n}") for n in range(20)]

    assert told == sort_diagnostics([*told, *told])


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ((), False),
        ((Severity.WARNING, Severity.NOTE), False),
        ((Severity.NOTE, Severity.ERROR), True),
    ],
    ids=str,
)
def test_only_errors_are_errors(severities, expected):
    assert expected == has_errors(at("a", 1, 1, severity=each) for each in severities)


@pytest.mark.parametrize(
    ("word", "choice"),
    [
        ("ownr", "owner"),
        ("OWNER", "owner"),
        ("metdata", "metadata"),
        ("zzz", None),
        ("", None),
        ("owner" * 1000, None),
    ],
    ids=lambda each: str(each)[:10],
)
def test_a_suggestion_is_close_or_none(word, choice):
    assert choice == did_you_mean(word, ["name", "owner", "metadata"])


@pytest.mark.parametrize(
    ("word", "choice", "is_close"),
    [
        ("a@example.org", "you@example.org", False),
        ("nope", "model/churn", False),
        ("observed-model/crm", "observed-model/churn-model", False),
        ("minReplicas", "maxReplicas", False),
        ("max_replica", "maxReplicas", True),
        ("churn", "model/churn", True),
        ("chrn", "model/churn", True),
        ("growht", "team/growth", True),
        ("screen", "model/employment-screen", False),
        ("rocauc", "roc_auc", True),
        ("v1", "v2", False),
        ("Nodeport", "NodePort", True),
    ],
)
def test_another_word_at_the_same_place_is_no_suggestion(word, choice, is_close):
    assert (choice if is_close else None) == did_you_mean(word, [choice])
