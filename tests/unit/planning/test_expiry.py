"""A plan that needs approvals is good for a time that its gravest level sets."""

from __future__ import annotations

import pytest
from tests.unit.planning.worlds import planned, registered, wanted

from mlspec.planning import Level
from mlspec.planning._expiry import expiry_of, has_passed

TEAM = wanted("Team", "ops", {"members": ["ana"]})


@pytest.mark.parametrize(
    ("level", "until"),
    [
        (Level.NONE, "2026-03-31T10:00:00Z"),
        (Level.LOW, "2026-03-31T10:00:00Z"),
        (Level.MEDIUM, "2026-03-15T10:00:00Z"),
        (Level.HIGH, "2026-03-08T10:00:00Z"),
        (Level.CRITICAL, "2026-03-04T10:00:00Z"),
    ],
)
def test_the_graver_the_sooner(level, until):
    assert until == expiry_of("2026-03-01T10:00:00Z", level)


@pytest.mark.parametrize(
    "start", ["2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00", "2026-03-01T10:00:00.25Z"]
)
def test_any_way_to_write_the_start_gives_the_same_end(start):
    assert expiry_of(start, Level.HIGH) == "2026-03-08T10:00:00Z"


def test_the_last_moment_is_the_one_before():
    until = "2026-03-08T10:00:00Z"

    assert not has_passed(until, "2026-03-08T09:59:59+00:00")
    assert has_passed(until, "2026-03-08T11:00:00+01:00")
    assert not has_passed("", "9999-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("settings", "expires"),
    [
        ({"require_approvals": True, "valid_from": "2026-03-01T10:00:00Z"}, True),
        ({"require_approvals": True}, False),
        ({"valid_from": "2026-03-01T10:00:00Z"}, False),
    ],
)
def test_a_plan_expires_where_approvals_are_required_and_its_start_is_known(settings, expires):
    assert bool(planned([TEAM], registered(), **settings).expires_at) == expires


def test_a_plan_without_changes_does_not_expire():
    settings = {"require_approvals": True, "valid_from": "2026-03-01T10:00:00Z"}

    assert not planned([], registered(), **settings).expires_at
