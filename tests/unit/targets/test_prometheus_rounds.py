"""What a unit test of rules looks at together: all that is to be proven, and seldom."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.ir import Scope
from mlspec.syntax import emit_documents
from mlspec.targets._prometheus_alert import inputs
from mlspec.targets._prometheus_groups import watched_models
from mlspec.targets._prometheus_layout import group_text
from mlspec.targets._prometheus_tests import test_document as document_of

ROWS = {"metric": "screen_rows_total", "statistic": "rate", "window_minutes": 1440}
EVERY = (
    *sample.monitors(),
    *sample.drifts(),
    *sample.late(),
    sample.monitor("rows", above=5.0, **ROWS),  # of all features together
)
SERVED = sample.service(rollout=sample.rollouts()["canary"], p99_ms=150.0, availability=0.99)
SCOPES = (sample.SCOPE, Scope("prod", ()), Scope("prod", (("cluster", "a"), ("namespace", "ml"))))
MOST_SAMPLES = 2400


def of_one_model(monitors, scope):
    return [
        replace(each, id=f"{each.model}-{each.id}", model="screen", scope=scope)
        for each in monitors
    ]


def proven(monitors, *services):
    """Return the alerts of one model, with the series that each situation has, and their test."""
    (watched,) = watched_models(sample.bundle(*services, watched=monitors))
    text = document_of("screen.rules.yaml", watched.alerts, watched.place)
    return [Proven(each, watched.place) for each in watched.alerts], yaml.safe_load(text)


class Proven:
    """An alert whose situations stand among series of other environments."""

    def __init__(self, alert, place):
        self.name = alert.name
        self.for_minutes, self.window_minutes, self.situations = alert.proof.within(
            tuple(name for name, _ in place[1:])
        )
        self.series = [series_of(each, place) for each in self.situations]


def series_of(situation, place):
    return frozenset(
        text_of(place, apart, metric, inside)
        for part, apart in situation.parts
        for (metric, _), _, inside, *_ in inputs(part, apart)
    )


def text_of(place, apart, metric, inside):
    labels = [f'{name}="{value}{"-elsewhere" * (name == apart)}"' for name, value in place]
    return f"{metric}{{{','.join([*labels, inside]).rstrip(',')}}}"


def read_of(text):
    """Return the metric of a series, and its feature or nothing."""
    found = re.search(r'[{,]feature="((?:[^"\\]|\\.)*)"', text)
    return text.partition("{")[0], found and found[1]


def may_read(known, text):
    """Tell whether an alert that reads the known series may read this one, too."""
    metric, feature = read_of(text)
    return any(
        metric == of and (feature is None or other is None or feature == other)
        for of, other in map(read_of, known)
    )


def wanted(alerts, step):
    """Return every situation of every alert, and those of them that take too many samples."""
    every, too_long = Counter(), set()
    for alert in alerts:
        for each, series in zip(alert.situations, alert.series, strict=True):
            look = (alert.name, series, each.value is not None)
            every[look] += 1
            horizon = each.settled_minutes + alert.for_minutes + 3 * step
            if horizon * 4 > MOST_SAMPLES * alert.window_minutes:
                too_long.add(look)
    return every, too_long


def looked_at(alerts, document):
    """Return every alert in every test, with the series that it may read there."""
    known = {alert.name: frozenset().union(*alert.series) for alert in alerts}
    for test in document["tests"]:
        texts = [each["series"] for each in test["input_series"]]
        assert len(texts) == len(set(texts))
        last = {each["alertname"]: each for each in test["alert_rule_test"]}
        for name, check in last.items():
            read = frozenset(text for text in texts if may_read(known[name], text))
            yield name, read, bool(check["exp_alerts"])


def minutes(text):
    return int(text.removesuffix("m"))


def evaluations(document):
    """Return how often promtool evaluates every rule of the file."""
    step = minutes(document["evaluation_interval"])
    return sum(
        max(minutes(check["eval_time"]) for check in test["alert_rule_test"]) // step + 1
        for test in document["tests"]
    )


@pytest.mark.parametrize(("statistic", "each_its_own"), [("mean", 2), ("rate", 2), ("share", 3)])
@pytest.mark.parametrize("scope", SCOPES)
def test_limits_of_one_metric_share_the_tests_of_values_that_are_unknown(
    statistic, each_its_own, scope
):
    limits = [sample.monitor(f"m{n}", above=0.1 + n / 20, statistic=statistic) for n in range(12)]
    if statistic == "share":  # one of too few requests besides, which tells nothing
        limits = [replace(each, total="all_total") for each in limits]

    alerts, document = proven(of_one_model(limits, scope))

    assert len(document["tests"]) <= each_its_own * len(limits) + 2
    seen = {(name, is_firing) for name, _, is_firing in looked_at(alerts, document)}
    assert seen == {(alert.name, is_firing) for alert in alerts for is_firing in (False, True)}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(EVERY), min_size=1, max_size=12, unique_by=id),
    st.sampled_from(SCOPES),
    st.booleans(),
)
def test_every_situation_is_looked_at_without_series_of_others(monitors, scope, is_served):
    services = [replace(SERVED, scope=scope)] if is_served else []

    alerts, document = proven(of_one_model(monitors, scope), *services)

    every, too_long = wanted(alerts, minutes(document["evaluation_interval"]))
    found = set(looked_at(alerts, document))
    assert found <= set(every)
    assert set(every) - found <= too_long


@pytest.mark.parametrize("scope", SCOPES, ids=["namespace", "nothing", "two labels"])
@pytest.mark.parametrize(
    "text", ["ml", 'a"b\\', "two\nlines", "two\n\nlines\n", "{{ x }}", "yes", "é\u2028"]
)
def test_the_text_of_rules_and_tests_is_what_the_emitter_makes_of_the_data(scope, text):
    monitors = of_one_model([*EVERY[:4], sample.drifts()[0]], scope)
    told = [replace(each, owner=text, runbook=text, receiver=text) for each in monitors]
    where = replace(scope, labels=tuple((name, text) for name, _ in scope.labels))
    (watched,) = watched_models(
        sample.bundle(watched=[replace(each, scope=where) for each in told])
    )

    found = document_of("screen.rules.yaml", watched.alerts, watched.place)
    groups = [group_text(each.name, each.rules) for each in watched.groups]

    assert found == emit_documents([yaml.safe_load(found)])
    assert "\n".join(["groups:", *groups, ""]) == emit_documents([watched.to_rules()])


def test_without_anything_to_look_at_a_document_has_no_tests():
    found = document_of("screen.rules.yaml", [], (("model", "screen"),))

    assert found == emit_documents([yaml.safe_load(found)])
    assert yaml.safe_load(found)["tests"] == []


def test_models_that_are_watched_alike_have_tests_that_differ_in_names_only():
    monitors = of_one_model(EVERY, sample.SCOPE)
    (one,), (other,) = (
        watched_models(sample.bundle(watched=[replace(each, model=name) for each in monitors]))
        for name in ("screen", "rank")
    )

    texts = [
        document_of(f"{each.model}.rules.yaml", each.alerts, each.place) for each in (one, other)
    ]

    assert texts[0] != texts[1]
    assert texts[0] == texts[1].replace("rank", "screen").replace("Rank", "Screen")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=12, unique_by=id))
def test_a_window_has_four_samples_and_a_series_not_too_many(monitors):
    alerts, document = proven(of_one_model(monitors, sample.SCOPE))

    windows = {alert.name: alert.window_minutes for alert in alerts}
    for test in document["tests"]:
        seconds = int(test["interval"].removesuffix("s"))
        for check in test["alert_rule_test"] if test["input_series"] else ():
            assert minutes(check["eval_time"]) * 60 // seconds <= MOST_SAMPLES
        for name, read, _ in looked_at(alerts, {"tests": [test]}):
            assert not read or 4 * seconds <= windows[name] * 60


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=12, unique_by=id))
def test_alerts_are_seen_waiting_as_long_as_with_many_evaluations(monitors):
    alerts, document = proven(of_one_model(monitors, sample.SCOPE))

    step = minutes(document["evaluation_interval"])
    longest = max(each.settled_minutes + a.for_minutes for a in alerts for each in a.situations)
    fine = max(1, longest // 100)
    assert fine <= step <= max(fine, longest // 25)
    for alert in alerts:
        assert (alert.for_minutes - 1) // step * step >= (alert.for_minutes - 1) // fine * fine


@pytest.mark.parametrize(
    "changes",
    [
        lambda place: {"metric": f"metric_{place}"},
        lambda place: {"metric": f"{place}_total", "statistic": "rate", "window_minutes": 1440},
        lambda place: {
            "metric": "rows_total",
            "statistic": "missing-share",
            "feature": f"f{place}",
        },
    ],
    ids=["metrics", "days", "features"],
)
def test_twice_the_monitors_take_no_more_evaluations_of_a_rule(changes):
    few, many = (
        proven([sample.monitor(f"m{place}", above=0.5, **changes(place)) for place in range(count)])
        for count in (3, 24)
    )

    assert evaluations(few[1]) == evaluations(many[1])
    assert len(many[0]) == 8 * len(few[0])
