"""Retraining: what is trained, what starts it, and why some models are not trained again."""

from __future__ import annotations

import pytest
from tests.cases.trained import DIGEST, TOOL, TRAINER, lowered

from mlspec.ir import RetrainingTrigger, TrainingData


def retraining(**changes):
    (found,) = lowered(**changes).bundle.retrainings
    return found


def problems(**changes):
    found = lowered(**changes)
    assert not found.bundle.retrainings
    return [each.code for each in found.diagnostics]


def test_the_training_is_told_with_what_it_gets():
    found = retraining(
        training=f"{{image: '{TRAINER}', command: [python, train.py], deadlineMinutes: 30,"
        " resources: {cpu: 4000m, memory: 1024Mi, gpu: 1}}"
    )

    assert (TRAINER, ("python", "train.py"), ()) == (found.image, found.command, found.evaluate)
    assert ("4", "1Gi", 1, 30) == (found.cpu, found.memory, found.gpu, found.deadline_minutes)


def test_the_data_is_told_with_its_digest_where_one_is_stated():
    assert (
        TrainingData("applicants", "data/applicants.csv", DIGEST),
        TrainingData("employers", "data/employers.csv", ""),
    ) == retraining().data


def test_each_trigger_is_told_as_it_is_declared():
    assert (
        RetrainingTrigger("inputs-move", "monitor", monitor="input-drift"),
        RetrainingTrigger("auc-decays", "metric", monitor="matured-auc"),
        RetrainingTrigger("new-people", "data-arrival", minimum_rows=5000),
        RetrainingTrigger("quarterly", "schedule", every_days=90),
        RetrainingTrigger("nightly", "schedule", every_days=1),
    ) == retraining().triggers


def test_the_place_is_that_of_the_workspace():
    place = retraining(folder="ml/specs").place

    assert (TOOL, "main", "specs-git", "20Gi") == (
        place.image,
        place.revision,
        place.credentials,
        place.volume,
    )
    assert "ml/specs" == place.workspace_path


def test_a_model_is_trained_again_where_training_and_trigger_are_declared():
    assert () == lowered(training="null").bundle.retrainings
    assert () == lowered(triggers="[]").bundle.retrainings
    assert not lowered(training="null", place="null").diagnostics


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("MLS595", {"place": "null"}),
        ("MLS596", {"triggers": "[{id: a, type: metric}]"}),
        ("MLS596", {"triggers": "[{id: a, type: monitor, monitor: input-drft}]"}),
        ("MLS596", {"triggers": "[{id: a, type: schedule}]"}),
        ("MLS596", {"triggers": "[{id: a, type: data-arrival}]"}),
        ("MLS597", {"training": "{image: a, command: ['{{workflow.name}}']}"}),
        ("MLS597", {"training": "{image: a, command: [a], evaluate: ['{{b}}']}"}),
        ("MLS597", {"uri": "models/{{a}}.onnx"}),
        ("MLS597", {"digest": DIGEST, "data_uri": "data/{{a}}.csv"}),
        ("MLS597", {"training": "{image: a, command: ['$[[ inputs.a ]]']}"}),
        ("MLS449", {"training": "{image: 'training image', command: [a]}"}),
        ("MLS449", {"training": "{image: '-a', command: [a]}"}),
        ("MLS450", {"training": '{image: a, command: ["a\\u202eb"]}'}),
        ("MLS450", {"training": '{image: a, command: [a], evaluate: ["a\\u001bb"]}'}),
        ("MLS598", {"name": "a" * 50}),
        ("MLS493", {"training": "{image: a, command: [a], resources: {cpu: '1', memory: 1m}}"}),
    ],
)
def test_a_retraining_that_could_not_run_is_a_diagnostic(code, changes):
    assert [code] == problems(**changes)


@pytest.mark.parametrize(
    ("training", "place"),
    [
        ("{image: 'training image', command: [a]}", ("MLS449", 21)),
        ('{image: a, command: [a, "b\\u200b"]}', ("MLS450", 21)),
        ("{image: a, command: ['${{ secrets.TOKEN }}']}", ("MLS597", 21)),
    ],
)
def test_a_training_that_only_ci_starts_is_refused_at_its_line(training, place):
    found = lowered(training=training, triggers="[]")
    (told,) = found.diagnostics

    assert (*place, "specs/screen.yaml") == (told.code, told.span.start.line, told.span.file)
    assert () == found.bundle.pipeline.trainings


def test_lines_and_tabs_of_a_script_may_stand_in_a_word():
    (found,) = lowered(training='{image: a, command: [sh, -c, "a\\n\\tb\\n"]}').bundle.retrainings

    assert ("sh", "-c", "a\n\tb\n") == found.command
