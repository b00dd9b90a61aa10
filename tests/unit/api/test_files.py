"""Files that are read whole: a limit is named in a unit that says it."""

from __future__ import annotations

import pytest

from mlspec.api.files import read_text
from mlspec.errors import UsageError


@pytest.mark.parametrize(
    ("limit", "said"),
    [(1, "1 bytes"), (1_500, "1500 bytes"), (4 << 10, "4 KiB"), (2 << 20, "2 MiB")],
)
def test_a_file_that_is_too_large_is_told_the_limit(tmp_path, limit, said):
    path = tmp_path / "big.json"
    path.write_bytes(b"x" * (limit + 1))

    with pytest.raises(UsageError, match=f"is larger than {said}$"):
        read_text(path, limit_bytes=limit)
