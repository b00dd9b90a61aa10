"""A class follows from a score where the scale of the score is known."""

from __future__ import annotations

import pytest

from mlspec.evidence import Verdict

HEADER = ("id", "label", "score", "sex")
UNKNOWN = (Verdict.NOT_EVALUATED, "score-out-of-range")

GATES = {
    "metric-threshold": {"metric": "recall", "atLeast": 0.5},
    "accuracy": {"type": "metric-threshold", "metric": "accuracy", "atLeast": 0.5},
    "champion-challenger": {"metric": "accuracy", "mode": "non-inferiority", "margin": 0.2},
    "slices": {"metric": "accuracy", "by": [{"column": "sex"}], "atLeast": 0.5},
    "fairness": {"metric": "selection-rate-ratio", "groups": [{"column": "sex"}], "atLeast": 0.8},
    "equal-opportunity": {
        "type": "fairness",
        "metric": "equal-opportunity",
        "groups": [{"column": "sex"}],
        "atMost": 0.3,
    },
}


def logits(evaluation, shift=0.0):
    """Write a model that is right on nine of ten rows, as logits around 0."""
    rows = [
        (f"r{n}", n % 2, (3 if (n % 2) == (n % 10 != 0) else -3) + shift, "fm"[n // 2 % 2])
        for n in range(2000)
    ]
    evaluation.write("challenger.csv", rows, HEADER)
    evaluation.write("champion.csv", [(k, y, s if n % 9 else -s, g)
                                      for n, (k, y, s, g) in enumerate(rows)], HEADER)  # fmt: skip


@pytest.mark.parametrize("name", GATES)
def test_logits_are_not_cut_at_one_half(evaluation, name):
    logits(evaluation)
    gate = {"id": "g", "type": name} | GATES[name]

    unsaid, stated = evaluation.result(gate), evaluation.result(gate, positiveThreshold=0.0)

    assert UNKNOWN == (unsaid.verdict, unsaid.reason_code)
    assert "`positiveThreshold`" in unsaid.reason
    assert Verdict.PASS == stated.verdict


@pytest.mark.parametrize("name", GATES)
def test_one_half_may_be_stated_of_any_scores(evaluation, name):
    logits(evaluation)
    gate = {"id": "g", "type": name} | GATES[name]

    assert Verdict.PASS == evaluation.result(gate, positiveThreshold=0.5).verdict


def test_classes_that_are_given_need_no_threshold(evaluation):
    logits(evaluation)
    rows = [(k, y, s, g, int(float(s) > 0)) for k, y, s, g in evaluation.read("challenger.csv")]
    evaluation.write("challenger.csv", rows, (*HEADER, "class"))

    assert Verdict.PASS == evaluation.floor("accuracy", 0.5, prediction="class").verdict


def test_a_ranking_reads_scores_of_any_scale(evaluation):
    logits(evaluation)

    assert Verdict.PASS == evaluation.floor("roc-auc", 0.5).verdict
