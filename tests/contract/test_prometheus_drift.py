"""Drift that Prometheus computes, against what the gates compute of the same counts."""

from __future__ import annotations

import random

import pytest
from tests.contract import promtool
from tests.unit.targets import sample

from mlspec import stats
from mlspec.syntax import emit_documents
from mlspec.targets.prometheus import TARGET

HOUR = 60
EXACT = 1e-9
RECORDED = '{environment="prod", model="screen", monitor="age", namespace="ml"}'
COUNTED = 'model="screen",namespace="ml",feature="age"'

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("_promtool")]


@pytest.fixture
def _promtool():
    promtool.require_promtool()


def counts(seed):
    """Rows of a reference and of an hour: thousands, few, and bins that one side leaves empty."""
    drawn = random.Random(seed)
    size = drawn.randint(2, 12)
    reference = [drawn.choice((0, 1, 7, 50, 900)) for _ in range(size)]
    current = [drawn.choice((0, 0, 3, 20, 400)) for _ in range(size)]
    return [*reference, 11], [*current, 5]


def asked(reference, current):
    """Return a unit test that the recorded index and its bound are those of the gates."""
    known = stats.psi(reference, current, level=0.9)
    lower = known.bounds.lower
    wanted = {
        "mlspec:drift_psi": known.value,
        # A gate cuts its interval at zero, where no limit lies.
        "clamp_min(mlspec:drift_psi:lower, 0)": lower,
    }
    return [
        {
            "expr": f"abs({expression} - {value!r}) < bool {EXACT}",
            "eval_time": "2h",
            "exp_samples": [{"labels": RECORDED, "value": 1}],
        }
        for expression, value in wanted.items()
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_index_and_its_bound_are_those_of_the_gates(tmp_path, seed):
    reference, current = counts(seed)
    bins = tuple((str(place), rows) for place, rows in enumerate(reference))
    monitor = sample.monitor(
        "age", statistic="psi", feature="age", reference=bins, above=0.2, window_minutes=HOUR
    )
    for artifact in TARGET.emit(sample.bundle(watched=[monitor]), None):
        (tmp_path / artifact.path.rpartition("/")[2]).write_text(artifact.content, "utf-8")
    series = [
        {
            "series": f'screen_psi{{{COUNTED},bin="{place}",pod="{pod}"}}',
            "values": f"0+{rows}x180",
        }
        for place, rows in enumerate(current)
        for pod in "ab"
        if rows
    ]
    hourly = [2 * HOUR * rows for rows in current]
    question = {
        "rule_files": ["screen.rules.yaml"],
        "tests": [
            {
                "interval": "1m",
                "input_series": series,
                "promql_expr_test": asked(reference, hourly),
            }
        ],
    }
    (tmp_path / "asked.test.yaml").write_text(emit_documents([question]), "utf-8")

    promtool.test_rules(tmp_path / "asked.test.yaml")


def test_every_sort_of_drift_is_proven_both_ways():
    (proof,) = sample.emitted(TARGET, sample.bundle(watched=sample.drifts()))[
        "prometheus/drifting.test.yaml"
    ]

    titles = {
        told.partition(": ")[2].removesuffix(" here (elsewhere the opposite)")
        for each in proof["tests"]
        for told in each["name"].split("; ")
    }

    assert {
        "a value is measured",
        "all rows are in one bin",
        "beyond the threshold",
        "nothing is measured",
        "rows are counted in other bins",
        "rows lie as in the reference",
        "too few rows to tell",
        "too few to tell",
        "within the threshold",
    } == titles
