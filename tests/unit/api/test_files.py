"""Files that are read whole: a limit is named in a unit that says it."""

from __future__ import annotations

import pytest

from mlspec.api.files import read_text, write_text
from mlspec.errors import OutputError, UsageError


@pytest.mark.parametrize(
    ("limit", "said"),
    [(1, "1 bytes"), (1_500, "1500 bytes"), (4 << 10, "4 KiB"), (2 << 20, "2 MiB")],
)
def test_a_file_that_is_too_large_is_told_the_limit(tmp_path, limit, said):
    path = tmp_path / "big.json"
    path.write_bytes(b"x" * (limit + 1))

    with pytest.raises(UsageError, match=f"is larger than {said}$"):
        read_text(path, limit_bytes=limit)


def test_a_folder_that_can_not_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(OutputError, match="can't be written: Not a directory"):
        write_text(tmp_path / "file" / "below" / "card.md", "x", with_folders=True)


def test_folders_above_a_file_are_made_where_that_is_asked_for(tmp_path):
    write_text(tmp_path / "a" / "b.md", "x", with_folders=True)

    assert "x" == (tmp_path / "a" / "b.md").read_text("utf-8")
    with pytest.raises(OutputError, match="can't be written: No such file"):
        write_text(tmp_path / "c" / "b.md", "x")
