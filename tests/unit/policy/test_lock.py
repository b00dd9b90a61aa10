"""The lock: what is written is read again, and what is no lock is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.policy.packs import pack_of

from mlspec.errors import UsageError
from mlspec.policy import LockedPack, Origin, lock_text, read_lock


@pytest.mark.parametrize("origin", [None, Origin("../packs", "v1", "house", "a" * 40)])
def test_what_is_written_is_read_again(origin):
    pack = pack_of()
    text = lock_text([pack, pack], {} if origin is None else {"house": origin})

    assert {"house": LockedPack("house", "2026.11.0", pack.digest, origin)} == read_lock(
        text.encode()
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"format": "mlspec.dev/lock/v2", "packs": []}',
        b'{"format": "mlspec.dev/lock/v1"}',
        b'{"format": "mlspec.dev/lock/v1", "packs": [1]}',
        b'{"format": "mlspec.dev/lock/v1", "packs": {}}',
        b" " * (2 << 20),
    ],
)
def test_what_is_no_lock_is_refused(content):
    with pytest.raises(UsageError, match=r"`mlspec.lock` is no lock"):
        read_lock(content)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists))
def test_a_row_of_another_shape_never_gives_the_digest_of_a_pack(value):
    content = {"format": "mlspec.dev/lock/v1", "packs": [{"name": "house", "digest": value}]}
    found = read_lock(json.dumps(content).encode())

    assert found["house"].digest == str(value)
    assert found["house"].origin is None
