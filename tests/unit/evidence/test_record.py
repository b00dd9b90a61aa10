from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from mlspec.canonical import digest_bytes, digest_value
from mlspec.errors import ExitCode, TamperedPlanError
from mlspec.evidence import (
    EvidenceRecord,
    EvidenceStatus,
    GateResult,
    Interval,
    Material,
    OtherFormatError,
    Verdict,
    Waived,
    digest_materials,
    overall_verdict,
    read_record,
    status,
    write_record,
)

ARTIFACT, GATES, FILE = (digest_bytes(each) for each in (b"artifact", b"gates", b"id\n"))


def result(verdict=Verdict.PASS, *, required=True):
    return GateResult(
        gate="auc-floor",
        gate_type="metric-threshold",
        verdict=verdict,
        require="roc-auc >= 0.9",
        metric="roc-auc",
        estimate=0.92,
        interval=Interval("delong", 0.9, 0.91, 0.93),
        counts=(("positives", 40), ("rows", 100)),
        required=required,
        facts=(("champion", 0.1),),
    )


@pytest.fixture
def record():
    bare = GateResult("b", "metric-threshold", Verdict.NOT_EVALUATED, "f1 >= 1", "no", "x")
    return EvidenceRecord(
        subject="model/screen",
        subject_digest=ARTIFACT,
        gates_digest=GATES,
        tool_version="0.1.0",
        overall=Verdict.PASS,
        results=(result(), dataclasses.replace(bare, required=False)),
        materials=(Material("metrics", "m.json", FILE), Material("predictions", "p.csv", FILE, 9)),
    )


def test_a_record_is_read_back_as_it_was_written(record):
    assert record == read_record(write_record(record))
    assert write_record(record) == write_record(read_record(write_record(record)))


def test_a_record_is_an_in_toto_statement(record):
    statement = json.loads(write_record(record))

    assert "https://in-toto.io/Statement/v1" == statement["_type"]
    assert "https://mlspec.dev/attestation/gate-result/v1" == statement["predicateType"]
    assert [
        {"name": "model/screen", "digest": {"sha256": ARTIFACT.removeprefix("sha256:")}}
    ] == statement["subject"]
    assert record.digest == statement["predicate"].pop("recordDigest")
    assert record.digest == digest_value(statement)
    assert statement["predicate"]["gates"][0] == snapshot(
        {
            "counts": {"positives": 40, "rows": 100},
            "decide": "bound",
            "estimate": 0.92,
            "facts": {"champion": 0.1},
            "id": "auc-floor",
            "interval": {"level": 0.9, "lower": 0.91, "method": "delong", "upper": 0.93},
            "metric": "roc-auc",
            "onInconclusive": "block",
            "parts": [],
            "reason": "",
            "reasonCode": "",
            "require": "roc-auc >= 0.9",
            "required": True,
            "type": "metric-threshold",
            "verdict": "pass",
            "waiver": None,
        }
    )


def test_every_edited_value_is_noticed(record):
    text = write_record(record)
    edits = [
        ('"estimate": 0.92', '"estimate": 0.93'),
        ('"overall": "pass"', '"overall": "fail"'),
        ('"rows": 9', '"rows": 10'),
        ('"required": false', '"required": true'),
        ("model/screen", "model/other"),
        (FILE[-64:], ARTIFACT[-64:]),
        ('"version": "0.1.0"', '"version": "0.1.0", "extra": 1'),
    ]

    for old, new in edits:
        assert old in text
        with pytest.raises(TamperedPlanError, match="changed after it was written") as caught:
            read_record(text.replace(old, new))
        assert ExitCode.TAMPERED == caught.value.exit_code


def test_a_record_whose_verdict_does_not_follow_from_its_results_is_refused(record):
    forged = dataclasses.replace(record, results=(result(Verdict.FAIL),))

    with pytest.raises(TamperedPlanError, match="its own results do not give"):
        read_record(write_record(forged))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"predicate": 3}',
        '{"predicate": {"recordDigest": NaN}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_record_is_refused(text):
    with pytest.raises(TamperedPlanError, match="not an evidence record"):
        read_record(text)


def test_a_part_of_a_record_or_another_shape_is_refused(record):
    text = write_record(record)
    for cut in range(0, len(text) - 2, 97):
        with pytest.raises(TamperedPlanError):
            read_record(text[:cut])
    for old, new in [
        ('"gates": [', '"gates": 3, "x": ['),
        ('"required": true', '"required": 1'),
        ('"estimate": 0.92', '"estimate": true'),
        ('"estimate": 0.92', '"estimate": NaN'),
        ('"verdict": "pass"', '"verdict": "green"'),
        ('"require": "', '"require": 4, "x": "'),
        ('"digest": {', '"digest": 1, "x": {'),
        ("statement/v1", "statement/v9"),
        ("Statement/v1", "Statement/v9"),
        ("attestation/gate-result", "attestation/vote-result"),
    ]:
        changed = text.replace(old, new)
        if changed != text:
            with pytest.raises(TamperedPlanError, match=r"not an evidence record|was changed"):
                read_record(changed)


def rewritten(record, change):
    """Return the text of a record that another version may have written: whole, and different."""
    statement = json.loads(write_record(record))
    predicate = statement["predicate"]
    del predicate["recordDigest"]
    change(statement)
    predicate["recordDigest"] = digest_value(statement)
    return json.dumps(statement)


@pytest.mark.parametrize(
    "change",
    [
        lambda statement: statement["predicate"]["gates"][0].pop("facts"),
        lambda statement: statement["predicate"].pop("gatesDigest"),
        lambda statement: statement["predicate"]["gates"][0].update(onInconclusive="ask"),
        lambda statement: statement.update(
            predicateType="https://mlspec.dev/attestation/gate-result/v2"
        ),
    ],
)
def test_a_whole_record_of_another_version_is_told_from_one_that_was_edited(record, change):
    with pytest.raises(OtherFormatError, match=r"mlspec 0\.1\.0 wrote the record in another form"):
        read_record(rewritten(record, change))


def test_a_waiver_that_has_ended_and_a_signature_stand_in_the_record(record):
    ended = Waived("late labels", "risk", "ada", "2026-01-31")
    results = (replace(record.results[0], lapsed=ended, on_inconclusive="review"),)
    record = replace(record, results=results, signed=True)

    assert record == read_record(write_record(record))


def test_digests_of_keys_and_labels_stand_in_the_record(record):
    material = Material("holdout", "a.csv", FILE, 3, key_digest=GATES, label_digest=ARTIFACT)
    record = replace(record, materials=(material,))

    assert (material,) == read_record(write_record(record)).materials


@pytest.mark.parametrize(
    ("action", "code", "blocks", "waits"),
    [
        ("block", "interval-straddles", True, False),
        ("review", "interval-straddles", True, True),
        ("allow", "interval-straddles", False, False),
        ("review", "too-few-rows", True, False),
    ],
)
def test_an_undecided_verdict_blocks_waits_or_passes_as_the_spec_says(action, code, blocks, waits):
    found = replace(result(Verdict.INCONCLUSIVE), on_inconclusive=action, reason_code=code)

    assert (blocks, waits) == (found.blocks, found.awaits_review)


@pytest.mark.parametrize(
    ("verdicts", "overall"),
    [
        ([], Verdict.NOT_EVALUATED),
        ([Verdict.PASS], Verdict.PASS),
        ([Verdict.PASS, Verdict.INCONCLUSIVE], Verdict.INCONCLUSIVE),
        ([Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED], Verdict.NOT_EVALUATED),
        ([Verdict.NOT_EVALUATED, Verdict.FAIL, Verdict.PASS], Verdict.FAIL),
    ],
)
def test_the_overall_verdict_is_the_worst_of_the_required(verdicts, overall):
    advisory = result(Verdict.FAIL, required=False)

    assert overall == overall_verdict([*map(result, verdicts), advisory])


NOW = {"m.json": FILE, "p.csv": FILE}


@pytest.mark.parametrize(
    ("subject", "gates", "files", "expected", "words"),
    [
        (ARTIFACT, GATES, NOW, EvidenceStatus.PRESENT, ""),
        (FILE, GATES, NOW, EvidenceStatus.STALE, "artifact"),
        ("", GATES, NOW, EvidenceStatus.STALE, "artifact"),
        (ARTIFACT, FILE, NOW, EvidenceStatus.STALE, "gates"),
        (ARTIFACT, GATES, {**NOW, "p.csv": GATES}, EvidenceStatus.STALE, "`p.csv` was changed"),
        (ARTIFACT, GATES, {**NOW, "p.csv": None}, EvidenceStatus.STALE, "`p.csv` is not there"),
        (ARTIFACT, GATES, {"m.json": FILE}, EvidenceStatus.STALE, "`p.csv` is not there"),
    ],
)
def test_a_record_is_stale_when_anything_it_is_bound_to_moved(
    record, subject, gates, files, expected, words
):
    found, reason = status(
        record, subject_digest=subject, gates_digest=gates, current_digests=files
    )

    assert expected == found
    assert words in reason


def test_a_pass_that_rests_on_no_file_is_stale(record):
    bare = dataclasses.replace(record, materials=())

    found, reason = status(bare, subject_digest=ARTIFACT, gates_digest=GATES, current_digests={})

    assert EvidenceStatus.STALE == found
    assert "no files" in reason


def test_no_record_is_missing_evidence():
    found, _ = status(None, subject_digest=ARTIFACT, gates_digest=GATES, current_digests={})

    assert EvidenceStatus.MISSING == found


def test_materials_are_digested_where_they_lie(record, tmp_path):
    (tmp_path / "p.csv").write_bytes(b"id\n")

    assert {"m.json": None, "p.csv": FILE} == digest_materials(record, tmp_path)


def test_an_unbound_record_survives_the_way_there_and_back(record):
    unbound = dataclasses.replace(record, subject_digest="")

    assert unbound == read_record(write_record(unbound))


def test_importing_evidence_imports_no_numpy_and_no_pyarrow():
    code = "import sys, mlspec.evidence; sys.exit(bool({'numpy', 'pyarrow'} & set(sys.modules)))"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
