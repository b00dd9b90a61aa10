"""`gate plan` and `simulate rollout`: what can be decided, before anything is."""

from __future__ import annotations

import re
import shlex

import pytest
from tests.e2e.commands import CHECKOUT, edit

MODEL = "employment-screen"


@pytest.fixture
def evaluation(county):
    return county / "evaluation" / MODEL


def test_a_plan_names_files_and_rows_and_no_verdict(mlspec, county):
    told = mlspec("gate", "plan", MODEL, "--env", "prod", cwd=county).expect(0)

    assert "reads    champion: evaluation/employment-screen/champion.parquet" in told.out
    assert "8,000, too few" in told.out
    for verdict in ("pass", "fail", "inconclusive"):
        assert verdict not in told.out
    assert told.err == ""


def test_a_plan_is_the_same_whatever_the_model_would_get(mlspec, county):
    command = ("gate", "plan", MODEL, "--env", "prod", "--format", "json")
    before = mlspec(*command, cwd=county).expect(0).json

    assert before == mlspec(*command, cwd=county).expect(0).json
    for gate in before["models"][0]["gates"]:
        assert "estimate" not in gate
        assert gate["isComplete"] is True


def test_a_missing_file_is_told_and_is_exit_code_9(mlspec, county, evaluation):
    (evaluation / "champion.parquet").unlink()

    told = mlspec("gate", "plan", MODEL, "--env", "prod", cwd=county).expect(9)

    assert "missing  champion: evaluation/employment-screen/champion.parquet" in told.out
    assert "[missing-file]" in told.out
    mlspec("gate", "run", MODEL, "--env", "prod", cwd=county).expect(9)


def test_other_assumptions_take_other_numbers_of_rows(mlspec, county):
    command = ("gate", "plan", MODEL, "--env", "prod", "--format", "json")
    usual = mlspec(*command, cwd=county).expect(0).json
    sure = mlspec(*command, "--power", "0.99", cwd=county).expect(0).json

    rows = [
        [each["needed"] for gate in told["models"][0]["gates"] for each in gate["rows"]]
        for told in (usual, sure)
    ]
    assert all(more >= fewer for fewer, more in zip(*rows, strict=True))
    assert rows[0] != rows[1]


@pytest.mark.parametrize("flag", ["--power", "--effect"])
@pytest.mark.parametrize("value", ["0", "1", "-1", "nan"])
def test_an_assumption_is_a_share(mlspec, county, flag, value):
    mlspec("gate", "plan", f"{flag}={value}", cwd=county).refused(64, flag)


def test_a_model_without_gates_is_refused_by_name(mlspec, county):
    mlspec("gate", "plan", "nobody", cwd=county).refused(64, "there is no `model/nobody`")


def test_the_odds_of_the_example_are_told_step_by_step(mlspec, county):
    told = mlspec("simulate", "rollout", MODEL, "--env", "prod", cwd=county).expect(0)

    assert "A bad model is promoted in 0 %" in told.out
    assert "1: 5 % for 1 h" in told.out
    assert "Not simulated" in told.out
    assert "slow-answers, listed-share" in told.out


def test_more_traffic_finds_more_and_sooner(mlspec, county):
    command = ("simulate", "rollout", MODEL, "--env", "prod", "--format", "json")
    declared = mlspec(*command, cwd=county).expect(0).json
    more = mlspec(*command, "--requests-per-second", "100", cwd=county).expect(0).json

    assert (declared["requestsPerSecond"], more["requestsPerSecond"]) == (5, 100)
    assert more["badAborted"] > declared["badAborted"]
    assert more["goodPromoted"] > declared["goodPromoted"]
    assert more["minutesToAbortHalf"] < declared["minutesToAbortHalf"]


@pytest.mark.parametrize(
    ("backend", "target", "judge"),
    [("rollouts", "argo-rollouts", "analysis-runs"), ("flagger", "flagger", "canary")],
)
def test_a_controller_looks_as_it_does_in_a_cluster(mlspec, county, backend, target, judge):
    """Of the same rollout: what stops it, how often it looks, and how soon a bad model is found."""
    command = ("simulate", "rollout", MODEL, "--env", "prod", "--format", "json")
    alerts = mlspec(*command, cwd=county).expect(0).json
    edit(
        county / "mlspec.yaml",
        "enabled: [argo-workflows, ",
        f"enabled: [argo-workflows, {target}, ",
    )
    spec = county / "specs" / "models" / f"{MODEL}.yaml"
    edit(spec, "    mode: online\n", f"    mode: online\n    backend: {backend}\n")

    judged = mlspec(*command, cwd=county).expect(0).json
    told = mlspec(*command[:-2], cwd=county).expect(0).out

    assert ("gateway", backend) == (alerts["backend"], judged["backend"])
    assert judge == judged["judge"] != alerts["judge"]
    assert f"Backend {backend}: " in told
    assert alerts["requestsPerSecond"] == judged["requestsPerSecond"]
    assert [each["share"] for each in alerts["steps"]] == [
        each["share"] for each in judged["steps"]
    ]
    assert judged["badPromoted"] < 0.05
    assert judged["badAborted"] > judged["goodAborted"]


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (["--requests-per-second", "0"], "`--requests-per-second` is 0"),
        (["--requests-per-second", "nan"], "`--requests-per-second` is nan"),
        (["--requests-per-second", "inf"], "`--requests-per-second` is inf"),
        (["--error-rate", "1.5"], "--error-rate"),
        (["--bad-error-rate", "nan"], "--bad-error-rate"),
        (["--error-rate", "0.1", "--bad-error-rate", "0.1"], "no worse"),
    ],
)
def test_numbers_that_nothing_can_be_computed_from_are_refused(mlspec, county, flags, word):
    mlspec("simulate", "rollout", MODEL, "--env", "prod", *flags, cwd=county).refused(64, word)


def test_a_rollout_without_a_condition_on_errors_is_refused_with_the_way_out(mlspec, county):
    file = county / "specs" / "models" / "form-digit-reader.yaml"
    check = "      - {id: errors, metric: error-share, atMost: 0.02, minimumRequests: 500}\n"
    other = "      - {id: slow, metric: latency-p99-ms, atMost: 300}\n"
    text = file.read_text()
    assert check in text
    file.write_text(text.replace(check, other))

    refused = mlspec("simulate", "rollout", "form-digit-reader", "--env", "prod", cwd=county)

    refused.refused(64, "has no condition `error-share`")


def test_a_model_without_a_rollout_is_told_so(mlspec, tmp_path):
    mlspec("init", "shop", cwd=tmp_path).expect(0)
    spec = tmp_path / "shop" / "specs" / "churn.yaml"
    policy = "  rolloutPolicy: careful-canary@v1\n"
    assert policy in spec.read_text("utf-8")
    spec.write_text(spec.read_text("utf-8").replace(policy, ""), "utf-8")

    command = ("simulate", "rollout", "churn", "--env", "prod")
    refused = mlspec(*command, cwd=tmp_path / "shop")

    refused.refused(64, "`model/churn` has no rollout in prod: its traffic moves at once")


def documented():
    """Yield the commands that the page shows with what they print; empty where it shows none."""
    page = (CHECKOUT / "docs" / "pages" / "gate-plan.md").read_text("utf-8")
    for block in re.findall(r"```console\n\$ (.*?)```", page, re.DOTALL):
        line, _, shown = block.partition("\n")
        yield pytest.param(line, shown, id=line)


@pytest.mark.parametrize(("line", "shown"), [*documented()])
def test_the_page_shows_what_the_commands_print(mlspec, county, line, shown):
    told = mlspec(*shlex.split(line)[1:], cwd=county).expect(0)

    assert told.out
    assert shown in {"", told.out}
