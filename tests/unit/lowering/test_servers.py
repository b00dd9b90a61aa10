"""What serves a model on KServe: what can't be started or scaled is said at its line."""

from __future__ import annotations

import pytest
from tests.cases.cells import specs

from mlspec.ir import LlmServing
from mlspec.lowering import lower

IMAGE = "registry.example.org/screen:v1"


def lowered(backend="kserve", strategy="canary", **changes):
    router = "none" if backend == "kserve-knative" else "gateway-api"
    workspace = specs(backend, strategy, router, **changes)
    return lower(workspace, "prod", evidence={}, version="0.1.0")


def told(backend="kserve", strategy="canary", **changes):
    found = lowered(backend, strategy, **changes).diagnostics
    return [(each.code, each.message) for each in found]


def test_what_serves_is_told():
    (service,) = lowered("kserve-runtime").bundle.services
    (chat,) = lowered("kserve-llm").bundle.services

    assert ("triton", "onnx", "") == (service.runtime, service.artifact_format, service.image)
    assert "s3://models/1" == service.rollout.champion_uri
    assert LlmServing("screen", tensor=2) == chat.llm


def test_a_language_model_is_served_under_its_own_name_unless_told():
    (service,) = lowered(server="    llm: {}\n").bundle.services

    assert LlmServing("screen") == service.llm


@pytest.mark.parametrize(
    ("server", "paths"),
    [
        ("    llm: {}\n", ("/v1", "/health")),
        ("    llm: {}\n    path: /v1/predict\n", ("/v1/predict", "/health")),
        ("    llm: {}\n    healthPath: /ready\n", ("/v1", "/ready")),
        (f"    image: {IMAGE}\n", ("/v1/predict", "/healthz")),
    ],
)
def test_a_language_model_answers_where_its_protocol_has_it(server, paths):
    (service,) = lowered(server=server).bundle.services

    assert paths == (service.path, service.health_path)


@pytest.mark.parametrize("backend", ["rollouts", "flagger", "plain"])
def test_only_kserve_and_a_gateway_serve_language_models(backend):
    assert told(backend, server="    llm: {}\n") == [
        ("MLS497", f"the backend `{backend}` knows nothing of `llm`")
    ]


def test_only_kserve_starts_a_runtime():
    ((code, message),) = told("gateway", server="    runtime: triton\n")

    assert "MLS790" == code
    assert "the runtime `triton`, which is no image" in message


@pytest.mark.parametrize(
    ("backend", "strategy", "champion", "missing"),
    [
        ("kserve", "canary", f"{{version: v1, image: '{IMAGE}'}}", "where KServe loads it from"),
        ("kserve", "canary", "{version: v1, uri: 's3://models/1'}", "what starts it"),
        ("kserve-runtime", "canary", "{version: v1}", "where KServe loads it from"),
        ("kserve-llm", "canary", "{version: v1}", "where KServe loads it from"),
        ("gateway", "canary", "{version: v1, uri: 's3://models/1'}", "what starts it"),
    ],
)
def test_a_champion_that_can_not_be_started_is_refused(backend, strategy, champion, missing):
    message = f"the champion stays up beside the challenger, and nothing says {missing}"

    assert [("MLS498", message)] == told(backend, strategy, champion=champion)


@pytest.mark.parametrize(
    ("backend", "strategy"),
    [("kserve-knative", "canary"), ("rollouts", "canary"), ("kserve", "shadow")],
)
def test_a_champion_is_not_asked_for_where_nothing_starts_it(backend, strategy):
    assert [] == told(backend, strategy, champion="{version: v1}")


@pytest.mark.parametrize("backend", ["kserve", "kserve-runtime", "kserve-llm"])
def test_bytes_in_the_repository_are_loaded_by_nobody(backend):
    assert [("MLS791", "KServe can't load `models/screen.onnx`")] == told(
        backend, uri="models/screen.onnx"
    )


@pytest.mark.parametrize("uri", ["s3://models/$(HOME)", "mlflow://screen/2", "s3://models/a b"])
def test_a_place_that_is_not_plain_is_refused(uri):
    (service,) = lowered(uri=f"'{uri}'", rollout="").bundle.services

    assert not service.is_loaded
    assert ["MLS791"] == [code for code, _ in told(uri=f"'{uri}'")]


def test_an_image_that_is_not_rolled_out_may_hold_its_bytes():
    assert [] == told(uri="models/screen.onnx", rollout="")
    assert [] == told("kserve-knative", uri="models/screen.onnx")


def test_the_bytes_of_a_champion_are_loaded_as_well():
    champion = f"{{version: v1, image: '{IMAGE}', uri: models/old.onnx}}"

    assert [("MLS791", "KServe can't load `models/old.onnx`")] == told(champion=champion)


@pytest.mark.parametrize("runtime", ["mlserver", "onnxruntime"])
def test_a_runtime_that_does_not_read_the_format_is_refused(runtime):
    result = lowered(server=f"    runtime: {runtime}\n")

    assert [("MLS792", "choose `runtime: triton`")] == [
        (each.code, each.hint) for each in result.diagnostics
    ]


@pytest.mark.parametrize(
    ("backend", "scaling", "codes"),
    [
        ("kserve", "{cpuUtilisation: 0.7}", []),
        ("kserve", "{requestsPerReplica: 50}", ["MLS499"]),
        ("kserve-knative", "{requestsPerReplica: 50}", []),
        ("kserve-knative", "{queueMetric: jobs, queuePerReplica: 5}", ["MLS499"]),
        ("kserve-llm", "{cpuUtilisation: 0.7}", ["MLS499"]),
    ],
)
def test_what_kserve_does_not_count_is_refused(backend, scaling, codes):
    assert codes == [code for code, _ in told(backend, scaling=scaling)]


@pytest.mark.parametrize(("backend", "longest"), [("kserve", 42), ("kserve-knative", 47)])
def test_a_name_leaves_room_for_what_kserve_appends(backend, longest):
    assert [] == told(backend, name="s" * longest)
    assert ["MLS490"] == [code for code, _ in told(backend, name="s" * (longest + 1))]
