"""promtool, where it is installed; where CI says it must be, its absence is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

PROMTOOL = shutil.which("promtool")


def require_promtool():
    """Skip the test, or fail it in CI, where promtool is missing."""
    if PROMTOOL is None:
        reason = "promtool is not installed (Debian: apt-get install prometheus)"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


def check_rules(*files):
    """Assert that promtool finds nothing to say about rule files."""
    _run("check", "rules", "--lint=all", "--lint-fatal", *files)


def test_rules(*files):
    """Assert that the unit tests of rules pass."""
    _run("test", "rules", *files)


test_rules.__test__ = False


def _run(*arguments):
    done = subprocess.run(
        [PROMTOOL, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
