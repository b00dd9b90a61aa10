"""Laws of what the clients of all servers share: tries, pages, many questions, what is shown."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.errors import LostAnswerError, RefusedError
from mlspec.wire.crowd import asked
from mlspec.wire.pages import listed
from mlspec.wire.said import clock_ms, shown
from mlspec.wire.tries import ATTEMPTS, made, repeated


class Loses:
    """A server that carries out each request, and loses the first answers."""

    def __init__(self, answers, *, does=True):
        self.answers, self.does, self.there, self.asked = answers, does, [], []

    def make(self, lost):
        self.asked.append(lost)
        if self.does or len(self.asked) > self.answers:
            self.there.append(lost)
        if len(self.asked) <= self.answers:
            raise LostAnswerError("no answer")
        return lost

    def found(self):
        return self.there[0] if self.there else None


@given(st.integers(0, ATTEMPTS - 1), st.booleans())
def test_what_makes_something_is_carried_out_once_whatever_answers_are_lost(answers, does):
    server, pauses = Loses(answers, does=does), []

    assert server.there == [made(pauses.append, server.make, server.found)]

    assert len(pauses) == (min(answers, 1) if does else answers)
    assert sorted(pauses) == pauses


def test_nothing_is_made_more_often_than_attempts_are():
    server, pauses = Loses(ATTEMPTS, does=False), []

    with pytest.raises(LostAnswerError):
        made(pauses.append, server.make, server.found)

    assert list(range(ATTEMPTS)) == server.asked
    assert [0.2, 0.4, 0.8] == pauses


@pytest.mark.parametrize("answers", range(ATTEMPTS + 1))
def test_what_may_happen_twice_is_sent_until_an_answer_comes(answers):
    server = Loses(answers)

    if answers == ATTEMPTS:
        with pytest.raises(LostAnswerError):
            repeated(lambda _seconds: None, lambda: server.make(0))
    else:
        repeated(lambda _seconds: None, lambda: server.make(0))

    assert min(answers + 1, ATTEMPTS) == len(server.asked)


def test_a_refusal_ends_the_tries():
    def refused(_lost):
        raise RefusedError("no")

    with pytest.raises(RefusedError):
        made(pytest.fail, refused, pytest.fail)


@given(st.lists(st.lists(st.integers(), max_size=3), min_size=1, max_size=6))
@settings(max_examples=50)
def test_all_pages_are_read_in_order_and_none_twice(pages):
    seen = []

    def read(token):
        seen.append(token)
        number = int(token or 0)
        following = str(number + 1) if number + 1 < len(pages) else ""
        return {"entries": pages[number], "next": following}

    assert list(itertools.chain.from_iterable(pages)) == list(listed(read, "entries", "next", "x"))
    assert len(pages) == len(seen) == len(set(seen))


@pytest.mark.parametrize("entries", [None, "text", {"a": 1}, 3])
def test_a_page_without_entries_is_an_empty_one(entries):
    assert [] == list(listed(lambda _token: {"entries": entries}, "entries", "next", "x"))


def test_pages_that_lead_in_a_circle_end():
    with pytest.raises(RefusedError, match="`a list` leads in a circle"):
        list(listed(lambda _token: {"next": "same"}, "entries", "next", "`a list`"))


@given(st.lists(st.integers(), max_size=30))
@settings(max_examples=50)
def test_each_key_is_asked_for_once_and_answers_stand_in_the_order_of_the_keys(keys):
    questions = []

    def ask(key):
        questions.append(key)
        return str(key) if key % 3 else None

    expected = {key: str(key) for key in dict.fromkeys(keys) if key % 3}
    assert list(expected.items()) == list(asked(ask, keys).items())
    assert sorted(set(keys)) == sorted(questions)


def test_the_error_of_the_first_key_is_told():
    def ask(key):
        raise RefusedError(f"no {key}")

    with pytest.raises(RefusedError, match="no 1"):
        asked(ask, [1, 2, 3])


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu, 01 Jan 1970 00:00:02 GMT", 2000),
        ("", 0),
        ("soon", 0),
        ("Thu, 99 Jan 1970 00:00:02 GMT", 0),
    ],
)
def test_the_clock_of_a_server_is_read_where_it_tells_one(date, expected):
    assert expected == clock_ms(date)


def test_what_a_server_says_is_short_and_holds_no_secret_and_no_control_character():
    said = shown("\x1b[31m postgresql://u:hidden@db/x " + "long " * 1000)

    assert "\x1b" not in said
    assert "hidden" not in said
    assert 400 > len(said)
