"""Fixtures of the end-to-end tests: commands, and fresh copies of the workspaces that ship."""

from __future__ import annotations

import shutil

import pytest
from tests.e2e import commands
from tests.e2e.commands import forks

__all__ = ["forks"]


@pytest.fixture
def mlspec(forks, tmp_path):
    """Run `mlspec ARGUMENTS`, by default where the test's files are."""

    def run(*arguments, cwd=tmp_path, **options):
        return forks.run(*arguments, cwd=cwd, **options)

    return run


@pytest.fixture(scope="session")
def judged(forks, tmp_path_factory):
    """The county example with the evidence of both environments, to be copied."""
    root = commands.copy_workspace(commands.COUNTY, tmp_path_factory.mktemp("judged") / "county")
    forks.run("gate", "run", cwd=root).expect(0)
    return root


@pytest.fixture
def county(judged, tmp_path):
    """A copy of the county example whose gates were judged."""
    return shutil.copytree(judged, tmp_path / "county")


@pytest.fixture
def shop(forks, tmp_path):
    """What `mlspec init` makes."""
    forks.run("init", "shop", cwd=tmp_path).expect(0)
    return tmp_path / "shop"
