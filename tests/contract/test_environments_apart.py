"""Series of another environment do not count: what is asked, answered by Prometheus itself."""

from __future__ import annotations

import dataclasses
import re

import pytest
from tests.contract import promtool
from tests.contract.test_controller_queries import ask
from tests.unit.targets import sample

from mlspec.ir import AnalysisCheck, Backend, LoadScaling, Scope
from mlspec.syntax import emit_documents
from mlspec.targets._judged import interval_query, strict_query, value_query
from mlspec.targets._load_queries import load_queries
from mlspec.targets._prometheus_query import equal
from mlspec.targets.argo_rollouts import TARGET as ROLLOUTS
from mlspec.targets.flagger import TARGET as FLAGGER
from mlspec.targets.keda import TARGET as KEDA
from mlspec.targets.prometheus import TARGET

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("_promtool")]

PLACE = re.compile(r',namespace="ml"(?=[,}])')
MONITORS = (
    sample.monitor("mean", above=0.2),
    sample.monitor("maximum", above=0.2, statistic="maximum"),
    sample.monitor("slow", statistic="p99", above=0.25, metric="screen_seconds"),
    sample.monitor("failing", statistic="share", above=0.02, total="all_total"),
    sample.monitor("spent", statistic="increase", above=90.0, metric="cost_total"),
    sample.monitor("busy", statistic="rate", above=9.0, metric="answers_total"),
    sample.monitor("gaps", statistic="missing-share", above=0.1, feature="age"),
    sample.monitor("low", below=0.7, statistic="mean"),
)
"""One of each statistic that is no recorded series."""


@pytest.fixture
def _promtool():
    promtool.require_promtool()


def written(folder, bundle):
    (rules,) = sample.emitted(TARGET, bundle)["prometheus/screen.rules.yaml"]
    for artifact in TARGET.emit(bundle, None):
        (folder / artifact.path.rpartition("/")[2]).write_text(artifact.content, "utf-8")
    return rules


def rules_of(document):
    return [rule for group in document["groups"] for rule in group["rules"]]


def refused(folder, document):
    (folder / "screen.rules.yaml").write_text(emit_documents([document]), "utf-8")
    with pytest.raises(AssertionError):
        promtool.test_rules(folder / "screen.test.yaml")


@pytest.mark.parametrize("monitor", MONITORS, ids=lambda each: each.id)
def test_the_tests_would_notice_a_monitor_that_reads_every_environment(tmp_path, monitor):
    document = written(tmp_path, sample.bundle(watched=[monitor]))
    for rule in rules_of(document):
        mixed = {**rule, "expr": PLACE.sub("", rule["expr"])}
        assert mixed != rule
        others = [mixed if each is rule else each for each in rules_of(document)]

        refused(tmp_path, {"groups": [{"name": "mixed", "rules": others}]})


def test_the_tests_would_notice_objectives_that_read_every_environment(tmp_path):
    service = sample.service(availability=0.99, p99_ms=100.0)
    document = written(tmp_path, sample.bundle(service))
    rules = rules_of(document)

    assert {"ScreenObjectivesUnknown", "ScreenAvailabilityUnknown", "ScreenLatencyP99Unknown"} < {
        each["alert"] for each in rules
    }
    for rule in rules:
        mixed = {**rule, "expr": PLACE.sub("", rule["expr"])}
        others = [mixed if each is rule else each for each in rules]

        refused(tmp_path, {"groups": [{"name": "mixed", "rules": others}]})


def test_each_of_several_labels_tells_environments_apart(tmp_path):
    scope = Scope("prod", (("cluster", "eu"), ("namespace", "ml")))
    document = written(tmp_path, sample.bundle(watched=[sample.monitor(above=0.2, scope=scope)]))
    promtool.test_rules(tmp_path / "screen.test.yaml")

    for label in (',cluster="eu"', ',namespace="ml"'):
        text = emit_documents([document])
        mixed = text.replace(label.replace('"', '\\"'), "")
        assert text != mixed
        (tmp_path / "screen.rules.yaml").write_text(mixed, "utf-8")
        with pytest.raises(AssertionError, match="ScreenDrift"):
            promtool.test_rules(tmp_path / "screen.test.yaml")


def test_what_is_recorded_in_two_environments_of_one_namespace_is_two_series():
    found = {
        environment: sample.emitted(
            TARGET,
            sample.bundle(
                watched=[
                    dataclasses.replace(each, scope=Scope(environment))
                    for each in sample.drifts()[:1]
                ],
                environment=environment,
            ),
        )["prometheus/drifting.rules.yaml"][0]
        for environment in ("prod", "staging")
    }
    recorded = [
        (each["record"], *sorted(each["labels"].items()))
        for document in found.values()
        for each in rules_of(document)
        if "record" in each
    ]

    assert len(recorded) == len(set(recorded)) > 0


ERRORS = AnalysisCheck("errors", "error-share", 0.01, None, 500, 30)
SHARE = AnalysisCheck("answered", "answered_share", None, 0.9, 0, 30)
QUERIES = ((interval_query, ERRORS), (strict_query, ERRORS), (value_query, SHARE))


@pytest.mark.parametrize(("query", "check"), QUERIES, ids=["interval", "strict", "value"])
def test_a_challenger_elsewhere_gives_no_answer_here(tmp_path, query, check):
    service = sample.service()
    matchers = equal((*service.place, ("role", "challenger")))
    elsewhere = '{model="screen",namespace="ml-staging",role="challenger"}'

    ask(
        tmp_path, query(check, matchers), [],
        (f"mlspec_requests_total{elsewhere}", "0+1000x60"),
        (f"mlspec_request_errors_total{elsewhere}", "0+0x60"),
        (f"answered_share{elsewhere}", "1x60"),
    )  # fmt: skip


def test_load_elsewhere_adds_no_replica_here(tmp_path):
    service = sample.service(load=LoadScaling(50.0, "screen_queue", 3.0))
    asked = load_queries(service, equal(service.place))
    here, elsewhere = ('{model="screen",namespace="ml"}', '{model="screen",namespace="ml-staging"}')
    series = (
        (f"mlspec_requests_total{here}", "0+60x60"),
        (f"mlspec_requests_total{elsewhere}", "0+6000x60"),
        ('screen_queue{namespace="ml"}', "2x60"),
        ('screen_queue{namespace="ml-staging"}', "900x60"),
    )
    answers = {"requests": 1, "queue": 2}

    assert set(answers) == set(asked)
    for name, (query, _) in asked.items():
        told = [{"labels": "{}", "value": answers[name] * 1_000_000}]
        ask(tmp_path, query, told, *series)


def queries(value):
    """Yield every text below the key `query`, however deep."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("query", "requests", "queue") and isinstance(each, str):
                yield each
            yield from queries(each)
    elif isinstance(value, list):
        for each in value:
            yield from queries(each)


@pytest.mark.parametrize(
    ("target", "backend"),
    [
        (ROLLOUTS, Backend.ROLLOUTS),
        (FLAGGER, Backend.FLAGGER),
        (KEDA, Backend.ROLLOUTS),
        (KEDA, Backend.FLAGGER),
        (KEDA, Backend.GATEWAY),
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_every_query_of_a_controller_asks_for_its_environment(target, backend):
    service = sample.service(
        rollout=sample.rollouts()["canary"],
        backend=backend,
        load=LoadScaling(50.0, "screen_queue", 3.0),
    )
    found = [
        query
        for documents in sample.emitted(target, sample.bundle(service)).values()
        for query in queries(documents)
    ]

    assert found
    for query in found:
        selectors = re.findall(r"[a-z_:]+\{[^}]*\}", query)
        assert selectors
        assert all('namespace="ml"' in each for each in selectors), query
