"""Values of `serving` that nothing reads: each is told where it stands."""

from __future__ import annotations

import pytest

from mlspec.rules import check

CODE = "MLS460"
SPLIT_BY_RATIO = "{strategy: canary, steps: [{share: 0.5, holdMinutes: 60}]}"
KSERVE = "backend: kserve, image: null, scaling: null, replicas: {minimum: 2, maximum: 2}"
SWITCH = "{strategy: blue-green, previewMinutes: 30, steps: null}"
POOLED = "backend: gateway, scaling: null, replicas: {minimum: 2, maximum: 2}"


def line_of(workspace, span):
    lines = workspace.sources[span.file].content.decode().splitlines()
    return lines[span.start.line - 1].strip()


@pytest.fixture
def idle(load_patched):
    """Return the messages about a model, by the last word of their paths."""

    def look(serving, targets="", rollout=""):
        text = f"kind: Model\nspec:\n  serving: {{{serving}}}\n"
        if rollout:
            text += f"  rollout: {rollout}\n"
        if targets:
            text += f"---\nkind: Workspace\nspec: {{targets: {{{targets}}}}}\n"
        workspace = load_patched(text)
        return {
            line_of(workspace, each.span): each.message
            for each in check(workspace)
            if each.code == CODE
        }

    return look


@pytest.mark.parametrize("backend", ["gateway", "plain", "rollouts", "flagger", "kserve"])
def test_replicas_that_nothing_adds_are_told(idle, backend):
    serving = f"backend: {backend}, scaling: null, replicas: {{minimum: 2, maximum: 8}}"
    told = idle(serving, rollout=SWITCH)

    assert {"maximum: 8": "replicas stay at 2, never 8: nothing adds any"} == told


@pytest.mark.parametrize(
    ("serving", "targets", "rollout"),
    [
        ("scaling: null, replicas: {minimum: 3, maximum: 3}", "", ""),
        ("scaling: {cpuUtilisation: 0.5}, replicas: {minimum: 2, maximum: 8}", "", ""),
        ("scaling: null, backend: kserve, replicas: {minimum: 2, maximum: 8}", "KNATIVE", ""),
        ("scaling: null, replicas: {minimum: 2, maximum: 8}, backend: plain", "", SPLIT_BY_RATIO),
        (
            "scaling: null, replicas: {minimum: 2, maximum: 8}, backend: rollouts",
            "router: none",
            SPLIT_BY_RATIO,
        ),
    ],
    ids=["fixed", "scaled", "by Knative", "ratio of a Service", "ratio of a Rollout"],
)
def test_replicas_that_something_adds_or_counts_are_not(idle, serving, targets, rollout):
    assert {} == idle(serving, targets.replace("KNATIVE", "kserve: {mode: knative}"), rollout)


def test_a_language_model_keeps_its_number_on_knative_as_well(idle):
    serving = f"{KSERVE}, llm: {{}}".replace("maximum: 2", "maximum: 8")

    assert ["maximum: 8"] == list(idle(serving, "kserve: {mode: knative}"))


def test_a_batch_model_has_no_server_that_would_read_anything(idle):
    told = idle("mode: batch, port: 8080, availability: 0.99")

    assert {"port: 8080", "availability: 0.99"} < set(told)
    assert not {"image", "mode"} & {each.partition(":")[0] for each in told}
    assert {"a batch model is not deployed: nothing reads this"} == set(told.values())


@pytest.mark.parametrize("server", ["llm: {}", "runtime: triton"])
def test_a_server_that_kserve_brings_has_its_own_port_and_health(idle, server):
    told = idle(f"{KSERVE}, {server}, port: 9000, healthPath: /up")

    assert {"port: 9000", "healthPath: /up"} == set(told)


def test_a_server_of_ones_own_is_asked_at_its_port(idle):
    serving = KSERVE.replace("image: null", "image: registry.example.org/screen:v1")

    assert {} == idle(f"{serving}, port: 9000, healthPath: /up")


def test_how_a_language_model_is_spread_is_done_by_kserve_alone(idle):
    spread = "llm: {servedName: drafter, tensor: 2, pipeline: 1, scheduler: false}"

    assert {"servedName: drafter", "tensor: 2"} <= set(idle(f"{POOLED}, {spread}"))
    assert not any(each.startswith("scheduler") for each in idle(f"{POOLED}, {spread}"))
    assert {} == idle(f"{KSERVE}, {spread}")
