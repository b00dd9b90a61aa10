"""The record of a fire drill: what counts as rehearsed, and what is no record."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mlspec.evidence import DrillLink, DrillRecord, DrillStatus, read_drill, write_drill

PROVEN, MISSING = DrillStatus.PROVEN, DrillStatus.MISSING
SHARED = DrillLink("gates", PROVEN, "3 gates judged: pass")
LINKS = (
    DrillLink("alert", PROVEN, "it fires", trigger="drift"),
    DrillLink("start", PROVEN, "it starts", trigger="drift"),
    DrillLink("start", MISSING, "nothing starts", "add it", trigger="news"),
    SHARED,
)
RECORD = DrillRecord(
    subject="model/screen",
    environment="prod",
    path_digest="sha256:" + "0" * 64,
    tool_version="0.1.0",
    as_of="2026-03-01T12:00:00+00:00",
    drift="auto",
    strength=0.5,
    seed=7,
    links=LINKS,
)


def test_what_is_written_is_read():
    assert RECORD == read_drill(write_drill(RECORD))


def test_a_trigger_is_rehearsed_where_all_of_its_links_are_proven():
    assert ("drift",) == RECORD.rehearsed


@pytest.mark.parametrize("status", [each for each in DrillStatus if each is not PROVEN])
def test_no_trigger_is_rehearsed_without_what_all_share(status):
    assert () == replace(RECORD, links=(*LINKS[:-1], replace(SHARED, status=status))).rehearsed


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"digest": 1}', "null", '{"digest": "a", "links": [1]}', "[" * 9999]
)
def test_what_is_no_record_is_none(text):
    assert read_drill(text) is None


@pytest.mark.parametrize("key", json.loads(write_drill(RECORD)))
def test_a_record_that_was_changed_is_none(key):
    found = json.loads(write_drill(RECORD))
    found[key] = [] if isinstance(found[key], list) else "changed"

    assert read_drill(json.dumps(found)) is None
