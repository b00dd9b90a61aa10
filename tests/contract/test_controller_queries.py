"""What controllers ask, answered by Prometheus itself."""

from __future__ import annotations

import math

import pytest
import yaml
from tests.contract import promtool

from mlspec import stats
from mlspec.ir import AnalysisCheck
from mlspec.targets._judged import interval_query, strict_query, value_query

PODS = (("model", "=", "screen"), ("role", "=", "challenger"))
LABELS = '{model="screen",role="challenger"}'
OTHERS = '{model="screen",role="champion"}'
PARTS = 1_000_000
ERRORS = AnalysisCheck("errors", "error-share", 0.01, None, 500, 30)
SHARE = AnalysisCheck("answered", "answered_share", None, 0.9, 0, 30)


@pytest.fixture(autouse=True)
def _promtool():
    promtool.require_promtool()


def ask(tmp_path, query, samples, *series):
    """Assert what a query answers after an hour; shares in millionths, cut off."""
    file = tmp_path / "asked.test.yaml"
    content = {
        "rule_files": [],
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": each} for name, each in series],
                "promql_expr_test": [
                    {
                        "expr": f"floor(({query}) * {PARTS})",
                        "eval_time": "1h",
                        "exp_samples": samples,
                    }
                ],
            }
        ],
    }
    file.write_text(yaml.safe_dump(content), "utf-8")
    promtool.test_rules(file)


def counters(per_minute, failed):
    return (
        (f"mlspec_requests_total{LABELS}", f"0+{per_minute}x60"),
        (f"mlspec_request_errors_total{LABELS}", f"0+{failed}x60"),
        (f"mlspec_requests_total{OTHERS}", "0+1000x60"),
        (f"mlspec_request_errors_total{OTHERS}", "0+900x60"),
    )


def bounds(events, trials):
    found = stats.wilson(events, trials, level=0.95)
    return found.lower, found.upper


def parts(share, labels=""):
    return {"labels": labels, "value": math.floor(share * PARTS)}


def test_both_bounds_are_wilsons_and_only_of_the_challenger(tmp_path):
    low, high = bounds(30, 3000)
    expected = [parts(low, '{bound="lower"}'), parts(high, '{bound="upper"}')]

    ask(tmp_path, interval_query(ERRORS, PODS), expected, *counters(100, 1))


def test_the_strict_bound_is_the_one_nearer_to_the_limit(tmp_path):
    _, high = bounds(30, 3000)

    ask(tmp_path, strict_query(ERRORS, PODS), [parts(high, "{}")], *counters(100, 1))


@pytest.mark.parametrize("query", [interval_query, strict_query])
def test_too_few_requests_give_no_answer(tmp_path, query):
    ask(tmp_path, query(ERRORS, PODS), [], *counters(16, 0))


@pytest.mark.parametrize("query", [interval_query, strict_query])
def test_no_requests_at_all_give_no_answer(tmp_path, query):
    ask(tmp_path, query(ERRORS, PODS), [], *counters(100, 1)[2:])


def test_a_counter_of_errors_that_is_not_there_is_not_no_error(tmp_path):
    ask(tmp_path, interval_query(ERRORS, PODS), [], counters(100, 0)[0])


def test_a_gauge_is_the_mean_of_its_samples(tmp_path):
    gauge = (f"answered_share{LABELS}", "0.75x60")

    ask(tmp_path, value_query(SHARE, PODS), [parts(0.75, "{}")], gauge, *counters(1, 0))
