"""Options of the test run."""

from __future__ import annotations


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is compiled now over `expected/` in tests/cases, to be reviewed as a diff",
    )
