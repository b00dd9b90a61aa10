"""Fixtures of the contract tests: commands, and a fresh workspace."""

from __future__ import annotations

import pytest
from tests.contract.shops import made
from tests.e2e.commands import forks

__all__ = ["forks"]


@pytest.fixture(scope="session")
def fresh(forks, tmp_path_factory):
    """What `mlspec init` makes, to be copied."""
    return made(forks, tmp_path_factory.mktemp("fresh") / "shop")
