"""The days of a waiver are looked at when it is written, not when its rule fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.policy.packs import HOME
from tests.unit.policy.worlds import BINDING, bound, force, model, waiver, workspace

from mlspec.policy import stated_waivers, waiver_faults
from mlspec.policy._waivers import days_of

CAPPED = f"{HOME}  waiverDays: 30\n"


def told(created, expires, home=HOME, rule="HOUSE-001"):
    """Return what is wrong with the days of a waiver, and the texts that it points at."""
    days = {"created": f'"{created}"', "expires": f'"{expires}"'}
    found = workspace(model(), BINDING, waiver(rule=rule, **days))
    faults = waiver_faults(found, force(bound(found, home=home)), stated_waivers(found))
    return [each.message for each in faults if each.name == "unsound-waiver"]


def test_a_waiver_that_ends_before_it_starts_is_an_error():
    assert ["the waiver ends on 2026-11-01, before it starts on 2026-11-02"] == told(
        "2026-11-02", "2026-11-01"
    )


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        ("2026-12-01", []),
        ("2026-12-02", ["the waiver lasts 31 days, and the pack `house` allows 30"]),
    ],
)
def test_a_waiver_that_lasts_longer_than_its_pack_allows_is_an_error(expires, expected):
    assert expected == told("2026-11-01", expires, CAPPED)


def test_the_cap_of_a_pack_is_about_its_own_rules():
    assert [] == told("2026-11-01", "2027-11-01", CAPPED, rule="OTHER-001")


def test_the_place_is_the_last_day():
    found = workspace(model(), BINDING, waiver(created='"2026-11-02"', expires='"2026-11-01"'))
    (fault,) = [
        each
        for each in waiver_faults(found, force(bound(found)), stated_waivers(found))
        if each.name == "unsound-waiver"
    ]

    line = found.sources[fault.span.file].content.decode().splitlines()[fault.span.start.line - 1]
    assert line[fault.span.start.column - 1 :] == '"2026-11-01"'


@given(st.dates(), st.dates())
def test_days_from_one_to_another_are_those_back_with_the_sign_turned(one, other):
    first, last = one.isoformat(), other.isoformat()

    assert days_of(first, last) == -days_of(last, first)
    assert (days_of(first, last) >= 0) == (first <= last)
    assert days_of(first, "2026-02-30") is None
