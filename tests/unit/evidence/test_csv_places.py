"""Where a cell stands: its row behind the header, and its line in the file where that is known."""

from __future__ import annotations

import pytest
from tests.unit.evidence.reading import read

from mlspec.evidence import Reason


def told(lines, kind="numbers"):
    frame = read("csv", "\n".join(lines).encode(), columns=("a", "b"), file="x.csv")
    found = getattr(frame, kind)("a")
    assert isinstance(found, Reason), found
    return found.sentence


@pytest.mark.parametrize(
    ("cell", "kind", "expected"),
    [
        ("x", "numbers", "row 2 (line 3): `x` is not a number"),
        ("nan", "numbers", "row 2 (line 3): the value is `nan`"),
        ("", "numbers", "1 of 3 rows are empty, first row 2 (line 3)"),
        ("", "keys", "1 of 3 rows are empty, first row 2 (line 3)"),
        ("inf", "measured", "row 2 (line 3): `inf` is not a finite number"),
        ("1-2", "measured", "row 2 (line 3): `1-2` is not a finite number"),
    ],
)
def test_a_cell_is_told_with_its_row_and_its_line(cell, kind, expected):
    assert told(["a,b", "1,x", f"{cell},x", "2,x"], kind).endswith(expected)


def test_a_cell_of_several_lines_leaves_the_row_alone():
    assert told(["a,b", '1,"x', 'y"', "z,x"]).endswith("row 2: `z` is not a number")


def test_a_missing_value_before_a_bad_one_does_not_move_its_place():
    lines = ["a,b", ",1", "nan,1", "3,1", "x,1"]

    assert told(lines, "measured").endswith("row 4 (line 5): `x` is not a finite number")


def test_the_last_line_may_lack_its_end():
    assert told(["a,b", "1,1", "x,1"]).endswith("row 2 (line 3): `x` is not a number")
    assert told(["a,b", "1,1", "x,1", ""]).endswith("row 2 (line 3): `x` is not a number")
