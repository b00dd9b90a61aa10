"""What a verdict weighs: waivers, inconclusive gates that are let through, evidence that ages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.gates.conftest import ARTIFACT

from mlspec.evidence import EvidenceStatus, Verdict, read_record, status, write_record

PROMPTFOO = Path(__file__).parents[2] / "fixtures" / "evidence" / "promptfoo_results.json"
NOW = "2026-11-21T12:00:00+00:00"
MISSED = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.999}
MET = {"id": "easy", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}
TIGHT = {"id": "tight", "type": "metric-threshold", "metric": "accuracy", "atLeast": 0.885}
WAIVER = {
    "reason": "the labels of this quarter arrive in January",
    "owner": "risk-models",
    "approver": "ana",
    "until": "2026-12-31",
}


def waived(until="2026-12-31"):
    return MISSED | {"waiver": WAIVER | {"until": until}}


def standing(record, now, **changed):
    facts = {
        "subject_digest": ARTIFACT,
        "gates_digest": record.gates_digest,
        "current_digests": {each.file: each.digest for each in record.materials},
    }
    return status(record, **facts | changed, now=now)[0]


def test_a_waiver_lets_a_model_through_and_keeps_the_verdict(evaluation):
    record = evaluation.record(waived(), MET, as_of=NOW)

    result = next(each for each in record.results if each.gate == "floor")
    assert (result.verdict, result.reason_code) == (Verdict.FAIL, "requirement-missed")
    assert result.waived.approver == "ana"
    assert record.overall is Verdict.PASS
    assert read_record(write_record(record)) == record


@pytest.mark.parametrize(
    ("until", "as_of", "overall"),
    [
        ("2026-11-21", NOW, Verdict.PASS),
        ("2026-11-20", NOW, Verdict.FAIL),
        ("2026-12-31", "", Verdict.FAIL),
        ("2026-99-99", NOW, Verdict.FAIL),
    ],
    ids=["last-day", "day-after", "no-clock", "no-day"],
)
def test_a_waiver_holds_to_its_last_day(evaluation, until, as_of, overall):
    assert evaluation.record(waived(until), as_of=as_of).overall is overall


def test_a_waiver_of_one_gate_excuses_no_other(evaluation):
    other = MISSED | {"id": "other"}

    assert evaluation.record(waived(), other, as_of=NOW).overall is Verdict.FAIL


def test_evidence_that_rests_on_a_waiver_ends_with_it(evaluation):
    record = evaluation.record(waived(), as_of=NOW)

    assert standing(record, "2026-12-31T23:00:00+00:00") is EvidenceStatus.PRESENT
    assert standing(record, "2027-01-01T00:00:00+00:00") is EvidenceStatus.STALE
    assert standing(record, "") is EvidenceStatus.PRESENT


def test_an_inconclusive_gate_blocks_unless_the_spec_lets_it_through(evaluation):
    blocked = evaluation.record(TIGHT)
    allowed = evaluation.record(TIGHT | {"onInconclusive": "allow"})

    assert [each.results[0].verdict for each in (blocked, allowed)] == [Verdict.INCONCLUSIVE] * 2
    assert (blocked.overall, allowed.overall) == (Verdict.INCONCLUSIVE, Verdict.PASS)


def test_letting_the_inconclusive_through_lets_nothing_else_through(evaluation):
    missed = evaluation.record(MISSED | {"onInconclusive": "allow"})
    unread = evaluation.record(MET | {"onInconclusive": "allow"}, predictions="gone.csv")

    assert (missed.overall, unread.overall) == (Verdict.FAIL, Verdict.NOT_EVALUATED)


def test_a_record_tells_the_time_only_where_a_gate_depends_on_it(evaluation):
    assert evaluation.record(MET, as_of=NOW) == evaluation.record(MET, as_of="2027-01-01T00:00:00Z")
    assert evaluation.record(waived(), as_of=NOW).as_of == NOW


def test_too_little_data_is_not_let_through(evaluation):
    gate = MET | {"onInconclusive": "allow", "minimumRows": 1_000_000}

    assert evaluation.record(gate).overall is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("2026-11-20T12:00:00Z", "judged"),
        ("2026-11-01T12:00:00Z", "too-old"),
        ("2027-11-20T12:00:00Z", "age-unknown"),
        ("2026-11-20T12:00:00", "age-unknown"),
        ("yesterday", "age-unknown"),
    ],
)
def test_evidence_has_to_be_of_a_known_moment_in_the_past_and_not_too_old(evaluation, stated, code):
    suite = json.loads(PROMPTFOO.read_text())
    suite["results"]["timestamp"] = stated
    (evaluation.root / "suite.json").write_text(json.dumps(suite))
    source = {"name": "suite", "file": "suite.json", "format": "promptfoo", "maximumAgeDays": 7}
    gate = {"id": "grounded", "type": "llm-quality", "source": "suite", "atLeast": 0.9}

    (result,) = evaluation.record(gate, as_of=NOW, sources=[source]).results

    assert result.verdict is not Verdict.PASS
    assert (result.reason_code if result.verdict is Verdict.NOT_EVALUATED else "judged") == code
