"""A champion that nothing keeps, and settings of backends that no model uses."""

from __future__ import annotations

import pytest

from mlspec.rules import check

OWN = "employment-screen"
CHAMPION = "champion: {version: v1, uri: 's3://models/screen/1'}"
APPROVAL = "flagger: {approvalUrl: 'http://gate.ml.svc/approve'}"
KNATIVE = "kserve: {mode: knative}"
CANARY = "{strategy: canary, steps: [{share: 0.05, holdMinutes: 60}, {share: 1, holdMinutes: 0}]}"
NO_ROLLOUT = "kind: Model\nspec: {rollout: null}\n"


@pytest.fixture
def told(load_patched):
    """Return the messages of a code in a workspace with patches."""

    def look(code, *patches):
        workspace = load_patched("---\n".join(patches))
        return [each.message for each in check(workspace) if each.code == code]

    return look


def model(spec):
    return f"kind: Model\nmetadata: {{name: {OWN}}}\nspec: {{{spec}}}\n"


def targets(settings):
    return f"kind: Workspace\nspec: {{targets: {{{settings}}}}}\n"


def override(path, value, name=OWN):
    entry = f"{{kind: Model, name: '{name}', path: {path}, value: {value}}}"
    return f"kind: Workspace\nspec: {{environments: {{prod: {{overrides: [{entry}]}}}}}}\n"


def test_a_champion_without_a_rollout_is_told(told):
    (message,) = told("MLS462", model(f"rollout: null, {CHAMPION}"))

    assert message == (
        "nothing reads this: without a rollout the new version replaces `v1` at once"
    )


@pytest.mark.parametrize("serving", ["serving: {mode: batch}", "serving: null"])
def test_a_champion_of_a_model_that_answers_no_requests_is_told(told, serving):
    (message,) = told("MLS462", model(f"{serving}, {CHAMPION}"))

    assert message == (
        "nothing reads this: the model answers no requests, so nothing stays up beside it"
    )


@pytest.mark.parametrize(
    "patches",
    [
        (model(f"rollout: {CANARY}, {CHAMPION}"),),
        (model(f"rollout: null, {CHAMPION}"), override("spec.rollout", CANARY)),
        (model(f"rollout: null, {CHAMPION}"), override("spec.rolloutPolicy", "p", name="*")),
        (model("rollout: null, champion: null"),),
    ],
    ids=["rollout", "rollout of an environment", "policy of an environment", "no champion"],
)
def test_a_champion_that_a_rollout_keeps_is_not(told, patches):
    assert [] == told("MLS462", *patches)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (f"backend: rollouts, {APPROVAL}", "so nobody is asked"),
        (f"backend: gateway, {APPROVAL}", "so nobody is asked"),
        (f"backend: gateway, {KNATIVE}", "InferenceService for no model"),
    ],
)
def test_a_setting_of_a_backend_that_no_model_uses_is_told(told, settings, word):
    (message,) = told("MLS463", targets(settings))

    assert message.startswith("nothing reads this: ")
    assert word in message


def test_each_of_two_such_settings_is_told(told):
    assert len(told("MLS463", targets(f"{APPROVAL}, {KNATIVE}"))) == 2


def test_an_approval_before_a_rollout_that_no_model_has_is_told(told):
    assert len(told("MLS463", targets(f"backend: flagger, {APPROVAL}"), NO_ROLLOUT)) == 1


def test_a_mode_is_nothing_to_models_of_language(told):
    settings = targets(f"backend: kserve, {KNATIVE}")

    assert [] == told("MLS463", settings)
    assert len(told("MLS463", settings, "kind: Model\nspec: {serving: {llm: {}}}\n")) == 1


@pytest.mark.parametrize(
    "patches",
    [
        (targets(f"backend: flagger, {APPROVAL}"),),
        (targets(APPROVAL), model("serving: {backend: flagger}")),
        (targets(KNATIVE), model("serving: {backend: kserve}")),
        (targets(KNATIVE), override("spec.serving.backend", "kserve")),
        (targets(APPROVAL), override("spec.serving", "{backend: flagger}")),
        (
            targets(APPROVAL),
            model("releases: [{version: v1, spec: {serving: {backend: flagger}}}]"),
        ),
        (targets("kserve: {}, flagger: {}"),),
    ],
    ids=["default", "model", "of KServe", "override", "mapping", "release", "nothing stated"],
)
def test_a_setting_of_a_backend_in_use_is_not(told, patches):
    assert [] == told("MLS463", *patches)
