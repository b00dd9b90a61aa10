"""A JSON file that is something else is told for what it is."""

from __future__ import annotations

import json

import pytest

from mlspec.api._looks import looks_like
from mlspec.api.profiles import ProfileRequest, make_profile, profile_file
from mlspec.errors import EvidenceMissingError, UsageError


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([{"a": 1}, {"a": 2}], "a list of rows"),
        ([1, 2], "a list"),
        ([], "a list"),
        ({"auc": 0.9, "rows": 10}, "metrics that were computed"),
        ({"_type": "https://mlspec.dev/profile/v1"}, "a profile already"),
        (
            {"predicateType": "https://mlspec.dev/attestation/gate-result/v1"},
            "the record of a gate run",
        ),
        ({"results": [], "version": "1", "b": {}, "c": 1}, "an object with `b`, `c`, `results`"),
        ({}, "an empty object"),
        ("text", "no JSON object"),
    ],
)
def test_a_document_is_told_by_what_it_seems_to_be(document, expected):
    assert looks_like(json.dumps(document).encode()).startswith(expected)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b'{"a": 1', b"[" * 100_000])
def test_what_is_no_json_is_told_so(content):
    assert "no JSON" == looks_like(content)


def test_hostile_names_are_printable():
    told = looks_like(json.dumps({"a\x1b[31m`": {}, "b": {}}).encode())

    assert told.isprintable()


def test_a_profile_of_rows_in_json_names_the_formats_that_are_tables(tmp_path):
    (tmp_path / "x.json").write_text('[{"a": 1}]')

    with pytest.raises(EvidenceMissingError, match="it is a list of rows"):
        make_profile(ProfileRequest(str(tmp_path / "x.json")))


def test_a_reference_that_is_no_profile_is_told_for_what_it_is(tmp_path):
    (tmp_path / "y.json").write_text('{"accuracy": 0.9}')

    with pytest.raises(UsageError, match="but metrics that were computed"):
        profile_file(tmp_path / "y.json")


def test_a_broken_profile_is_still_told_by_what_is_wrong_with_it(tmp_path):
    (tmp_path / "y.json").write_text('{"_type": "https://mlspec.dev/profile/v1"}')

    with pytest.raises(UsageError, match="is no profile: "):
        profile_file(tmp_path / "y.json")
