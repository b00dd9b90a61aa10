"""What an entry of the policy baseline covers of built-in rules, and what it can't."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mlspec.diagnostics import Severity, fingerprints, sort_diagnostics
from mlspec.rules import check
from mlspec.syntax import SourceText
from mlspec.workspace import BASELINE_FILE, load

HOME = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: shop}
spec: {environments: {prod: {}}}
"""
DATA = """\
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {name: past, version: v1}
spec:
  uri: s3://lake/past.parquet
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  format: parquet
  period: {start: "2024-01-01", end: "2024-12-31"}
  columns: [{name: id, type: int}]
  licence: Internal
  origin: The database.
"""
OWNERLESS = "MLS301"
SECRET = "MLS706"


def looked_at(*entries, data=DATA, today="2026-11-22"):
    """Return what rules say of data set under a baseline, by code."""
    document = {
        "apiVersion": "mlspec.dev/v1",
        "kind": "PolicyBaseline",
        "metadata": {"name": "known-findings"},
        "spec": {"entries": list(entries)},
    }
    texts = {"mlspec.yaml": HOME, "specs/data.yaml": data, BASELINE_FILE: json.dumps(document)}
    loaded = load(SourceText(name, text.encode()) for name, text in texts.items())
    assert not loaded.diagnostics, loaded.diagnostics
    found = sort_diagnostics(check(replace(loaded.workspace, today=today)))
    marks = dict(zip(found, fingerprints(found), strict=True))
    return {each.code: (each, marks[each]) for each in found}


def entry(code=OWNERLESS, data=DATA, **fields):
    _, mark = looked_at(data=data)[code]
    return {
        "fingerprint": mark,
        "rule": code,
        "resource": "dataset/past",
        "severity": "error",
        "reason": "It was there before.",
        "recorded": "2026-11-22",
    } | fields


def test_what_is_known_is_a_note_that_keeps_what_it_says():
    before, mark = looked_at()[OWNERLESS]
    after, same = looked_at(entry())[OWNERLESS]

    assert (before.severity, after.severity) == (Severity.ERROR, Severity.NOTE)
    assert (after.message, after.span, after.hint) == (before.message, before.span, before.hint)
    assert after.known == mark == same
    assert "accepted by nobody: It was there before." in after.waived
    assert "not looked up" in after.waived


@pytest.mark.parametrize(
    "fields",
    [
        {"severity": "warning"},
        {"until": "2026-11-21"},
        {"rule": "MLS302"},
        {"resource": "dataset/other"},
        {"fingerprint": "0" * 64},
        {"environments": ["prod"]},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_graver_finding_a_later_day_and_another_place_are_not_covered(fields):
    found, _ = looked_at(entry(**fields))[OWNERLESS]

    assert found.severity is Severity.ERROR
    assert (found.known, found.waived) == ("", "")


def test_an_entry_counts_on_its_last_day():
    assert looked_at(entry(until="2026-11-22"))[OWNERLESS][0].known


def test_lines_and_files_may_move_and_what_it_says_may_not():
    moved = DATA.replace("metadata:", "# a comment\nmetadata:")
    renamed = DATA.replace("name: past", "name: present")

    assert looked_at(entry(), data=moved)[OWNERLESS][0].known
    assert not looked_at(entry(), data=renamed)[OWNERLESS][0].known


def test_what_no_comment_may_suppress_no_entry_covers():
    key = "AKIA" + "Q3EGRIJ5T7XKZ2WP"
    leaked = DATA.replace("The database.", f"The database, with {key}.")
    if SECRET not in looked_at(data=leaked):
        pytest.fail("the text is no secret to the rule any more")
    found, _ = looked_at(entry(SECRET, data=leaked), data=leaked)[SECRET]

    assert found.severity is Severity.ERROR
    assert not found.known
