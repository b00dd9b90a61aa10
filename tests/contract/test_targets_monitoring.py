"""Prometheus Operator objects and Alertmanager routes, judged by definitions, promtool, amtool."""

from __future__ import annotations

import re

import promql_parser
import pytest
import yaml
from tests.contract import crd, promtool, tools
from tests.contract.test_targets_prometheus import NASTY
from tests.unit.targets import sample

from mlspec.ir import Backend, OnCall
from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, emit_documents, parse
from mlspec.targets import alertmanager, argo_rollouts, kubernetes, prometheus, prometheus_operator

needs_definitions = pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)

ON_CALL = (
    OnCall("workforce", "workforce-pager", "http://pager.ops.svc/workforce"),
    OnCall("writers", "writers-pager"),
)


def bundle():
    watched = (
        *sample.monitors(),
        sample.monitor("kpi", above=1.0, receiver="caseworkers"),
        sample.monitor("prose", model="writer", above=1.0, owner="writers", receiver=""),
        sample.monitor("lost", model="orphan", above=1.0, owner="archive", receiver=""),
        sample.monitor("nobody", model="orphan", above=1.0, owner="", receiver=""),
        *sample.drifts(),
    )
    objectives = {"p99_ms": 150.0, "availability": 0.999}
    services = [
        sample.service(name, rollout=each, **objectives)
        for name, each in sorted(sample.rollouts().items())
    ]
    return sample.bundle(*services, watched=watched, on_call=ON_CALL)


def documents(target, of):
    for artifact in target.TARGET.emit(of, None):
        if not artifact.path.endswith("kustomization.yaml"):
            yield from (
                (artifact.path, each)
                for each in parse(SourceText(artifact.path, artifact.content.encode())).documents
            )


@needs_definitions
def test_objects_of_the_operator_are_accepted_and_stored_as_they_are_emitted():
    kinds = set()
    for path, document in documents(prometheus_operator, bundle()):
        definition = crd.definition(document.data["apiVersion"], document.data["kind"])
        kinds.add(document.data["kind"])

        assert [] == definition.problems(document.data), path
        assert document.data == definition.defaulted(document.data), path

    assert {"PrometheusRule", "ServiceMonitor"} == kinds


def test_the_operator_gets_the_rules_that_are_proven():
    of = bundle()
    files = sample.emitted(prometheus.TARGET, of)
    rules = {
        document.data["metadata"]["name"]: document.data["spec"]
        for _, document in documents(prometheus_operator, of)
        if document.data["kind"] == "PrometheusRule"
    }

    assert rules == {
        path.split("/")[1].removesuffix(".rules.yaml"): found
        for path, (found,) in files.items()
        if path.endswith(".rules.yaml")
    }


@pytest.mark.conformance
def test_promtool_takes_the_spec_of_a_rule(tmp_path):
    promtool.require_promtool()
    for path, document in documents(prometheus_operator, bundle()):
        if document.data["kind"] == "PrometheusRule":
            file = tmp_path / path.rpartition("/")[2]
            file.write_text(emit_documents([document.data["spec"]]), "utf-8")

    promtool.check_rules(*sorted(tmp_path.glob("*.yaml")))


def test_every_expression_is_promql():
    for _, document in documents(prometheus_operator, bundle()):
        for group in document.data["spec"].get("groups", ()):
            for rule in group["rules"]:
                promql_parser.parse(rule["expr"])


@pytest.mark.parametrize("backend", [Backend.PLAIN, Backend.GATEWAY, Backend.ROLLOUTS])
def test_a_monitor_finds_the_services_that_are_emitted_and_their_port(backend):
    of = sample.bundle(
        *(
            sample.service(name, rollout=each, backend=backend)
            for name, each in sorted(sample.rollouts().items())
        )
    )
    services = [
        document.data
        for target in (kubernetes, argo_rollouts)
        for _, document in documents(target, of)
        if document.data["kind"] == "Service"
    ]
    monitors = [
        document.data
        for _, document in documents(prometheus_operator, of)
        if document.data["kind"] == "ServiceMonitor"
    ]

    assert services
    assert sorted(sample.rollouts()) == sorted(each["metadata"]["name"] for each in monitors)
    for service in services:
        (monitor,) = (each for each in monitors if selects(each, service))
        (port,) = service["spec"]["ports"]
        assert [port["name"]] == [each["port"] for each in monitor["spec"]["endpoints"]]


def selects(monitor, service):
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    return wanted <= service["metadata"]["labels"].items()


@pytest.mark.parametrize("backend", [Backend.KSERVE, Backend.FLAGGER])
def test_services_that_a_controller_makes_are_not_claimed_to_be_scraped(backend):
    service = sample.service(rollout=sample.rollouts()["canary"], backend=backend)

    assert not [
        document
        for _, document in documents(prometheus_operator, sample.bundle(service))
        if document.data["kind"] == "ServiceMonitor"
    ]


def test_nothing_is_found_in_rules_and_routes_but_what_the_spec_leaves_open():
    of = bundle()
    rules = tuple(Manifest(document) for _, document in documents(prometheus_operator, of))
    routes = tuple(document for _, document in documents(alertmanager, of))

    problems = find_problems(ManifestSet(rules, routes))
    found = {(each.code, re.sub("the model `[^`]+`", "a model", each.message)) for each in problems}

    assert {
        ("MLS1272", "the alert has no label `owner`"),
        ("MLS1273", "alerts of a model name no runbook"),
    } == found


@pytest.fixture
def configuration(tmp_path):
    def write(of):
        (artifact,) = alertmanager.TARGET.emit(of, None)
        file = tmp_path / "alertmanager.yaml"
        file.write_text(artifact.content, "utf-8")
        return file

    return write


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ({"owner": "workforce", "severity": "page"}, "workforce-pager"),
        ({"owner": "workforce", "severity": "ticket"}, "workforce-pager"),
        ({"owner": "workforce", "receiver": "workforce-pager"}, "workforce-pager"),
        ({"owner": "workforce", "receiver": "caseworkers", "severity": "page"}, "caseworkers"),
        ({"owner": "writers", "severity": "ticket"}, "writers-pager"),
        ({"owner": "archive", "severity": "page"}, "mlspec-unclaimed"),
        ({"owner": "strangers"}, "mlspec-unclaimed"),
        ({"owner": "workforce", "environment": "stage"}, "mlspec-unclaimed"),
    ],
)
def test_an_alert_reaches_the_receiver_of_its_team(configuration, labels, receiver):
    file = configuration(bundle())
    told = [f"{name}={value}" for name, value in ({"environment": "prod"} | labels).items()]

    tools.run("amtool", "check-config", file)
    tools.run(
        "amtool", "config", "routes", "test", f"--config.file={file}",
        f"--verify.receivers={receiver}", *told,
    )  # fmt: skip


@pytest.mark.conformance
def test_every_alert_that_is_emitted_reaches_somebody_who_can_be_called(configuration):
    of = bundle()
    file = configuration(of)
    places = {
        (rule["labels"].get("owner", ""), rule["labels"].get("receiver", ""))
        for (found,) in sample.emitted(prometheus.TARGET, of).values()
        for group in found.get("groups", ())
        for rule in group["rules"]
        if "alert" in rule
    }
    own = {each.team: each.receiver for each in ON_CALL}

    for owner, receiver in sorted(places):
        expected = receiver or own.get(owner, "mlspec-unclaimed")
        labels = [f"owner={owner}"] * bool(owner) + [f"receiver={receiver}"] * bool(receiver)
        tools.run(
            "amtool", "config", "routes", "test", f"--config.file={file}",
            f"--verify.receivers={expected}", "environment=prod", *labels,
        )  # fmt: skip


@pytest.mark.conformance
def test_a_receiver_may_have_any_name(configuration):
    watched = [
        sample.monitor(f"m{index}", above=1.0, receiver=text) for index, text in enumerate(NASTY)
    ]
    file = configuration(sample.bundle(watched=watched, on_call=ON_CALL))

    tools.run("amtool", "check-config", file)

    names = {each["name"] for each in yaml.safe_load(file.read_text("utf-8"))["receivers"]}
    assert {"mlspec-unclaimed", "workforce-pager", *NASTY} == names


def test_without_an_alert_there_is_nothing_to_route():
    assert [] == list(alertmanager.TARGET.emit(sample.bundle(), None))
