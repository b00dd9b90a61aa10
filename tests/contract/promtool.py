"""promtool on rule files and on their unit tests."""

from __future__ import annotations

from tests.contract import tools


def require_promtool():
    """Skip the test, or fail it in CI, where promtool is missing."""
    tools.require("promtool")


def check_rules(*files):
    """Assert that promtool finds nothing to say about rule files."""
    tools.run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *files)


def test_rules(*files):
    """Assert that the unit tests of rules pass."""
    tools.run("promtool", "test", "rules", *files)


test_rules.__test__ = False
