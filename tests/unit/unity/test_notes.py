"""What is noted at the end of a comment is read as it was written, whatever stands before it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.unity.notes import comment_of, read_comment

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LINES = st.lists(st.sampled_from(["", "a", 'mlspec-notes: {"a":"b"}', "mlspec-notes: {"]))
DESCRIPTIONS = TEXT | LINES.map("\n".join)


@settings(max_examples=50)
@given(DESCRIPTIONS, st.dictionaries(TEXT, TEXT, max_size=3))
def test_description_and_notes_are_read_as_they_were_written(description, notes):
    comment = comment_of(description, notes)

    assert (description, notes) == read_comment(comment)
    assert comment


def test_a_comment_stays_a_text_that_people_can_read():
    assert 'Churn.\n\nmlspec-notes: {"a":"b"}' == comment_of("Churn.", {"a": "b"})
    assert "Churn." == comment_of("Churn.", {})
    assert "mlspec-notes: {}" == comment_of("", {})


@pytest.mark.parametrize(
    "comment",
    ["", "a", "mlspec-notes: [1]", "mlspec-notes: {", "a\nmlspec-notes: {}", "mlspec-notes: {}\nb"],
)
def test_what_is_no_note_is_the_description(comment):
    assert (comment, {}) == read_comment(comment)


def test_a_note_that_is_no_text_is_none():
    assert ("", {"a": "b"}) == read_comment('mlspec-notes: {"a":"b","c":1}')
