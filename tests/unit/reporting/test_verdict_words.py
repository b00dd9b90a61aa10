"""The sample size that is told is that of the rows on which the number rests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlspec.evidence import GateResult, PartResult, Verdict
from mlspec.reporting._verdict_words import lines_of, numbers

COUNTS = (("negatives", 180), ("positives", 1104), ("predictedPositives", 97), ("rows", 1284))
RESULT = GateResult("g", "metric-threshold", Verdict.PASS, ">= 0.9", metric="recall", estimate=0.95)


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("recall", "n = 1,104 of 1,284 rows"),
        ("specificity", "n = 180 of 1,284 rows"),
        ("precision", "n = 97 of 1,284 rows"),
        ("accuracy", "n = 1,284"),
        ("roc-auc", "n = 1,284"),
        (None, "n = 1,284"),
    ],
)
def test_a_share_of_one_class_rests_on_the_rows_of_that_class(metric, told):
    result = replace(RESULT, metric=metric, counts=COUNTS)
    slices = replace(result, parts=(PartResult("sex: f", Verdict.PASS, counts=COUNTS),))

    assert numbers(result).endswith(f"  {told}")
    assert f"sex: f: pass  {told}" in list(lines_of(slices))


def test_a_reported_metric_has_the_rows_that_were_reported():
    assert numbers(replace(RESULT, counts=(("rows", 50),))).endswith("  n = 50")
    assert "n = " not in numbers(RESULT)
