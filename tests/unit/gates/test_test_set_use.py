"""How often labelled rows judged models: what is counted, and what is not known."""

from __future__ import annotations

import pytest

from mlspec.canonical import digest_bytes
from mlspec.evidence import (
    DataUse,
    Verdict,
    earlier_uses,
    read_record,
    write_record,
)

USE = {"id": "use", "type": "test-set-use"}
MODELS = tuple(digest_bytes(str(n).encode()) for n in range(8))


@pytest.fixture
def used(evaluation):
    def run(history=None, subject=MODELS[0], **gate):
        return evaluation.record(USE | gate, subject_digest=subject, history=history)

    return run


def judge_all(used, models, history=None, **gate):
    """Judge models one after the other, each with what the record before passes on."""
    records = []
    for subject in models:
        records.append(used(history, subject, **gate))
        history = earlier_uses(records[-1:])
    return records


def test_the_first_record_does_not_know_and_begins_to_count(used):
    first, again = judge_all(used, [MODELS[0]] * 2)

    (unknown,), (one,) = first.results, again.results
    assert (Verdict.NOT_EVALUATED, "history-missing") == (unknown.verdict, unknown.reason_code)
    assert (Verdict.PASS, 1.0) == (one.verdict, one.estimate)
    assert "models-judged <= 5" == one.require


def test_judging_the_same_model_again_is_no_further_use(used):
    _, second, third = judge_all(used, [MODELS[0]] * 3)

    assert write_record(second) == write_record(third)


def test_the_sixth_model_is_one_too_many(used):
    records = judge_all(used, [*MODELS[:7], MODELS[0]])

    verdicts = [each.results[0].verdict for each in records]
    assert [Verdict.NOT_EVALUATED, *[Verdict.PASS] * 4, *[Verdict.FAIL] * 3] == verdicts
    assert 7.0 == records[-1].results[0].estimate
    assert "requirement-missed" == records[-1].results[0].reason_code


def test_the_limit_is_stated(used):
    history = tuple(DataUse(judge_all(used, MODELS[:1])[0].uses.data, each) for each in MODELS[:3])

    assert Verdict.PASS == used(history, atMost=3).overall
    assert Verdict.FAIL == used(history, atMost=2).overall
    assert Verdict.FAIL == used(history, MODELS[4], atMost=3).overall


def test_the_same_rows_in_another_order_and_format_are_the_same_set(used, evaluation):
    before = used().uses.data
    rows = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", [(s, float(y), k) for k, y, s in rows[::-1]], HEADER)
    after = used().uses.data
    evaluation.write("challenger.csv", [(s, y, k) for k, y, s in rows[1:]], HEADER)
    other = used().uses.data

    assert before == after != other


HEADER = ("score", "label", "id")


def test_other_rows_are_another_set(used):
    history = tuple(DataUse(digest_bytes(b"other"), each) for each in MODELS)

    (found,) = used(history).results

    assert (Verdict.PASS, 1.0) == (found.verdict, found.estimate)


def test_rows_that_cannot_be_read_are_not_evaluated_and_the_count_is_kept(used, evaluation):
    *_, last = judge_all(used, MODELS[:3])
    rows = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", [])
    broken = used(earlier_uses([last]))
    evaluation.write("challenger.csv", rows)

    after = used(earlier_uses([broken]), MODELS[5])

    assert (Verdict.NOT_EVALUATED, "empty-file") == (
        broken.overall,
        broken.results[0].reason_code,
    )
    assert 4.0 == after.results[0].estimate


@pytest.mark.parametrize(
    ("header", "code"),
    [(("id", "truth", "score"), "missing-column"), (("key", "label", "score"), "missing-column")],
)
def test_without_labels_or_keys_there_is_no_set(used, evaluation, header, code):
    evaluation.write("challenger.csv", evaluation.read("challenger.csv"), header)

    (found,) = used(()).results

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_records_of_several_environments_are_counted_together(used):
    staging = judge_all(used, MODELS[:3])[-1]
    prod = judge_all(used, MODELS[2:5])[-1]

    assert set(MODELS[:5]) == {each.subject for each in earlier_uses([staging, prod])}


def test_the_record_comes_back_as_it_was_written(used):
    for record in judge_all(used, MODELS[:3]):
        assert record == read_record(write_record(record))


def test_records_without_such_a_gate_say_nothing_of_it(evaluation):
    floor = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}
    record = evaluation.record(floor)

    assert record.uses is None
    assert "dataUse" not in write_record(record)
    assert earlier_uses([record]) is None
