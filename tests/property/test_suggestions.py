"""What is suggested for a misspelt word is that word, and never another one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlspec.diagnostics import did_you_mean

LETTERS = st.text("abcdefgh", min_size=4, max_size=12)
OTHERS = st.text("stuvwxyz", min_size=1, max_size=12)
SEPARATORS = st.sampled_from("-_./@: ")
WORDS = st.text(max_size=20) | st.builds("{}{}{}".format, LETTERS, SEPARATORS, OTHERS)


@given(st.lists(WORDS, max_size=6), WORDS)
def test_a_suggestion_is_one_of_the_choices_in_whatever_order_they_come(choices, word):
    told = did_you_mean(word, choices)

    assert told is None or told in choices
    assert told == did_you_mean(word, [*reversed(choices)])


@given(LETTERS, st.data(), st.lists(OTHERS, max_size=4))
def test_one_slip_in_a_word_is_seen_among_others(word, data, others):
    at = data.draw(st.integers(0, len(word) - 2))
    slips = {
        "missing": word[:at] + word[at + 1 :],
        "another": f"{word[:at]}q{word[at + 1 :]}",
        "too many": f"{word[:at]}q{word[at:]}",
        "swapped": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }

    for slip in slips.values():
        assert word == did_you_mean(slip, [*others, word])


@given(LETTERS, OTHERS, SEPARATORS, LETTERS)
def test_words_that_share_no_letter_are_no_suggestion_whatever_surrounds_them(
    word, other, separator, shared
):
    assert did_you_mean(word, [other]) is None
    assert did_you_mean(f"{word}{separator}{shared}", [f"{other}{separator}{shared}"]) is None
    assert did_you_mean(f"{shared}{separator}{word}", [f"{shared}{separator}{other}"]) is None


@given(LETTERS, st.lists(st.tuples(st.integers(0, 11), st.sampled_from("abcq")), max_size=6))
def test_a_suggestion_keeps_a_third_of_its_letters_in_order(word, edits):
    other = word
    for at, letter in edits:
        other = f"{other[:at]}{letter}{other[at + 1 :]}"

    if did_you_mean(word, [other]) is not None:
        assert 3 * common(word, other) >= max(len(word), len(other))
    else:
        assert 3 * common(word, other) < 3 * max(len(word), len(other))


@given(LETTERS, OTHERS, SEPARATORS)
def test_case_and_separators_count_for_nothing(first, second, separator):
    assert f"{first}-{second}" == did_you_mean(
        f"{first.upper()}{separator}{second}", [f"{first}-{second}", first[::-1]]
    )


def common(one, other):
    """Return the length of the longest common subsequence; a swap costs it one letter."""
    row = [0] * (len(other) + 1)
    for letter in one:
        earlier = 0
        for at, wanted in enumerate(other, 1):
            earlier, row[at] = (
                row[at],
                earlier + 1 if letter == wanted else max(row[at], row[at - 1]),
            )
    return row[-1]
