"""Rules about who moves the traffic: what is impossible, what is only near, what is unknown."""

from __future__ import annotations

import pytest

from mlspec.rules import check

CANARY = "strategy: canary, steps: [{share: 0.25, holdMinutes: 60}, {share: 0.5, holdMinutes: 60}]"
UNSTEPPED = "steps: null"
SHADOW = f"strategy: shadow, holdMinutes: 600, {UNSTEPPED}"
SPLIT = f"strategy: a-b, outcome: kept, durationDays: 7, minimumSamples: 100, {UNSTEPPED}"
SWITCH = f"strategy: blue-green, previewMinutes: 30, {UNSTEPPED}"
FIXED = "scaling: null, replicas: {minimum: 1, maximum: 4}"


def found(load_patched, rollout, serving, code, targets=""):
    workspace = f"---\nkind: Workspace\nspec: {{targets: {{{targets}}}}}\n" if targets else ""
    model = f"kind: Model\nspec:\n  serving: {{{serving}}}\n  rollout: {{{rollout}}}\n"
    return [each for each in check(load_patched(model + workspace)) if each.code == code]


@pytest.mark.parametrize(
    ("backend", "rollout", "router", "message"),
    [
        ("rollouts", "share: 0.1, " + SHADOW, "gateway-api", "can't do `shadow`: setMirrorRoute"),
        ("rollouts", "share: 0.125, " + SHADOW, "istio", "whole per cents, and 12.5 is none"),
        ("rollouts", CANARY.replace("0.25", "0.005"), "gateway-api", "and 0.5 is none"),
        ("rollouts", "share: 0.5, " + SPLIT, "none", "can't do `a-b`: a ratio"),
        ("rollouts", "share: 0.5, header: X-A, " + SPLIT, "none", "can't do `a-b-header`"),
        ("flagger", CANARY, "none", "can't do `canary`: without a router"),
        ("flagger", "share: 0.5, " + SHADOW, "gateway-api", "copies every request or none"),
        ("flagger", "share: 0.5, " + SPLIT, "gateway-api", "can't do `a-b`: experiments"),
        ("flagger", SWITCH, "none", "judges before the switch"),
        ("plain", "share: 0.1, " + SHADOW, "none", "can't do `shadow`: a Service"),
        ("gateway", CANARY, "istio", "the router is `istio`, with which it can't work"),
        ("kserve", "share: 0.1, " + SHADOW, "gateway-api", "can't do `shadow`: a canary with"),
        ("kserve, llm: {}", "share: 0.1, " + SHADOW, "gateway-api", "and none is compiled"),
        ("kserve, llm: {}", CANARY, "istio", "the router is `istio`"),
    ],
)
def test_what_a_backend_does_not_do_is_an_error(load_patched, backend, rollout, router, message):
    serving, targets = f"backend: {backend}, {FIXED}", f"router: {router}"
    (each,) = found(load_patched, rollout, serving, "MLS423", targets)

    assert message in each.message
    assert "choose" in each.hint
    assert f"`backend: {backend.partition(',')[0]}` (" not in each.hint


@pytest.mark.parametrize(
    ("backend", "rollout", "router"),
    [
        ("rollouts", "share: 0.1, " + SHADOW, "istio"),
        ("rollouts", CANARY, "none"),
        ("rollouts", SWITCH, "none"),
        ("flagger", "share: 1, " + SHADOW, "gateway-api"),
        ("flagger", "share: 0.5, " + SHADOW, "istio"),
        ("flagger", SWITCH + ", analysis: null", "none"),
        ("flagger", "share: 0.5, header: X-A, " + SPLIT, "gateway-api"),
        ("plain", CANARY, "none"),
        ("gateway", "share: 0.125, " + SHADOW, "gateway-api"),
    ],
)
def test_what_a_backend_does_is_no_error(load_patched, backend, rollout, router):
    serving, targets = f"backend: {backend}, {FIXED}", f"router: {router}"

    assert [] == found(load_patched, rollout, serving, "MLS423", targets)


def test_the_version_that_runs_decides(load_patched):
    serving = f"backend: kserve, {FIXED}"

    assert found(load_patched, CANARY, serving, "MLS423", 'versions: {kserve: "0.20"}')
    assert not found(load_patched, CANARY, serving, "MLS423", 'versions: {kserve: "v0.21.3"}')


def test_the_backend_of_the_workspace_counts_where_a_model_names_none(load_patched):
    (each,) = found(load_patched, "share: 0.1, " + SHADOW, FIXED, "MLS423", "backend: rollouts")

    assert "`rollouts` can't do `shadow`" in each.message


def test_the_nearest_backend_can_do_it_in_this_form(load_patched):
    rollout = "share: 0.125, " + SHADOW
    (each,) = found(load_patched, rollout, f"backend: rollouts, {FIXED}", "MLS423")

    assert "`backend: gateway` (native)" in each.hint
    assert "flagger" not in each.hint


def test_replicas_that_are_the_share_are_not_scaled(load_patched):
    (each,) = found(load_patched, CANARY, "backend: plain, scaling: {}", "MLS423")

    assert "`serving.scaling` moves them" in each.message
    assert each.hint.startswith("remove `serving.scaling`, or choose")


@pytest.mark.parametrize(
    ("backend", "rollout", "serving", "router", "message"),
    [
        ("plain", CANARY.replace("0.25", "0.05"), FIXED, "none", "5 % of the traffic becomes 1 of"),
        ("rollouts", CANARY.replace("0.25", "0.3"), FIXED, "none", "becomes 1 of 4 replicas, 25 %"),
        ("flagger", CANARY + ", abortOnFailure: false", FIXED, "istio", "asked or not"),
        ("flagger", CANARY.replace("60}]", "90}]"), FIXED, "istio", "equally long: 90 minutes"),
        ("flagger", "share: 0.5, header: X-A, " + SPLIT, FIXED, "istio", "draws no share: 50 %"),
        (
            "flagger",
            SWITCH + ", keepMinutes: 60, analysis: null",
            FIXED,
            "none",
            "does not keep the champion for 60 minutes",
        ),
        ("flagger", CANARY, "replicas: {minimum: 3}", "istio", "starts one replica, not 3"),
        ("kserve", SWITCH, FIXED, "istio", "no request before it replaces the champion pod by pod"),
    ],
)
def test_what_is_only_near_is_a_warning(load_patched, backend, rollout, serving, router, message):
    serving = f"backend: {backend}, {serving}"
    (each,) = found(load_patched, rollout, serving, "MLS424", f"router: {router}")

    assert message in each.message


@pytest.mark.parametrize(
    ("backend", "router"),
    [("plain", "none"), ("rollouts", "none"), ("flagger", "istio"), ("kserve", "gateway-api")],
)
def test_what_is_exact_is_no_warning(load_patched, backend, router):
    serving = f"backend: {backend}, {FIXED}"

    assert [] == found(load_patched, CANARY, serving, "MLS424", f"router: {router}")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ('argo-rollout: "1.9"', "there is no component `argo-rollout`"),
        ("kserve: newest", "`newest` is not a version"),
        ('kserve: "0.99"', "`kserve` 0.99 is not known: it counts as 0.21, the newest that is"),
        ('kserve: "0.11"', "`kserve` 0.11 is not known: it counts as 0.20, the oldest that is"),
        ('kubernetes: "1.10"', "`kubernetes` 1.10 is not known: it counts as 1.36, the oldest"),
        ('keda: "9.9"', "`keda` 9.9 is not known: it counts as 2.20"),
    ],
)
def test_a_version_that_tells_nothing_is_a_warning(load_patched, version, message):
    (each,) = found(load_patched, CANARY, FIXED, "MLS425", f"versions: {{{version}}}")

    assert each.message.startswith(message)


@pytest.mark.parametrize("version", ["0.20", "v0.20", "0.20.3", "v0.21.0-rc1"])
def test_a_version_is_known_by_its_release(load_patched, version):
    assert [] == found(load_patched, CANARY, FIXED, "MLS425", f'versions: {{kserve: "{version}"}}')


@pytest.mark.parametrize(
    ("serving", "enabled", "missing"),
    [
        (f"backend: rollouts, {FIXED}", "[kubernetes]", ["argo-rollouts"]),
        (f"backend: rollouts, {FIXED}", "[argo-rollouts, kubernetes]", []),
        (f"backend: flagger, {FIXED}", "[prometheus]", ["flagger", "kubernetes"]),
        (f"backend: plain, {FIXED}", "[prometheus]", ["kubernetes"]),
        (f"backend: rollouts, {FIXED}", "[]", []),
        ("backend: kserve", "[kubernetes]", ["kserve"]),
        ("backend: kserve, llm: {}", "[kserve]", []),
        ("llm: {}", "[kubernetes]", ["inference-pool"]),
        ("llm: {scheduler: false}", "[kubernetes]", []),
        ("scaling: {requestsPerReplica: 5}", "[kubernetes]", ["keda"]),
        ("scaling: {queueMetric: q, queuePerReplica: 5}", "[kubernetes]", ["keda"]),
        ("scaling: {cpuUtilisation: 0.5}", "[kubernetes]", []),
    ],
)
def test_what_a_model_needs_is_enabled(load_patched, serving, enabled, missing):
    messages = found(load_patched, CANARY, serving, "MLS426", f"enabled: {enabled}")

    assert missing == [each.message.split("`")[3] for each in messages]


@pytest.mark.parametrize(
    ("serving", "targets", "count"),
    [
        (FIXED, "enabled: [kubernetes]", 1),
        (f"backend: gateway, {FIXED}", "enabled: [kubernetes, prometheus]", 1),
        (FIXED, "enabled: [gateway-api, kubernetes]", 0),
        (FIXED, "enabled: [prometheus]", 0),
        (FIXED, "enabled: []", 0),
        (f"backend: plain, {FIXED}", "enabled: [kubernetes]", 0),
        (FIXED, "enabled: [kubernetes], router: none", 0),
    ],
)
def test_a_rollout_by_routes_needs_the_target_that_writes_them(
    load_patched, serving, targets, count
):
    messages = found(load_patched, CANARY, serving, "MLS468", targets)

    assert count == len(messages)
    assert all("splits requests" in each.message for each in messages)


def test_a_flux_that_ignores_no_fields_is_told(load_patched):
    (older,) = found(load_patched, CANARY, FIXED, "MLS425", 'versions: {flux: "2.8"}')

    assert "counts as 2.9" in older.message
    assert [] == found(load_patched, CANARY, FIXED, "MLS425", 'versions: {flux: "2.9.1"}')
