"""Three versions of a text: what one side changed is taken, what both changed is kept and told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.vcs import Conflict, merge_texts

BASE = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n"


def test_what_each_side_changed_alone_is_in_the_text():
    ours = BASE.replace("a: 1", "# by hand\na: 10")
    theirs = BASE.replace("e: 5", "e: 50")

    merged = merge_texts(ours, BASE, theirs)

    assert merged.text == ours.replace("e: 5", "e: 50")
    assert () == merged.conflicts


def test_what_both_changed_stays_as_it_is_here_and_both_are_told():
    merged = merge_texts(BASE.replace("c: 3", "c: 4"), BASE, BASE.replace("c: 3", "c: 5"))

    assert merged.text == BASE.replace("c: 3", "c: 4")
    assert (Conflict("c: 4\n", "c: 5\n"),) == merged.conflicts


@pytest.mark.parametrize("line", ["<<<<<<< ours", "=======", ">>>>>>> theirs", "é\u2028b"])
def test_lines_that_look_like_marks_are_lines(line):
    base = f"{line}\nb: 2\nc: 3\n"

    merged = merge_texts(base.replace("b: 2", "b: 3"), base, base.replace("b: 2", "b: 4"))

    assert merged.text == base.replace("b: 2", "b: 3")
    assert (Conflict("b: 3\n", "b: 4\n"),) == merged.conflicts


LINES = st.lists(st.sampled_from(["a: 1\n", "b: 2\n", "c: 3\n", "# note\n"]), max_size=6)


@settings(max_examples=25)
@given(LINES, LINES)
def test_a_side_that_changed_nothing_gives_way_to_the_other(base, other):
    before, after = "".join(base), "".join(other)

    assert after == merge_texts(before, before, after).text
    assert after == merge_texts(after, before, before).text
    assert after == merge_texts(after, before, after).text
