"""Every test plans in a world of its own."""

from __future__ import annotations

import pytest
from tests.unit.planning.worlds import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)
