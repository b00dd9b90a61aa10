"""One CSV file has one verdict, whatever reads it: the same cells, or the same reason."""

from __future__ import annotations

import io
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mlspec.canonical import digest_bytes
from mlspec.evidence import FileContent, Frame, Reason, Wanted, load_readers
from mlspec.stats.engines._csv_shape import may_have_empty_lines, mixed_ends_problem, shape_problem
from mlspec.stats.engines._duckdb import open_duckdb
from mlspec.stats.engines._table import ColumnError

NAMES = ("a", "b")


def near(content):
    """Return what the reader in memory says: the cells of each column, or the code of a reason."""
    file = FileContent("rows", "rows.csv", content, digest_bytes(content))
    found = load_readers()["csv"].read(file, Wanted(NAMES))
    if isinstance(found, Reason):
        return found.code
    assert isinstance(found, Frame)
    columns = {name: found.texts(name) for name in found.names}
    return found.rows, {name: Counter(cells) for name, cells in columns.items()}


def far(content, folder):
    """Return what DuckDB says, as `near` does; no rows are an empty file to both."""
    path = folder / "rows.csv"
    path.write_bytes(content)
    try:
        with open_duckdb(str(path), str(folder)) as table:
            if not table.rows:
                return "empty-file"
            return table.rows, {name: Counter(table.categories(name)) for name in table.names}
    except ColumnError as error:
        return error.code


CELL = st.sampled_from(["1", "2.5", "-3", "", "x", "é", '"q"', '"a,b"', '"l\nm"', '"n\n\no"', '""'])
END = st.sampled_from(["\n", "\r\n"])
LINE = st.lists(CELL, min_size=2, max_size=2).map(",".join)
FAULT = st.sampled_from(["", " ", "1", "1,2,3", ",,", '"open', '1,"x"y', ",", '""', "\t"])
FILES = st.builds(
    lambda mark, header, lines, ends, last: (
        mark
        + "".join(f"{line}{end}" for line, end in zip([header, *lines], ends, strict=False))
        + last
    ),
    st.sampled_from(["", "", "\ufeff"]),
    st.sampled_from(["a,b", "a,b", "a,b", "b,a", "a,", "a,a", "", '"a",b']),
    st.lists(LINE | LINE | FAULT, max_size=8),
    st.lists(END, min_size=9, max_size=9) | END.map(lambda end: [end] * 9),
    st.sampled_from(["", "", "\n", "7,8"]),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@example("a,b\n1,2\n\n3,4\n")
@example("a,b\n1,2\n\n")
@example("\na,b\n1,2\n")
@example("a,b\r\n1,2\n3,4\r\n")
@example('a,b\n1,"2\n\n2"\n')
@given(FILES)
def test_memory_and_duckdb_say_the_same_of_every_file(tmp_path_factory, text):
    content = text.encode()

    assert near(content) == far(content, tmp_path_factory.mktemp("csv"))


@pytest.mark.parametrize("at", [0, 1, 40_000, 79_999])
@pytest.mark.parametrize("fault", ["", "7", "7,8,9", '7,"8'])
def test_a_fault_anywhere_in_a_long_file_is_found_by_both(tmp_path, at, fault):
    lines = ["1,2"] * 80_000
    lines[at] = fault
    content = ("a,b\n" + "\n".join(lines) + "\n").encode()

    found = far(content, tmp_path)

    assert found in {"ragged-row", "malformed-csv"}
    assert near(content) == found


def test_the_line_of_a_fault_counts_lines_within_cells():
    problem = shape_problem(io.BytesIO(b'a,b\n1,"2\n\n2"\n3\n'))

    assert ("ragged-row", "row 2 (line 5) has 1 cells, the header 2") == problem


@pytest.mark.parametrize(
    ("content", "is_mixed"),
    [
        ("a,b\n1,2\n", False),
        ("a,b\r\n1,2\r\n3,4", False),
        ('a,b\r\n"l\nm",2\r\n', False),
        ('a,b\n"l\r\nm",2\n', False),
        ("a,b\n1,2\r\n", True),
        ("a,b\r\n1,2\n", True),
        ("a,b\r1,2\n", True),
    ],
)
def test_ends_of_rows_are_mixed_where_they_differ_outside_of_cells(content, is_mixed):
    problem = mixed_ends_problem(io.BytesIO(content.encode()))

    assert is_mixed == (problem is not None)


@given(st.lists(st.sampled_from([b"\n", b"\r", b"x", b"\r\n"]), max_size=12), st.integers(1, 5))
def test_no_place_of_a_cut_between_chunks_hides_an_empty_line(parts, size):
    content = b"".join(parts)
    ends = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    is_empty = b"\n\n" in b"\n" + ends

    assert may_have_empty_lines(io.BytesIO(content), chunk=size) or not is_empty


def test_a_file_without_an_empty_line_is_not_parsed_a_second_time():
    noise = random.Random(2)
    lines = "".join(f"{noise.random()},x\r\n" for _ in range(1000))

    assert not may_have_empty_lines(io.BytesIO(b"\xef\xbb\xbf" + lines.encode()))
    assert may_have_empty_lines(io.BytesIO(lines.encode() + b"\r\n"))
