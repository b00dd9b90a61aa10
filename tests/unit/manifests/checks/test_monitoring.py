"""Alerts and their routes: the parts that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot

from mlspec.manifests._semantic import find_problems
from mlspec.manifests.checks._durations import go_seconds, prometheus_seconds
from mlspec.manifests.checks._matchers import Matcher

DUTY = "labels: {team: a, severity: page}, annotations: {runbook: 'https://r.example'}, for: 10m"


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (f"rules: [{{alert: A, expr: a > 1, {DUTY}}}]", snapshot([])),
        (
            f"interval: 10m, rules: [{{alert: A, expr: a > 1, {DUTY}}}]",
            snapshot(["MLS1271 1 the alert waits for 10m, less than two evaluations"]),
        ),
        (
            "rules: [{alert: A, expr: a > 1}]",
            snapshot(
                [
                    "MLS1272 1 the alert has no label `owner` and `severity`",
                    "MLS1273 1 the alert names no runbook",
                ]
            ),
        ),
        (
            (
                "rules: [{record: 'a:b', expr: a}, {record: 'a:b', expr: b},"
                " {record: 'a:b', expr: c, labels: {d: e}}]"
            ),
            snapshot(["MLS1270 1 there is a rule `a:b` with the same labels already"]),
        ),
    ],
)
def test_rules_in_files_of_their_own(found, group, told):
    assert told == found(f"groups: [{{name: a, {group}}}]\n", "prometheus-rules")


def test_a_rule_in_an_object_and_in_a_file_is_one_rule_for_two_installations(found):
    groups = f"groups: [{{name: a, rules: [{{alert: A, expr: a > 1, {DUTY}}}]}}]"
    rule = f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: {{{groups}}}\n"

    assert [] == found(f"{groups}\n---\n{rule}", "prometheus-rules")
    assert ["MLS1270"] == [
        each.partition(" ")[0] for each in found(f"{rule}---\n{rule}", "prometheus-rules")
    ]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("route: {}\nreceivers: []\n", snapshot(["MLS1280 1 the first route has no receiver"])),
        (
            "route: {receiver: a, match: {b: c}}\nreceivers: [{name: a}]\n",
            snapshot(["MLS1282 1 the first route takes every alert and can't have a matcher"]),
        ),
        (
            (
                "route: {receiver: a, routes: [{matchers: ['b=c', 'd=~\"e|f\"', g]}]}\n"
                "receivers: [{name: a}]\n"
            ),
            snapshot(["MLS1282 1 the matcher `g` can't be read"]),
        ),
        (
            (
                "route: {receiver: a, routes: [{continue: true}, {receiver: a}, {}, {}]}\n"
                "receivers: [{name: a}]\n"
            ),
            snapshot(["MLS1283 1 the route before this one takes every alert"]),
        ),
        (
            (
                "route: {receiver: a, routes: [{match: {b: c}, routes: [{receiver: d}]}]}\n"
                "receivers: [{name: a}]\n"
            ),
            snapshot(["MLS1280 1 there is no receiver `d`"]),
        ),
    ],
)
def test_files_of_alertmanager(found, config, told):
    assert told == found(config, "alertmanager")


def test_routes_inside_of_an_object_have_matchers_of_their_own_form(found):
    text = """
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: risk}
    spec:
      route: {receiver: risk, matchers: [{name: owner, value: team-risk}], routes: [{receiver: x}]}
      receivers: [{name: risk}]
    """

    assert snapshot(["MLS1280 6 there is no receiver `x`"]) == found(text, "alertmanager")


@pytest.mark.parametrize(
    ("matcher", "takes"),
    [
        ('owner="team-risk"', True),
        ("owner=team-risk", True),
        ('owner != "team-risk"', False),
        ('owner=~"team-risk|team-fraud"', True),
        ('owner!~"team-risk|team-fraud"', False),
        ('owner=~"team-fraud"', False),
        ('owner=~"(a+)+$"', True),
        ('other=""', True),
    ],
)
def test_matchers_say_whether_an_alert_may_be_taken(matcher, takes):
    (read,) = Matcher.read(matcher)

    assert takes is read.may_take({"owner": "team-risk"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('"service.owner"="team-risk"', [("service.owner", "=", "team-risk")]),
        ("service.owner=team-risk", [("service.owner", "=", "team-risk")]),
        ("größe=~'?", None),
        ("größe=ja", [("größe", "=", "ja")]),
        ('"a b" != "c d"', [("a b", "!=", "c d")]),
        (r'a="\"b\\"', [("a", "=", '"b\\')]),
        (r'a=~"\d+"', [("a", "=~", "d+")]),
        ('a="b,c"', [("a", "=", "b,c")]),
        ('{a="b", c!~"d"}', [("a", "=", "b"), ("c", "!~", "d")]),
        ('a="b",', [("a", "=", "b")]),
        ("{}", []),
        ("a = two words", [("a", "=", "two words")]),
        ("a:b=c", [("a:b", "=", "c")]),
        ("a=", [("a", "=", "")]),
        ("owner team-risk", None),
        ('="b"', None),
        ('a="b', None),
        ('a=b"c', None),
        ("a=b, c", None),
        ("a" * 30_000, None),
    ],
)
def test_matchers_are_read_in_the_grammar_of_utf_8_or_in_the_older_one(text, read):
    expected = read if read is None else [Matcher(*each) for each in read]

    assert expected == Matcher.read(text)


def test_a_route_may_ask_for_several_labels_in_one_text(found):
    config = (
        'route: {receiver: a, routes: [{receiver: b, matchers: [\'{"app.team"="x", owner=y}\']}]}\n'
        "receivers: [{name: a}, {name: b}]\n"
    )
    alert = "---\ngroups: [{name: a, rules: [{alert: A, expr: a > 1, labels: {owner: @}}]}]\n"

    assert [] == found(config, "alertmanager")
    assert snapshot(["MLS1284 4 no route takes alerts of `owner: z`"]) == found(
        config + alert.replace("@", "z"), "alertmanager"
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("10m", 600),
        ("1h30m", 5400),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("-5s", -5),
        ("+5s", 5),
        ("100ms", 0.1),
        ("5", None),
        ("5d", None),
        ("10 m", None),
        ("", None),
        ("m", None),
        ("1m2", None),
        ("1" * 70 + "s", None),
    ],
)
def test_durations_of_go(text, seconds):
    assert seconds == go_seconds(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("1d12h", 129_600), ("5m", 300), ("1w", 604_800), ("1.5h", None), ("5m1h", None)],
)
def test_durations_of_prometheus(text, seconds):
    assert seconds == prometheus_seconds(text)


def alerts(*labels):
    """Return files of Prometheus, one document each, with an alert for each mapping of labels."""
    lines = "".join(
        f"  - {{alert: A{index}, expr: up < {index}, for: 10m, labels: {{{each}}}}}\n"
        for index, each in enumerate(labels)
    )
    return f"groups:\n- name: all\n  rules:\n{lines}"


RISK = "team: a, severity: page"


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ((RISK,), ["the alert names no runbook"]),
        ((RISK, RISK, RISK), ["alerts here name no runbook"]),
        (
            (f"{RISK}, model: churn", f"{RISK}, model: fraud", f"{RISK}, model: churn"),
            [
                "alerts of the model `churn` name no runbook",
                "the alert names no runbook",
            ],
        ),
        (
            (f"{RISK}, model: '{{{{ $labels.model }}}}'", RISK),
            ["alerts here name no runbook"],
        ),
    ],
)
def test_a_missing_runbook_is_told_once_for_a_model(found, labels, told):
    told_of = [each for each in found(alerts(*labels), "prometheus-rules") if "MLS1273" in each]

    assert told == [each.split(" ", 2)[2] for each in told_of]


def test_a_model_in_two_files_is_told_once_and_files_without_models_each(found):
    of_model = alerts(f"{RISK}, model: churn")
    wrapped = (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: risk}\n"
        f"spec: {{groups: [{{name: b, rules: [{{alert: B, expr: up, labels: {{{RISK}}}}}]}}]}}\n"
    )
    told = found(f"{of_model}---\n{of_model}---\n{alerts(RISK)}---\n{wrapped}", "prometheus-rules")

    messages = [each.split(" ", 2)[2] for each in told if "MLS1273" in each]
    assert [
        "alerts of the model `churn` name no runbook",
        "the alert names no runbook",
        "the alert names no runbook",
    ] == messages


@pytest.mark.parametrize("count", [1, 2])
def test_a_hint_for_a_compiled_file_names_the_spec_to_edit(read, count):
    header = (
        "# Generated by mlspec 0.1.0 for the environment prod; do not edit.\n"
        "# Source: specs/churn.yaml\n"
    )
    unowned = ["severity: page, model: churn"] * count

    compiled = {each.code: each.hint for each in find_problems(read(header + alerts(*unowned)))}
    written = {each.code: each.hint for each in find_problems(read(alerts(*unowned)))}

    assert "`runbook` at the monitor, or in `serving`, of `specs/churn.yaml`" in compiled["MLS1273"]
    assert "in `specs/churn.yaml`" in compiled["MLS1272"]
    assert "add `runbook_url`" in written["MLS1273"]
    assert "add it" == written["MLS1272"]


def test_an_owner_without_a_route_is_told_once(found):
    owners = [f"owner: {name}, severity: page" for name in ("risk", "risk", "fraud", "sales")]
    routing = (
        "---\nroute: {receiver: a, routes: [{receiver: a, matchers: ['owner=\"sales\"']}]}\n"
        "receivers: [{name: a}]\n"
    )

    told = found(alerts(*owners) + routing, "alertmanager")

    messages = [each.split(" ", 2)[2] for each in told]
    assert [
        "no route takes alerts of `owner: risk`",
        "no route takes alerts of `owner: fraud`",
    ] == (messages)
