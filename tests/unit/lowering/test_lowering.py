# ruff: noqa: E501  (a diagnostic is one line)
from __future__ import annotations

import dataclasses
import textwrap

import pytest
from inline_snapshot import snapshot

from mlspec.ir import (
    AnalysisCheck,
    Backend,
    Gateway,
    Monitor,
    Rollout,
    RolloutStep,
    Scope,
    Strategy,
)
from mlspec.lowering import LOWERING_CODES, lower
from mlspec.syntax import SourceText, parse
from mlspec.workspace import load, overlay

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: county}
spec:
  environments:
    prod: {namespace: ml}
    stage:
      overrides:
        - {kind: Model, name: screen, path: spec.serving.replicas.minimum, value: 1}
"""

SHARED = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: workforce}
spec:
  members: [ana@example.org]
  onCall: {receiver: workforce-pager}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: platform}
spec: {members: [li@example.org]}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {name: applicants, owner: workforce}
spec: {uri: data/applicants.csv, format: csv}
---
apiVersion: mlspec.dev/v1
kind: RolloutPolicy
metadata: {name: careful, owner: workforce}
spec:
  rollout:
    strategy: canary
    steps:
      - {share: 0.05, holdMinutes: 30}
      - {share: 0.5, holdMinutes: 60}
    analysis:
      - {id: errors, metric: error-share, atMost: 0.01}
"""

MODEL = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: {name}, version: v2, owner: workforce}}
spec:
  purpose: Ranks applications for a person to read first.
  task: binary-classification
  artifact: {{uri: models/screen.onnx, format: onnx}}
  champion: {{image: registry.example.org/screen:v1, version: v1}}
  data: {{training: [applicants]}}
  output:
    version: v1
    fields: [{{name: score, type: float}}]
  risk:
    tier: limited
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: false
{rest}"""

SERVING = """\
serving:
  mode: online
  image: registry.example.org/screen:v2
"""


def lowered(rest="", *, name="screen", environment="prod", workspace=WORKSPACE):
    texts = {
        "mlspec.yaml": workspace,
        "specs/screen.yaml": MODEL.format(name=name, rest=textwrap.indent(rest, "  ")),
        "specs/shared.yaml": SHARED,
    }
    loaded = load([SourceText(file, text.encode()) for file, text in texts.items()])
    assert not loaded.diagnostics
    merged, diagnostics = overlay(loaded.workspace, environment)
    assert not diagnostics
    return lower(merged, environment, evidence={}, version="0.1.0")


def service(rest=SERVING, **changes):
    (found,) = lowered(rest, **changes).bundle.services
    return found


def told(rest=SERVING, **changes):
    result = lowered(rest, **changes)
    assert not result.bundle.services
    (found,) = result.diagnostics
    start = found.span.start
    return f"{found.span.file}:{start.line} {found.code} {found.message}"


def test_an_online_model_becomes_a_service():
    assert dataclasses.asdict(service()) == snapshot(
        {
            "name": "screen",
            "version": "v2",
            "owner": "workforce",
            "tier": "limited",
            "namespace": "ml",
            "image": "registry.example.org/screen:v2",
            "port": 8080,
            "path": "/v1/predict",
            "health_path": "/healthz",
            "cpu": "500m",
            "memory": "1Gi",
            "gpu": 0,
            "replicas_minimum": 1,
            "replicas_maximum": 1,
            "cpu_utilisation": None,
            "artifact_uri": "models/screen.onnx",
            "artifact_digest": "",
            "rollout": {
                "strategy": Strategy.NONE,
                "champion_image": "",
                "champion_version": "",
                "champion_uri": "",
                "steps": (),
                "analysis": (),
                "header": "",
                "outcome": "",
                "minimum_samples": 0,
                "abort_on_failure": True,
            },
            "source": "specs/screen.yaml",
            "receiver": "workforce-pager",
            "p99_ms": None,
            "availability": None,
            "runbook": "",
            "backend": Backend.GATEWAY,
            "load": None,
            "runtime": "",
            "artifact_format": "onnx",
            "is_loaded": False,
            "llm": None,
            "scope": {"environment": "prod", "labels": (("namespace", "ml"),)},
        }
    )


@pytest.mark.parametrize("rest", ["", "serving: {mode: batch, image: registry.example.org/x:v1}\n"])
def test_a_model_that_answers_nobody_is_no_service(rest):
    result = lowered(rest)

    assert ((), ()) == (result.bundle.services, result.diagnostics)


def test_what_nobody_wrote_is_explicit():
    found = service()

    assert ("500m", "1Gi") == (found.cpu, found.memory)
    assert "default" == service(environment="stage").namespace


def test_an_override_of_the_environment_counts():
    rest = SERVING + "  replicas: {minimum: 3}\n"

    assert (3, 3) == (service(rest).replicas_minimum, service(rest).replicas_maximum)
    assert 1 == service(rest, environment="stage").replicas_minimum


def test_quantities_are_those_that_are_stored():
    found = service(SERVING + "  resources: {cpu: '0.5', memory: 2048Mi, gpu: 1}\n")

    assert ("500m", "2Gi", 1) == (found.cpu, found.memory, found.gpu)


def test_objectives_and_the_receiver_of_the_owner_reach_the_service():
    found = service(SERVING + "  p99Ms: 150\n  availability: 0.999\n")

    assert (150, 0.999, "workforce-pager") == (found.p99_ms, found.availability, found.receiver)


def test_a_shared_rollout_is_resolved():
    found = service(SERVING + "rolloutPolicy: careful\n").rollout

    assert found.is_staged
    assert found == snapshot(
        Rollout(
            strategy=Strategy.CANARY,
            champion_image="registry.example.org/screen:v1",
            champion_version="v1",
            steps=(
                RolloutStep(share=0.05, hold_minutes=30),
                RolloutStep(share=0.5, hold_minutes=60),
                RolloutStep(share=1.0, hold_minutes=0),
            ),
            analysis=(
                AnalysisCheck(
                    id="errors",
                    metric="error-share",
                    at_most=0.01,
                    at_least=None,
                    minimum_requests=100,
                    window_minutes=30,
                ),
            ),
        )
    )


def test_the_rollout_of_the_model_goes_before_the_shared_one():
    own = "rolloutPolicy: careful\nrollout: {strategy: blue-green, previewMinutes: 7}\n"

    found = service(SERVING + own).rollout

    assert Strategy.BLUE_GREEN is found.strategy
    assert (RolloutStep(0.0, 7), RolloutStep(1.0, 60)) == found.steps
    assert "v1" == found.champion_version


@pytest.mark.parametrize(
    ("rollout", "steps"),
    [
        (
            "{strategy: canary, steps: [{share: 0.1, holdMinutes: 5}, {share: 1, holdMinutes: 9}]}",
            (RolloutStep(0.1, 5), RolloutStep(1.0, 9)),
        ),
        ("{strategy: shadow, share: 0.2, holdMinutes: 60}", (RolloutStep(0.2, 60),)),
        (
            "{strategy: a-b, share: 0.5, outcome: hires_total, durationDays: 2, minimumSamples: 9}",
            (RolloutStep(0.5, 2880),),
        ),
    ],
)
def test_every_strategy_has_its_steps(rollout, steps):
    assert steps == service(f"{SERVING}rollout: {rollout}\n").rollout.steps


@pytest.mark.parametrize(("hold", "window"), [(0, 10), (1, 5), (30, 30), (600, 60)])
def test_a_check_looks_at_no_more_than_one_step(hold, window):
    rollout = (
        f"{{strategy: canary, steps: [{{share: 0.1, holdMinutes: {hold}}}],"
        " analysis: [{id: answers, queryMetric: answer_mean, atLeast: 0.2}]}"
    )

    (check,) = service(f"{SERVING}rollout: {rollout}\n").rollout.analysis

    assert ("answer_mean", window) == (check.metric, check.window_minutes)


def test_a_model_without_a_rollout_moves_no_traffic():
    assert Strategy.NONE is service().rollout.strategy


def test_a_monitor_knows_the_receiver_of_the_team_that_is_told():
    rest = """\
monitoring:
  - {id: a, dimension: cost, metric: cost_euro, above: 5, receiver: workforce}
  - {id: b, dimension: cost, metric: cost_euro, above: 5, receiver: platform}
  - {id: c, dimension: cost, metric: cost_euro, above: 5}
"""

    found = lowered(rest).bundle.monitors

    assert ["workforce-pager", "", ""] == [each.receiver for each in found]
    assert found[0] == snapshot(
        Monitor(
            model="screen",
            id="a",
            dimension="cost",
            metric="cost_euro",
            statistic="mean",
            total="",
            above=5.0,
            below=None,
            window_minutes=30,
            for_minutes=10,
            severity="ticket",
            owner="workforce",
            receiver="workforce-pager",
            runbook="",
            source="specs/screen.yaml",
            scope=Scope(environment="prod", labels=(("namespace", "ml"),)),
        )
    )


def test_a_share_of_nothing_is_no_monitor():
    result = lowered(
        "monitoring: [{id: a, dimension: service, metric: errors_total, statistic: share, above: 1}]\n"
    )

    assert () == result.bundle.monitors
    assert ["`a` is a share of nothing: no alert is compiled for it"] == [
        each.message for each in result.diagnostics
    ]


def test_the_bundle_knows_its_gateway_and_the_digests_of_its_sources():
    bundle = lowered().bundle

    assert Gateway("ml-gateway", "", "ml.example.org") == bundle.gateway
    assert ["mlspec.yaml", "specs/screen.yaml", "specs/shared.yaml"] == [
        file for file, _ in bundle.sources
    ]
    assert all(digest.startswith("sha256:") for _, digest in bundle.sources)


def test_a_runtime_without_an_image_is_not_deployed():
    assert told("serving: {mode: online, runtime: triton}\n") == snapshot(
        "specs/screen.yaml:19 MLS790 `screen` is served online with the runtime `triton`, which is no image: it is not deployed"
    )


def test_an_online_model_without_an_image_is_not_deployed():
    assert told("serving: {mode: online}\n") == snapshot(
        "specs/screen.yaml:19 MLS790 `screen` is served online with no image: it is not deployed"
    )


def test_a_name_must_leave_room_for_champion_and_challenger():
    name = "a" + "b" * 52

    assert told(SERVING + "rolloutPolicy: careful\n", name=name) == snapshot(
        "specs/screen.yaml:3 MLS490 `abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-challenger` has more than 63 characters, the limit of a Service"
    )
    assert service(name=name)


def test_a_path_that_no_route_matches_is_refused():
    assert told(SERVING + "  path: /v1/../admin\n") == snapshot(
        "specs/screen.yaml:22 MLS491 a route can't match `/v1/../admin`: it holds `//`, `/./` or `/../`"
    )


def test_a_domain_that_makes_no_host_name_is_refused():
    workspace = WORKSPACE + "  targets: {gateway: {domain: ml..example.org}}\n"

    assert told(workspace=workspace) == snapshot(
        "mlspec.yaml:10 MLS492 `ml..example.org` is not a host name, so no model can answer at `<model>.ml..example.org`"
    )


def test_a_host_name_has_an_end():
    domain = ".".join(["d" * 60] * 3 + ["d" * 17])
    workspace = WORKSPACE + f"  targets: {{gateway: {{domain: {domain}}}}}\n"

    assert told(name="n" * 53, workspace=workspace) == snapshot(
        "specs/screen.yaml:3 MLS492 the model would answer at a host name of 254 characters"
    )


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (
            "{cpu: 500m, memory: 512m}",
            snapshot(
                "specs/screen.yaml:22 MLS493 `512m` of memory is less than a mebibyte: no server starts in it"
            ),
        ),
        (
            "{cpu: 500Mi, memory: 1Gi}",
            snapshot("specs/screen.yaml:22 MLS493 `500Mi` of CPU is 5.24288e+08 cores"),
        ),
        ("{cpu: '0', memory: 1Gi}", snapshot("specs/screen.yaml:22 MLS493 `0` of CPU is 0 cores")),
    ],
)
def test_resources_that_start_no_server_are_refused(resources, message):
    assert told(f"{SERVING}  resources: {resources}\n") == message


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (
            "  replicas: {minimum: 4, maximum: 2}\n",
            snapshot("specs/screen.yaml:22 MLS494 at most 2 replicas, but at least 4"),
        ),
        (
            "  replicas: {minimum: 0, maximum: 2}\n  scaling: {}\n",
            snapshot(
                "specs/screen.yaml:22 MLS494 an autoscaler on CPU can't start from no replica"
            ),
        ),
        (
            "  scaling: {cpuUtilisation: 0.001}\n",
            snapshot(
                "specs/screen.yaml:22 MLS495 a mean CPU use below one per cent can't be reached"
            ),
        ),
    ],
)
def test_an_autoscaler_that_the_cluster_would_refuse_is_refused(rest, message):
    assert told(SERVING + rest) == message


@pytest.mark.parametrize("entry", LOWERING_CODES, ids=lambda entry: entry.code)
def test_examples_of_codes_are_readable(entry):
    for text in (entry.bad, entry.good):
        assert not parse(SourceText("example.yaml", text.encode())).diagnostics


def test_codes_are_told_once():
    codes = [entry.code for entry in LOWERING_CODES]

    assert sorted(set(codes)) == codes
