"""Alerts that compare nothing, and quantiles of sums without their buckets."""

import pytest
from inline_snapshot import snapshot

from mlspec.manifests.checks._promql_shape import is_always_there, loses_buckets


@pytest.mark.parametrize(
    "query",
    [
        "a",
        "rate(errors_total[5m])",
        "sum by (job) (rate(a[5m])) / 2",
        "-a",
        "(a)",
        "a > bool 1",
        "sum(a > bool 1)",
        "a > 1 or b",
        "(a > 1) or vector(0)",
        "scalar(a > 1) * b",
        "max_over_time(a[5m])",
        "time()",
        "my:recorded",
    ],
)
def test_a_value_that_is_always_there(query):
    assert is_always_there(query, plain={"my:recorded"})


@pytest.mark.parametrize(
    "query",
    [
        "a > 1",
        "1 < a",
        "a == bool 1 > 0",
        "(a >= 1) * 2",
        "a > 1 and b",
        "a and b != 0",
        "a unless b",
        "a > 1 or b > 1",
        "absent(a)",
        "absent_over_time(a[5m])",
        "count(a == 0)",
        "label_replace(a > 1, 'b', '$1', 'c', '(.*)')",
        "max_over_time((a > 1)[5m:1m])",
        "vector(1)",
        "1",
        "ALERTS{alertname='a'}",
        "other:recorded",
        "filtered",
        "sum(",
        "",
    ],
)
def test_a_value_that_is_there_while_something_holds_or_nobody_knows(query):
    assert not is_always_there(query, conditions={"filtered"})


def test_a_query_of_many_parts_is_not_judged_for_ever():
    assert not is_always_there("(" * 150 + "a > 1" + ")" * 150)
    assert not is_always_there("-" * 590 + "a")


def rules(*written):
    lines = "".join(f"- {each}\n" for each in written)
    return f"groups:\n- name: a\n  rules:\n{lines}".replace("\n- {", "\n  - {")


def test_an_alert_may_ask_for_what_another_rule_has_compared(found):
    alert = "{alert: A, expr: 'a:bad'}"

    assert [] == found(rules("{record: 'a:bad', expr: 'a > 1'}", alert), "alert-conditions")
    assert [] == found(rules(alert), "alert-conditions")
    assert snapshot(
        ["MLS1331 5 the alert fires as long as there is a value, whatever it is"]
    ) == found(rules("{record: 'a:bad', expr: 'a > bool 1'}", alert), "alert-conditions")


LOST = "histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m])))"


@pytest.mark.parametrize(
    ("query", "is_lost"),
    [
        (LOST, True),
        ("histogram_quantile(0.9, sum(rate(a_bucket[5m])))", True),
        ("histogram_quantile(0.9, sum without (le) (rate(a_bucket[5m]))) > 1", True),
        ("histogram_quantile(0.9, (sum(rate(a_bucket{b='c'}[5m]))))", True),
        ("histogram_quantile(0.9, sum by (le) (sum by (job) (rate(a_bucket[5m]))))", True),
        ("histogram_fraction(0, 0.2, sum(rate(a_bucket[5m])))", True),
        ("1 - histogram_quantile(0.9, sum(job:a_bucket:rate5m))", True),
        ("histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m])))", False),
        ("histogram_quantile(0.9, sum without (job) (rate(a_bucket[5m])))", False),
        ("histogram_quantile(0.9, rate(a_bucket[5m]))", False),
        ("histogram_quantile(0.9, sum(rate(a[5m])))", False),
        ("histogram_quantile(0.9, topk(3, rate(a_bucket[5m])))", False),
        ("sum(rate(a_bucket[5m]))", False),
        ("histogram_quantile(0.9,", False),
    ],
)
def test_buckets_are_lost_in_a_sum_without_their_label(query, is_lost):
    assert is_lost is loses_buckets(query)


@pytest.mark.parametrize(
    "text",
    [
        f"groups: [{{name: a, rules: [{{record: b, expr: '{LOST}'}}]}}]\n",
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\n"
            f"spec: {{metrics: [{{name: a, provider: {{prometheus: {{query: '{LOST}'}}}}}}]}}\n"
        ),
        (
            "apiVersion: flagger.app/v1beta1\nkind: MetricTemplate\nmetadata: {name: a}\n"
            f"spec: {{query: '{LOST}'}}\n"
        ),
        (
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\n"
            f"spec: {{triggers: [{{type: prometheus, metadata: {{query: '{LOST}'}}}}]}}\n"
        ),
    ],
)
def test_every_place_of_a_query_is_looked_at(found, text):
    assert ["MLS1332"] == [each.partition(" ")[0] for each in found(text, "alert-conditions")]


ADDRESSES = (
    (
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\n"
        "spec: {metrics: [{name: a, provider: {prometheus: {address: '@', query: a}}}]}\n"
    ),
    (
        "apiVersion: flagger.app/v1beta1\nkind: MetricTemplate\nmetadata: {name: a}\n"
        "spec: {provider: {type: prometheus, address: '@'}}\n"
    ),
    (
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\n"
        "spec: {triggers: [{type: prometheus, metadata: {serverAddress: '@'}}]}\n"
    ),
)


@pytest.mark.parametrize("text", ADDRESSES)
@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("http://prometheus:9090", True),
        ("HTTPS://prometheus.example/prefix", True),
        ("{{args.prometheus}}", True),
        ("", True),
        ("prometheus:9090", False),
        ("prometheus.example", False),
        ("http:///path", False),
        ("//prometheus:9090", False),
    ],
)
def test_a_controller_asks_an_address_with_a_scheme_and_a_host(found, text, address, is_one):
    told = found(text.replace("@", address), "prometheus-addresses")

    assert [] == told if is_one else [f"MLS1333 4 `{address}` is not the address of a server"]
