import pytest

from mlspec.diagnostics import Code, Severity
from mlspec.errors import UsageError
from mlspec.manifests import Check, Problem
from mlspec.manifests._semantic import find_problems, load_checks

CODE = Code("ACME1", "acme", Severity.WARNING, "A.", "B.", "", "")
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def check(message, code="ACME1"):
    def find(manifests):
        for each in manifests.manifests:
            yield Problem(each, ("metadata", "name"), code, message, message, on_key=True)

    return Check("acme", (CODE,), find)


def test_checks_are_found_in_order_of_name():
    names = [each.name for each in load_checks()]

    assert names
    assert len(set(names)) == len(names)


def test_a_problem_is_told_at_the_key_where_it_asks_for_that(read):
    (told,) = find_problems(read(CONFIG), [check("wrong")])

    assert ("ACME1", "acme", Severity.WARNING, "wrong") == (
        *(told.code, told.name, told.severity, told.message),
    )
    assert (3, 12) == (told.span.start.line, told.span.start.column)


def test_messages_are_cut_where_nobody_reads_on(read):
    (told,) = find_problems(read(CONFIG), [check("x" * 1_000_000)])

    assert "x" * 400 + "..." == told.message
    assert told.message == told.hint


def test_a_check_that_gives_a_code_it_does_not_list_is_refused(read):
    with pytest.raises(UsageError, match="`acme` gives `ACME2`"):
        find_problems(read(CONFIG), [check("wrong", "ACME2")])
