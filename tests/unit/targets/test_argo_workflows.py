"""Retraining on Argo Workflows: what each step may see, what starts a run, how it ends."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from tests.cases.trained import DIGEST, TRAINER, compiled

from mlspec.targets.argo_workflows import TARGET


def objects(**changes):
    text = compiled("argo-workflows", **changes)["argo-workflows/screen.yaml"]
    return list(yaml.safe_load_all(text))


def of_kind(kind, **changes):
    return [each for each in objects(**changes) if each["kind"] == kind]


def template(**changes):
    (found,) = of_kind("WorkflowTemplate", **changes)
    return found["spec"]


def containers(**changes):
    return {
        each["name"]: each["container"]
        for each in template(**changes)["templates"]
        if "container" in each
    }


def variables(container):
    return {each["name"]: each["value"].replace("$$", "$") for each in container["env"]}


def test_nothing_is_compiled_for_a_workspace_that_does_not_ask():
    assert not TARGET.is_default
    assert {} == compiled("argo-workflows", training="null")


def test_steps_run_one_after_the_other_and_end_with_a_proposal():
    (order,) = [each["dag"]["tasks"] for each in template()["templates"] if "dag" in each]

    names = [each["name"] for each in order]
    assert ["checkout", "train", "evaluate", "take", "gates", "propose"] == names
    assert [[], ["checkout"], ["train"], ["evaluate"], ["take"], ["gates"]] == [
        each.get("dependencies", []) for each in order
    ]


def test_a_model_without_gates_or_predictions_has_no_step_for_them():
    names = list(containers(gates="[]", training="{image: a, command: [b]}"))

    assert ["checkout", "train", "take", "propose"] == names


def test_the_gates_are_judged_for_the_environment():
    command = containers()["gates"]["command"]

    assert [
        *("mlspec", "gate", "run", "model/screen"),
        *("--env", "prod", "--leave-to-review"),
    ] == command


def test_code_of_a_model_sees_neither_credentials_nor_history():
    for name, container in containers().items():
        mounts = {each["name"]: each.get("subPath", "") for each in container["volumeMounts"]}

        is_trusted = name in ("checkout", "take", "propose")
        assert is_trusted is ("credentials" in mounts)
        seen = {"gates": "challenger"}.get(name, "repository")
        assert ("" if is_trusted else seen) == mounts["workspace"]


def test_no_step_can_reach_a_registry():
    text = compiled("argo-workflows")["argo-workflows/screen.yaml"]

    assert "MLSPEC_REGISTRY" not in text
    assert "mlspec apply" not in text


def test_every_container_is_hardened():
    spec = template()

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["automountServiceAccountToken"] is False
    for container in containers().values():
        assert {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        } == container["securityContext"]


def test_only_the_training_gets_gpus():
    sized = f"{{image: '{TRAINER}', command: [a], resources: {{cpu: '4', memory: 8Gi, gpu: 2}}}}"
    limits = {
        name: each["resources"]["limits"] for name, each in containers(training=sized).items()
    }

    assert "2" == limits["train"]["nvidia.com/gpu"]
    assert {"memory": "8Gi"} == limits["gates"]
    assert {"memory": "1Gi"} == limits["propose"]


def test_the_digests_of_the_data_are_parameters():
    given = {each["name"]: each["value"] for each in template()["arguments"]["parameters"]}
    found = variables(containers()["train"])

    assert {"trigger": "by-hand", "digest-applicants": DIGEST, "digest-employers": ""} == given
    assert "{{workflow.parameters.digest-applicants}}" == found["MLSPEC_DIGEST_APPLICANTS"]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("models/screen.onnx", "/workspace/repository/ml/models/screen.onnx"),
        ("s3://models/screen.onnx", None),
        ("/models/screen.onnx", None),
        ("../screen.onnx", None),
    ],
)
def test_an_artifact_in_the_workspace_is_written_there(uri, path):
    found = variables(containers(uri=uri)["train"])

    assert (path, uri) == (found.get("MLSPEC_ARTIFACT"), found["MLSPEC_ARTIFACT_URI"])


def test_one_run_of_a_model_at_a_time_which_ends_in_time():
    spec = template(training="{image: a, command: [b], deadlineMinutes: 30}")

    assert [{"name": "screen-retraining"}] == spec["synchronization"]["mutexes"]
    assert 1800 == spec["activeDeadlineSeconds"]


def test_a_schedule_runs_at_night_when_the_last_run_is_long_ago():
    nightly, quarterly = sorted(
        (each["spec"] for each in of_kind("CronWorkflow")), key=lambda spec: "when" in spec
    )

    assert "when" not in nightly
    assert "Seconds() > 7772400 }}" in quarterly["when"]
    assert "Forbid" == quarterly["concurrencyPolicy"]
    assert 1 <= int(quarterly["schedules"][0].split()[1]) <= 5


def bindings(**changes):
    found = of_kind("WorkflowEventBinding", **changes)
    return {each["metadata"]["name"]: each["spec"] for each in found}


def started_by(selector, alerts):
    """Return the alerts that a selector takes, read as Argo evaluates it: every label is equal."""
    head, _, asked = selector.removesuffix("})").partition("any(payload.alerts, {")
    assert 'discriminator == "alertmanager" && ' == head
    status, *labels = asked.split(" && ")
    assert '.status == "firing"' == status
    wanted = {}
    for each in labels:
        name, value = re.fullmatch(r"\.labels\.(\w+) == (\".*\")", each).groups()
        wanted[name] = json.loads(value)
    return [name for name, labels in alerts.items() if wanted.items() <= labels.items()]


@pytest.mark.parametrize(
    ("trigger", "alert"),
    [("inputs-move", "ScreenInputDrift"), ("auc-decays", "ScreenMaturedAuc")],
)
def test_the_alert_of_a_monitor_starts_a_run_and_no_other_does(trigger, alert):
    (rules,) = yaml.safe_load_all(compiled("prometheus")["prometheus/screen.rules.yaml"])
    alerts = {
        rule["alert"]: rule["labels"] | {"alertname": rule["alert"]}
        for group in rules["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    elsewhere = {
        f"{name} elsewhere": labels | {"environment": "staging"} for name, labels in alerts.items()
    }

    selector = bindings()[f"screen-{trigger}"]["event"]["selector"]

    assert {f"{alert}Unknown", alert} <= set(alerts)
    assert [alert] == started_by(selector, alerts | elsewhere)


def test_new_data_starts_a_run_with_its_digest():
    found = bindings()["screen-new-people"]

    assert 'payload.dataset in ["applicants", "employers"]' in found["event"]["selector"]
    assert "payload.newRows >= 5000" in found["event"]["selector"]
    given = {each["name"]: each["valueFrom"] for each in found["submit"]["arguments"]["parameters"]}
    assert (
        f'payload.dataset == "applicants" ? payload.digest : "{DIGEST}"'
        == given["digest-applicants"]["event"]
    )


def test_what_is_sent_again_starts_no_second_run():
    assert '"screen-inputs-move"' == bindings()["screen-inputs-move"]["submit"]["metadata"]["name"]


def test_credentials_are_given_to_the_host_of_the_repository_alone():
    found = variables(containers()["propose"])
    keys = {value for name, value in found.items() if name.startswith("GIT_CONFIG_KEY")}

    assert "credential.https://git.example.org.helper" in keys
    assert "credential.helper" not in keys
