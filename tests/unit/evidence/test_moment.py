"""One parser of moments: what gates and readers take for a moment is the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mlspec.evidence import instant, moment


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-21T02:00:00.123456789+02:00", datetime(2026, 11, 21, 0, 0, 0, 123456, UTC)),
        ("2026-11-21T00:00:00Z", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-21T00:00:00", None),
        ("2026-11-21", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-11-21T00:00:00." + "1" * 60 + "later", None),
        ("", None),
    ],
)
def test_a_moment_is_one_with_a_time_zone(text, found):
    assert found == instant(text)
    assert (found is None) == (moment(text) == "")


@pytest.mark.parametrize("text", ["2026-11-21", "2026-11-21T00:00:00", "2026-11-21T00:00:00Z"])
def test_the_zone_of_a_moment_that_names_none_is_the_callers(text):
    assert datetime(2026, 11, 21, tzinfo=UTC) == instant(text, UTC)


def test_the_text_of_a_moment_has_no_fraction():
    assert "2026-11-21T00:40:38Z" == moment("2026-11-21T00:40:38.999999999Z")
