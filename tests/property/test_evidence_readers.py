"""Whatever a file says, a reader gives its type or a reason with a known code; it never raises."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.evidence.reports import GRYPE, OSV, SPDX, TRIVY

from mlspec.evidence import REASONS, FileContent, Metrics, Reason, Wanted, load_readers

FIXTURES = Path(__file__).parents[1] / "fixtures" / "evidence"
REPORTS = {path.name: json.loads(path.read_bytes()) for path in sorted(FIXTURES.glob("*.json"))}
REPORTS |= {"grype": GRYPE, "osv-scanner": OSV, "spdx": SPDX, "trivy": TRIVY}
ODD = [None, True, -1, 10**30, 1e308, float("nan"), float("inf"), "", "NaN", "\x00", [], {}, [[]]]
LEAVES = st.sampled_from([*ODD, "success", "error", "C", "1.5", 0, 1, 0.5]) | st.text(max_size=5)
NAMES = st.sampled_from(
    [
        "results",
        "metrics",
        "status",
        "samples",
        "id",
        "epoch",
        "scores",
        "value",
        "checks",
        "name",
        "success",
        "data",
        "result",
        "query",
        "packages",
        "components",
        "Results",
        "matches",
        "summary",
        "spdxVersion",
        "runs",
        "info",
        "outcome",
    ]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
READERS = sorted(load_readers())


def assert_read(file_format, content, suffix=".json"):
    reader = load_readers()[file_format]
    file = FileContent("it", f"f{suffix}", content, "sha256:0")

    for wanted in (Wanted(), Wanted(("id", "value"), run="a")):
        found = reader.read(file, wanted)
        if isinstance(found, Reason):
            assert found.code in REASONS
            assert found.sentence.isprintable()
            continue
        assert reader.gives == type(found).__name__
        assert "sha256:0" == found.material.digest
        assert_usable(found)


def assert_usable(found):
    """Look at what a frame gives only when it is asked."""
    if isinstance(found, Metrics):
        assert all(isinstance(each, float | Reason) for each in found.values.values())
    for name in getattr(found, "names", ()):
        for column in (found.keys, found.numbers, found.measured, found.texts):
            given_back = column(name)
            assert isinstance(given_back, Reason) or found.rows == len(given_back)


@pytest.mark.parametrize("file_format", READERS)
@settings(max_examples=60)
@given(content=st.binary(max_size=200), suffix=st.sampled_from([".json", ".csv", ".jsonl"]))
def test_random_bytes_give_a_reason_or_a_value(file_format, content, suffix):
    assert_read(file_format, content, suffix)


@pytest.mark.parametrize("file_format", READERS)
@settings(max_examples=60)
@given(document=VALUES)
def test_random_json_gives_a_reason_or_a_value(file_format, document):
    assert_read(file_format, json.dumps(document).encode())


@pytest.mark.parametrize("name", REPORTS)
def test_real_reports_with_a_value_exchanged_give_a_reason_or_a_value(name):
    random_ = random.Random(name)
    for _ in range(100):
        document = copy.deepcopy(REPORTS[name])
        for _ in range(random_.randint(1, 3)):
            exchange(document, random_)
        content = json.dumps(document).encode()
        for file_format in READERS:
            assert_read(file_format, content)


@pytest.mark.parametrize("file_format", READERS)
@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_real_reports_that_were_cut_give_a_reason_or_a_value(file_format, path):
    whole = path.read_bytes()

    for share in range(8):
        assert_read(file_format, whole[: len(whole) * share // 8], path.suffix)


@pytest.mark.parametrize("file_format", READERS)
@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
        b'"\\ud800"',
        b'{"a":1,"a":2}',
        b"\xef\xbb\xbf",
    ],
    ids=["lists", "objects", "number", "surrogate", "twice", "mark"],
)
def test_hostile_json_gives_a_reason_or_a_value(file_format, content):
    assert_read(file_format, content)


def exchange(document, random_):
    """Put an odd value somewhere into a document, or take a member away."""
    place = document
    while True:
        names = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not names:
            return
        name = random_.choice(names)
        inner = place[name]
        if isinstance(inner, dict | list) and inner and random_.random() < 0.8:
            place = inner
            continue
        if random_.random() < 0.3:
            del place[name]
        else:
            place[name] = random_.choice(ODD)
        return
