"""A cause that several gates share is told once."""

from __future__ import annotations

from types import SimpleNamespace

from mlspec.evidence import GateResult, Verdict
from mlspec.reporting.verdicts_junit import render_verdicts_junit
from mlspec.reporting.verdicts_text import render_verdicts_text

MISSING = "`a.csv` does not exist"


def result(gate, reason=MISSING, code="missing-file", **changes):
    verdict = Verdict.NOT_EVALUATED
    return GateResult(
        gate, "metric-threshold", verdict, ">= 0.9", reason=reason, reason_code=code, **changes
    )


def judged(*results):
    record = SimpleNamespace(subject="model/a", overall=Verdict.NOT_EVALUATED, results=results)
    return [(record, ("prod",))]


def test_a_gate_with_the_cause_of_another_refers_to_it():
    told = render_verdicts_text(
        judged(result("auc"), result("recall"), result("rows", "too few", "too-few-rows")),
        colour=False,
    )

    assert [line.strip() for line in told.splitlines() if "[" in line] == [
        f"{MISSING} [missing-file]",
        "as auc [missing-file]",
        "too few [too-few-rows]",
    ]


def test_every_model_tells_its_own_causes():
    told = render_verdicts_text(judged(result("auc")) + judged(result("auc")), colour=False)

    assert told.count(MISSING) == 2


def test_a_test_that_fails_tells_its_reason_as_the_problem_alone():
    told = render_verdicts_junit(judged(result("auc")))

    assert "<system-out>&gt;= 0.9</system-out>" in told
    assert f'message="{MISSING} [missing-file]"' in told


def test_a_gate_that_does_not_block_has_its_reason_in_the_output():
    told = render_verdicts_junit(judged(result("auc", required=False)))

    assert f"&gt;= 0.9  (advisory)\n{MISSING} [missing-file]</system-out>" in told
