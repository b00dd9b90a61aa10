"""The page about exit codes lists the codes that there are, and no other."""

from __future__ import annotations

from pathlib import Path

from mlspec.errors import ExitCode

PAGE = Path(__file__).parents[3] / "docs" / "pages" / "exit-codes.md"


def test_every_exit_code_stands_in_the_table_of_the_page_in_order():
    table = PAGE.read_text().partition("<!-- table")[2].partition("<!-- end of table -->")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ")][2:]
    told = [(int(code), name.strip()) for code, name in rows]

    assert told == [(each.value, each.name) for each in ExitCode]
