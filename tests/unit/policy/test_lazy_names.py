"""What the package of policy offers is there: modules are imported when it is asked for."""

from __future__ import annotations

import mlspec.policy


def test_every_name_is_found_when_it_is_asked_for():
    missing = [each for each in mlspec.policy.__all__ if not hasattr(mlspec.policy, each)]

    assert [] == missing
