"""Which series are those of an environment."""

from __future__ import annotations

import pytest
from tests.unit.lowering.test_lowering import lowered

from mlspec.ir import Scope

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: county}}
spec:
  environments:
    prod:
      namespace: ml
      overrides: [{prod}]
    stage:
      overrides: [{stage}]
{targets}"""
OVERRIDE = "{{kind: Workspace, name: county, path: spec.targets.prometheus{path}, value: {value}}}"
ONLINE = "serving: {mode: online, image: registry.example.org/screen:v2}\n"
WATCHED = "monitoring: [{id: kpi, dimension: business-kpi, metric: placed, below: 0.4}]\n"


def scopes(environment, *, rest=ONLINE + WATCHED, prod="", stage="", targets=""):
    workspace = WORKSPACE.format(prod=prod, stage=stage, targets=targets)
    bundle = lowered(rest, environment=environment, workspace=workspace).bundle
    found = {each.scope for each in (*bundle.services, *bundle.monitors)}
    assert found
    return found


@pytest.mark.parametrize(("environment", "namespace"), [("prod", "ml"), ("stage", "default")])
def test_series_of_a_served_model_have_the_namespace_of_its_environment(environment, namespace):
    assert {Scope(environment, (("namespace", namespace),))} == scopes(environment)


def test_a_model_that_nothing_serves_runs_in_the_namespace_that_is_declared():
    assert {Scope("prod", (("namespace", "ml"),))} == scopes("prod", rest=WATCHED)


def test_where_a_model_runs_that_nothing_serves_is_not_invented():
    assert {Scope("stage")} == scopes("stage", rest=WATCHED)


def test_stated_labels_take_the_place_of_the_namespace_of_every_model():
    targets = "  targets: {prometheus: {labels: {zone: b, cluster: eu}}}\n"
    stated = (("cluster", "eu"), ("zone", "b"))

    assert {Scope("prod", stated)} == scopes("prod", targets=targets)
    assert {Scope("stage", stated)} == scopes("stage", targets=targets, rest=WATCHED)


def test_an_environment_has_labels_and_a_prometheus_of_its_own():
    labels = OVERRIDE.format(path=".labels", value="{cluster: eu}")
    address = OVERRIDE.format(path=".address", value="'http://prometheus.eu.svc:9090'")
    workspace = WORKSPACE.format(prod=f"{labels}, {address}", stage="", targets="")

    here, elsewhere = (
        lowered(ONLINE, environment=each, workspace=workspace).bundle for each in ("prod", "stage")
    )

    assert ((("cluster", "eu"),), "http://prometheus.eu.svc:9090") == asked(here)
    assert (
        (("namespace", "default"),),
        "http://prometheus-operated.monitoring.svc:9090",
    ) == asked(elsewhere)


def asked(bundle):
    (service,) = bundle.services
    return service.scope.labels, bundle.platform.prometheus


@pytest.mark.parametrize(
    ("scope", "recorded"),
    [
        (Scope(), ()),
        (Scope("prod"), (("environment", "prod"),)),
        (
            Scope("prod", (("namespace", "ml"),)),
            (("environment", "prod"), ("namespace", "ml")),
        ),
        (Scope("prod", (("environment", "p"),)), (("environment", "p"),)),
    ],
)
def test_what_is_recorded_has_every_label_once(scope, recorded):
    assert recorded == scope.recorded
