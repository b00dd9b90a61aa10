# ruff: noqa: E501  (a query is one line, in the rules as here)
from __future__ import annotations

import dataclasses
import math
import re

import pytest
from inline_snapshot import snapshot
from scipy.stats import binomtest
from tests.unit.targets import sample

from mlspec import stats
from mlspec.ir import Strategy
from mlspec.targets._prometheus_query import wilson
from mlspec.targets.prometheus import TARGET


def rules(*services, watched=()):
    bundle = sample.bundle(*services, watched=watched)
    (document,) = sample.emitted(TARGET, bundle)["prometheus/screen.rules.yaml"]
    return {
        rule.get("alert", rule.get("record")): rule
        for group in document["groups"]
        for rule in group["rules"]
    }


def proof(*services, watched=()):
    bundle = sample.bundle(*services, watched=watched)
    return sample.emitted(TARGET, bundle)["prometheus/screen.test.yaml"][0]


def expression(**changes):
    return rules(watched=[sample.monitor("it", **changes)])["ScreenIt"]["expr"]


def test_a_mean_weighs_samples_alike_not_replicas():
    assert expression(above=0.2) == snapshot(
        'sum(sum_over_time(screen_psi{model="screen",namespace="ml"}[30m])) / sum(count_over_time(screen_psi{model="screen",namespace="ml"}[30m])) > 0.2'
    )


def test_a_share_is_a_ratio_of_sums():
    value = expression(
        statistic="share", metric="bad_total", total="all_total", above=0.02, window_minutes=60
    )

    seen, bound = value.split(" and ")
    assert seen == snapshot(
        'sum(rate(bad_total{model="screen",namespace="ml"}[1h])) / sum(rate(all_total{model="screen",namespace="ml"}[1h])) > 0.02'
    )
    counts = (
        f'sum(increase({each}_total{{model="screen",namespace="ml"}}[1h]))'
        for each in ("bad", "all")
    )
    assert f"{wilson(*counts, '-')} > 0.02" == bound


@pytest.mark.parametrize(("events", "trials"), [(0, 3), (1, 2), (7, 7), (12, 1000), (4.5, 90.25)])
def test_the_bounds_of_a_share_in_promql_are_wilsons(events, trials):
    known = {"e": events, "n": trials, "clamp_min": max, "sqrt": math.sqrt}

    lower, upper = (eval(wilson("e", "n", sign), known) for sign in "-+")

    bounds = stats.wilson(events, trials, level=0.95)
    assert (bounds.lower, bounds.upper) == pytest.approx((lower, upper), abs=1e-12)


def test_a_share_below_its_floor_is_judged_by_the_upper_bound():
    value = expression(
        statistic="share", metric="bad_total", total="all_total", below=0.9, window_minutes=60
    )

    assert "+ 1.959963984540054 * sqrt" in value
    assert value.endswith(" < 0.9")


def test_a_quantile_reads_the_buckets_of_a_histogram():
    expected = snapshot(
        'histogram_quantile(0.99, sum by (le) (rate(answer_seconds_bucket{model="screen",namespace="ml"}[30m]))) > 0.25'
    )

    assert expected == expression(statistic="p99", metric="answer_seconds", above=0.25)
    assert expected == expression(statistic="p99", metric="answer_seconds_bucket", above=0.25)


def test_a_quotient_has_no_interval():
    assert expression(
        statistic="quotient", metric="cost_total", total="answers_total", above=0.02
    ) == snapshot(
        'sum(rate(cost_total{model="screen",namespace="ml"}[30m])) / sum(rate(answers_total{model="screen",namespace="ml"}[30m])) > 0.02'
    )


def test_an_increase_is_that_of_the_window():
    assert expression(
        statistic="increase", metric="cost_total", above=320, window_minutes=43200
    ) == snapshot('sum(increase(cost_total{model="screen",namespace="ml"}[30d])) > 320')


def test_missing_values_that_were_never_seen_are_none():
    value = expression(statistic="missing-share", metric="rows_total", feature="age", above=0.05)

    assert value.partition(" and ")[0] == snapshot(
        '(sum(rate(rows_total{model="screen",namespace="ml",feature="age",bin="missing"}[30m])) or 0 * sum(rate(rows_total{model="screen",namespace="ml",feature="age"}[30m]))) / sum(rate(rows_total{model="screen",namespace="ml",feature="age"}[30m])) > 0.05'
    )


def test_drift_is_beyond_its_limit_when_its_lower_bound_is():
    assert expression(
        statistic="psi", feature="age", reference=sample.AGES, above=0.25
    ) == snapshot(
        'mlspec:drift_psi{environment="prod",namespace="ml",model="screen",monitor="it"} > 0.25 and mlspec:drift_psi:lower{environment="prod",namespace="ml",model="screen",monitor="it"} > 0.25'
    )


@pytest.mark.parametrize(("above", "titles"), [(1e6, set()), (-1.0, {"all rows are in one bin"})])
def test_drift_that_no_rows_show_is_not_claimed_to_be_proven(above, titles):
    monitor = sample.monitor(
        "it", statistic="psi", feature="age", reference=sample.AGES, above=above
    )

    names = {each["name"] for each in proof(watched=[monitor])["tests"]}

    assert titles <= {name.partition(": ")[2].partition(", ")[0] for name in names}
    assert any("all rows are in one bin" in name for name in names) is (above < 0)
    assert any("rows lie as in the reference" in name for name in names) is (above > 0)


def test_what_rests_on_late_labels_is_unknown_while_few_answers_have_one():
    labelled = {"metric": "wrong_total", "total": "labelled_total", "window_minutes": 1440}
    delay = {"predictions": "answers_total", "delay_minutes": 20160, "minimum_coverage": 0.9}
    monitor = sample.monitor("it", statistic="quotient", above=1.0, **labelled, **delay)

    found = {name: rule["expr"] for name, rule in rules(watched=[monitor]).items()}

    assert found == snapshot(
        {
            "ScreenIt": '(sum(rate(wrong_total{model="screen",namespace="ml"}[1d])) / sum(rate(labelled_total{model="screen",namespace="ml"}[1d])) > 1) and on () (sum(increase(labelled_total{model="screen",namespace="ml"}[1d])) / sum(increase(answers_total{model="screen",namespace="ml"}[1d] offset 2w)) >= 0.9)',
            "ScreenItUnknown": 'absent(((sum(rate(wrong_total{model="screen",namespace="ml"}[1d])) / sum(rate(labelled_total{model="screen",namespace="ml"}[1d]))) and on () (sum(increase(labelled_total{model="screen",namespace="ml"}[1d])) / sum(increase(answers_total{model="screen",namespace="ml"}[1d] offset 2w)) >= 0.9)) >= -Inf)',
        }
    )


def test_a_rate_adds_up_the_replicas():
    assert expression(statistic="rate", metric="answers_total", below=1e-5) == snapshot(
        'sum(rate(answers_total{model="screen",namespace="ml"}[30m])) < 1e-05'
    )


def test_a_maximum_is_that_of_the_window():
    assert expression(statistic="maximum", below=0.5, window_minutes=44640) == snapshot(
        'max(max_over_time(screen_psi{model="screen",namespace="ml"}[31d])) < 0.5'
    )


def test_an_alert_tells_who_is_told_and_why():
    assert rules(watched=[sample.monitor(above=0.2, severity="page")])["ScreenDrift"] == snapshot(
        {
            "alert": "ScreenDrift",
            "expr": 'sum(sum_over_time(screen_psi{model="screen",namespace="ml"}[30m])) / sum(count_over_time(screen_psi{model="screen",namespace="ml"}[30m])) > 0.2',
            "for": "10m",
            "labels": {
                "dimension": "data-drift",
                "environment": "prod",
                "model": "screen",
                "monitor": "drift",
                "namespace": "ml",
                "owner": "workforce",
                "receiver": "workforce-pager",
                "severity": "page",
            },
            "annotations": {
                "description": 'The mean of screen_psi over 30m is {{ $value | printf "%.4g" }}.',
                "runbook": "https://runbooks.example.org/drift",
                "summary": "screen: drift is above 0.2",
            },
        }
    )


def test_a_metric_that_is_missing_raises_an_alert_of_its_own():
    assert rules(watched=[sample.monitor(above=0.2)])["ScreenDriftUnknown"] == snapshot(
        {
            "alert": "ScreenDriftUnknown",
            "expr": 'absent((sum(sum_over_time(screen_psi{model="screen",namespace="ml"}[30m])) / sum(count_over_time(screen_psi{model="screen",namespace="ml"}[30m]))) >= -Inf)',
            "for": "30m",
            "labels": {
                "dimension": "data-drift",
                "environment": "prod",
                "model": "screen",
                "monitor": "drift",
                "namespace": "ml",
                "owner": "workforce",
                "receiver": "workforce-pager",
                "severity": "ticket",
                "state": "unknown",
            },
            "annotations": {
                "description": "The mean of screen_psi over 30m has no value: unknown is not good.",
                "runbook": "https://runbooks.example.org/drift",
                "summary": "screen: drift is unknown",
            },
        }
    )


def test_a_monitor_without_a_bound_still_tells_that_it_sees_nothing():
    assert ["ScreenDriftUnknown"] == list(rules(watched=[sample.monitor()]))


def test_a_monitor_without_a_receiver_or_runbook_invents_none():
    alert = rules(watched=[sample.monitor(above=1.0, receiver="", runbook="")])["ScreenDrift"]

    assert "receiver" not in alert["labels"]
    assert "runbook" not in alert["annotations"]


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("plain", "plain"),
        ("{one}", "{one}"),
        ("{{ $labels }}", '{{"{{"}} $labels }}'),
        ("{{{", '{{"{{{"}}'),
        ("ends in {", 'ends in {{"{"}}'),
        ("}}", "}}"),
    ],
)
def test_spec_text_is_no_template(text, template):
    alert = rules(watched=[sample.monitor(above=1.0, runbook=text, receiver=text)])["ScreenDrift"]

    assert template == alert["annotations"]["runbook"]
    assert template == alert["labels"]["receiver"]


def test_an_error_budget_is_watched_in_two_windows_each():
    found = rules(sample.service(availability=0.999))

    assert {name: rule["expr"] for name, rule in found.items()} == snapshot(
        {
            "ScreenAvailabilityFastBurn": '(sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[5m])) / sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[5m])) > 0.0144) and (sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[1h])) / sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[1h])) > 0.0144)',
            "ScreenAvailabilitySteadyBurn": '(sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[30m])) / sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[30m])) > 0.006) and (sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[6h])) / sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[6h])) > 0.006)',
            "ScreenAvailabilitySlowBurn": '(sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[6h])) / sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[6h])) > 0.001) and (sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[3d])) / sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[3d])) > 0.001)',
            "ScreenObjectivesUnknown": 'absent((sum(rate(mlspec_requests_total{model="screen",namespace="ml"}[30m]))) >= -Inf)',
            "ScreenAvailabilityUnknown": 'absent((sum(rate(mlspec_request_errors_total{model="screen",namespace="ml"}[30m]))) >= -Inf)',
        }
    )


def test_a_burn_that_no_share_can_reach_is_left_out():
    assert list(rules(sample.service(availability=0.9))) == snapshot(
        [
            "ScreenAvailabilitySteadyBurn",
            "ScreenAvailabilitySlowBurn",
            "ScreenObjectivesUnknown",
            "ScreenAvailabilityUnknown",
        ]
    )


def test_a_perfect_objective_fires_at_the_first_error():
    found = rules(sample.service(availability=1.0))

    assert found["ScreenAvailabilitySlowBurn"]["expr"].endswith("> 0)")


def test_alerts_on_a_service_carry_its_runbook():
    served = sample.service(
        rollout=sample.rollouts()["canary"], availability=0.999, p99_ms=100.0, runbook="{{ wiki }}"
    )

    alerts = [each for name, each in rules(served).items() if "alert" in each]

    assert {'{{"{{"}} wiki }}'} == {each["annotations"]["runbook"] for each in alerts}


def test_errors_of_a_shadow_spend_no_budget():
    shadow = sample.rollout(Strategy.SHADOW, (0.1, 60), analysis=())

    found = rules(sample.service(rollout=shadow, p99_ms=100.0))

    assert 'role!="challenger"' in found["ScreenLatencyP99"]["expr"]


def test_a_challenger_fails_when_even_the_friendly_bound_is_beyond_the_limit():
    found = rules(sample.service(rollout=sample.rollouts()["canary"]))

    assert {
        name: rule["expr"] for name, rule in found.items() if "rrors" in name or "rror_" in name
    } == snapshot(
        {
            "mlspec:rollout_errors": 'sum(increase(mlspec_request_errors_total{model="screen",namespace="ml",role="challenger"}[30m]))',
            "mlspec:rollout_error_share:lower": '(mlspec:rollout_errors{environment="prod",namespace="ml",model="screen",monitor="errors"} + 1.9207294103470627 - 1.959963984540054 * sqrt(mlspec:rollout_errors{environment="prod",namespace="ml",model="screen",monitor="errors"} * clamp_min(mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} - mlspec:rollout_errors{environment="prod",namespace="ml",model="screen",monitor="errors"}, 0) / mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} + 0.9603647051735313)) / (mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} + 3.8414588206941254)',
            "mlspec:rollout_error_share:upper": '(mlspec:rollout_errors{environment="prod",namespace="ml",model="screen",monitor="errors"} + 1.9207294103470627 + 1.959963984540054 * sqrt(mlspec:rollout_errors{environment="prod",namespace="ml",model="screen",monitor="errors"} * clamp_min(mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} - mlspec:rollout_errors{environment="prod",namespace="ml",model="screen",monitor="errors"}, 0) / mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} + 0.9603647051735313)) / (mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} + 3.8414588206941254)',
            "ScreenRolloutErrorsFailed": '(mlspec:rollout_error_share:lower{environment="prod",namespace="ml",model="screen",monitor="errors"} > 0.01) and on () (mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} >= 500)',
            "ScreenRolloutErrorsUnproven": 'absent((((mlspec:rollout_error_share:upper{environment="prod",namespace="ml",model="screen",monitor="errors"} <= 0.01) or (mlspec:rollout_error_share:lower{environment="prod",namespace="ml",model="screen",monitor="errors"} > 0.01)) and on () (mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} >= 500)) >= -Inf)',
        }
    )


def test_a_challenger_without_evidence_is_not_proven():
    found = rules(sample.service(rollout=sample.rollouts()["canary"]))

    assert found["ScreenRolloutErrorsUnproven"] == snapshot(
        {
            "alert": "ScreenRolloutErrorsUnproven",
            "expr": 'absent((((mlspec:rollout_error_share:upper{environment="prod",namespace="ml",model="screen",monitor="errors"} <= 0.01) or (mlspec:rollout_error_share:lower{environment="prod",namespace="ml",model="screen",monitor="errors"} > 0.01)) and on () (mlspec:rollout_requests{environment="prod",namespace="ml",model="screen",monitor="errors"} >= 500)) >= -Inf)',
            "for": "30m",
            "labels": {
                "dimension": "rollout",
                "environment": "prod",
                "model": "screen",
                "monitor": "errors",
                "namespace": "ml",
                "owner": "workforce",
                "receiver": "workforce-pager",
                "severity": "ticket",
            },
            "annotations": {
                "action": "Hold the step: do not give the challenger more traffic.",
                "description": "Fewer than 500 requests, no value, or no clear one.",
                "summary": "screen: errors of the challenger is not proven",
            },
        }
    )


def test_an_abort_names_the_step_to_go_back_to():
    rollout = sample.rollouts()["canary"]
    kept = dataclasses.replace(rollout, abort_on_failure=False)

    actions = [
        rules(sample.service(rollout=each))["ScreenRolloutErrorsFailed"]["annotations"]["action"]
        for each in (rollout, kept)
    ]

    assert actions == snapshot(
        [
            "Go back: apply step 00 of rollout/screen.",
            "Decide whether to go back: the spec asks for no abort.",
        ]
    )


def test_a_rollout_without_a_champion_has_nothing_to_judge():
    service = sample.service(rollout=sample.rollouts()["first"])

    assert not sample.emitted(TARGET, sample.bundle(service))


def test_each_alert_is_proven_to_fire_to_wait_and_to_stay_silent():
    document = proof(watched=[sample.monitor(above=0.2)])

    assert document == snapshot(
        {
            "rule_files": ["screen.rules.yaml"],
            "evaluation_interval": "1m",
            "tests": [
                {
                    "name": "ScreenDrift: beyond the threshold here (elsewhere the opposite)",
                    "interval": "60s",
                    "input_series": [
                        {
                            "series": 'screen_psi{model="screen",namespace="ml"}',
                            "values": "0.3+0x15",
                        },
                        {
                            "series": 'screen_psi{model="screen",namespace="ml-elsewhere"}',
                            "values": "0.1+0x15",
                        },
                    ],
                    "alert_rule_test": [
                        {"eval_time": "9m", "alertname": "ScreenDrift", "exp_alerts": []},
                        {
                            "eval_time": "14m",
                            "alertname": "ScreenDrift",
                            "exp_alerts": [
                                {
                                    "exp_labels": {
                                        "dimension": "data-drift",
                                        "environment": "prod",
                                        "model": "screen",
                                        "monitor": "drift",
                                        "namespace": "ml",
                                        "owner": "workforce",
                                        "receiver": "workforce-pager",
                                        "severity": "ticket",
                                    },
                                    "exp_annotations": {
                                        "description": "The mean of screen_psi over 30m is 0.3.",
                                        "runbook": "https://runbooks.example.org/drift",
                                        "summary": "screen: drift is above 0.2",
                                    },
                                }
                            ],
                        },
                    ],
                },
                {
                    "name": "ScreenDrift: within the threshold here (elsewhere the opposite)",
                    "interval": "60s",
                    "input_series": [
                        {
                            "series": 'screen_psi{model="screen",namespace="ml"}',
                            "values": "0.1+0x15",
                        },
                        {
                            "series": 'screen_psi{model="screen",namespace="ml-elsewhere"}',
                            "values": "0.3+0x15",
                        },
                    ],
                    "alert_rule_test": [
                        {"eval_time": "14m", "alertname": "ScreenDrift", "exp_alerts": []}
                    ],
                },
                {
                    "name": "ScreenDriftUnknown: nothing is measured here (elsewhere the opposite)",
                    "interval": "60s",
                    "input_series": [
                        {
                            "series": 'screen_psi{model="screen",namespace="ml-elsewhere"}',
                            "values": "0.1+0x33",
                        }
                    ],
                    "alert_rule_test": [
                        {"eval_time": "29m", "alertname": "ScreenDriftUnknown", "exp_alerts": []},
                        {
                            "eval_time": "32m",
                            "alertname": "ScreenDriftUnknown",
                            "exp_alerts": [
                                {
                                    "exp_labels": {
                                        "dimension": "data-drift",
                                        "environment": "prod",
                                        "model": "screen",
                                        "monitor": "drift",
                                        "namespace": "ml",
                                        "owner": "workforce",
                                        "receiver": "workforce-pager",
                                        "severity": "ticket",
                                        "state": "unknown",
                                    },
                                    "exp_annotations": {
                                        "description": "The mean of screen_psi over 30m has no value: unknown is not good.",
                                        "runbook": "https://runbooks.example.org/drift",
                                        "summary": "screen: drift is unknown",
                                    },
                                }
                            ],
                        },
                    ],
                },
                {
                    "name": "ScreenDriftUnknown: a value is measured",
                    "interval": "60s",
                    "input_series": [
                        {
                            "series": 'screen_psi{model="screen",namespace="ml"}',
                            "values": "0.1+0x35",
                        }
                    ],
                    "alert_rule_test": [
                        {"eval_time": "34m", "alertname": "ScreenDriftUnknown", "exp_alerts": []}
                    ],
                },
            ],
        }
    )


def test_a_condition_that_must_hold_for_months_is_tested_in_large_steps():
    document = proof(watched=[sample.monitor(above=0.2, for_minutes=100_000)])

    assert document["evaluation_interval"] == snapshot("3999m")


def test_models_have_files_of_their_own():
    watched = [sample.monitor(model="b", above=1.0), sample.monitor(model="a", above=1.0)]

    assert list(sample.emitted(TARGET, sample.bundle(watched=watched))) == snapshot(
        [
            "prometheus/a.rules.yaml",
            "prometheus/a.test.yaml",
            "prometheus/b.rules.yaml",
            "prometheus/b.test.yaml",
        ]
    )


@pytest.mark.parametrize(("failed", "count"), [(0, 1), (1, 1), (3, 10), (50, 1000), (999, 1000)])
def test_the_recorded_bounds_are_those_of_wilson(failed, count):
    found = rules(sample.service(rollout=sample.rollouts()["canary"]))
    known = {"sqrt": math.sqrt, "clamp_min": max, "errors": failed, "requests": count}

    bounds = [
        eval(re.sub(r"mlspec:rollout_(\w+)\{[^}]*\}", r"\1", found[name]["expr"]), known)
        for name in ("mlspec:rollout_error_share:lower", "mlspec:rollout_error_share:upper")
    ]

    expected = binomtest(failed, count).proportion_ci(0.95, method="wilson")
    assert pytest.approx([expected.low, expected.high], abs=1e-14) == bounds
