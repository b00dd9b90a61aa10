"""Incidents: whose they are, and moments that can be right."""

from __future__ import annotations

import pytest

from mlspec.rules import check

PATCH = "kind: Incident\nmetadata: {name: wrong-refusals}\nspec:\n  "
HAPPENED, KNOWN = "2026-11-18T07:00:00Z", "2026-11-19T09:30:00Z"
DAYS = {"happened": HAPPENED, "known": KNOWN, "reported": "2026-11-20"}


def found(load_patched, lines):
    named = {each.partition(":")[0] for each in lines}
    days = [f"{key}: {day}" for key, day in DAYS.items() if key not in named]
    told = check(load_patched(PATCH + "\n  ".join([*days, *lines])))
    return [(each.code, each.message) for each in told if each.code in ("MLS760", "MLS761")]


def test_a_misspelt_address_is_met_with_the_one_that_is_meant(load_patched):
    workspace = load_patched(f"{PATCH}resource: model/employment-scren\n")

    [told] = [each for each in check(workspace) if each.code == "MLS760"]

    assert told.hint == "did you mean `model/employment-screen`?"


def test_an_incident_is_of_a_model_or_system_not_of_a_team(load_patched):
    assert [("MLS760", "there is no model or system `team/workforce`")] == found(
        load_patched, ["resource: team/workforce"]
    )


@pytest.mark.parametrize(
    ("lines", "part"),
    [
        ([f"known: {HAPPENED}", f"happened: {KNOWN}"], "before it happened"),
        (["known: 2026-11-22T00:00:00Z", "reported: null"], "has not come yet"),
        (["reported: 2026-11-18"], "before somebody knew"),
        (["reported: 2026-11-22"], "after today"),
        (["known: 2026-13-19T09:30:00Z"], "is on no calendar"),
        (["happened: 2026-11-31T09:30:00Z"], "is on no calendar"),
        (["reported: 2026-11-31"], "is on no calendar"),
    ],
)
def test_a_moment_that_cannot_be_right_is_told_once(load_patched, lines, part):
    [(code, message)] = found(load_patched, lines)

    assert "MLS761" == code
    assert part in message


@pytest.mark.parametrize(
    "lines",
    [
        [f"known: {HAPPENED}"],
        ["known: 2026-11-21T23:59:59Z", "reported: 2026-11-21"],
        ["reported: 2026-11-19"],
        ["reported: null"],
    ],
)
def test_what_can_be_right_is_not_told(load_patched, lines):
    assert [] == found(load_patched, lines)
