"""What GitHub does outside of a change: compare, rehearse, train."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets.pipelines import IMAGE, document, training
from tests.unit.targets.test_github_actions import emitted, steps

from mlspec.errors import OutputError
from mlspec.ir import GitHubWatch


def workflow(name, **changes):
    return document(emitted(name=name, **changes))


def commands(found):
    return [each["env"]["COMMAND"] for each in steps(found["jobs"]) if "COMMAND" in str(each)]


def test_every_environment_is_compared_on_a_schedule_and_on_demand():
    found = workflow("mlspec-watch", watch=GitHubWatch(drift="5 1 * * *"))

    assert ["schedule", "workflow_dispatch"] == list(found["on"])
    assert [{"cron": "5 1 * * *"}] == found["on"]["schedule"]
    assert ["drift-prod", "drift-staging"] == list(found["jobs"])
    assert "github.event.schedule == '5 1 * * *'" in found["jobs"]["drift-prod"]["if"]


def test_retraining_is_rehearsed_where_there_is_some():
    found = workflow(
        "mlspec-watch", drills=("other", "screen"), watch=GitHubWatch(drill="9 2 * * 1")
    )

    assert "9 2 * * 1" == found["on"]["schedule"][1]["cron"]
    job = found["jobs"]["drill-staging"]
    assert "github.event.schedule == '9 2 * * 1'" in job["if"]
    assert "other screen" in [each.get("env", {}).get("MODELS") for each in job["steps"]]


def test_a_model_is_trained_when_it_is_named_and_judged_afterwards():
    found = workflow("mlspec-retrain", trainings=(training(), training(model="other", evaluate=())))

    assert ["mlspec-retrain"] == found["on"]["repository_dispatch"]["types"]
    choice = found["on"]["workflow_dispatch"]["inputs"]["model"]
    assert ["screen", "other"] == choice["options"]
    train, judge = found["jobs"]["train-screen"], found["jobs"]["judge-screen"]
    assert "(github.event.client_payload.model || inputs.model) == 'screen'" == train["if"]
    assert {"image": IMAGE, "options": "--user 0"} == train["container"]
    assert "train-screen" == judge["needs"]
    assert ["python train.py", "python predict.py", "python train.py"] == commands(found)


def test_more_trainings_than_github_reads_in_one_file_are_in_several():
    trainings = tuple(training(model=f"m-{index:03}") for index in range(120))
    names = ("mlspec-retrain", "mlspec-retrain-2", "mlspec-retrain-3")
    texts = [emitted(name=name, trainings=trainings).content for name in names]
    found = [workflow(name, trainings=trainings) for name in names]

    options = [each["on"]["workflow_dispatch"]["inputs"]["model"]["options"] for each in found]
    assert [each.model for each in trainings] == [model for part in options for model in part]
    assert all(len(each) < 500_000 for each in texts)
    assert ["mlspec retrain", "mlspec retrain 2", "mlspec retrain 3"] == [
        each["name"] for each in found
    ]
    # Runs of one group wait for each other, and a third one takes the place of the second.
    assert 3 == len({each["concurrency"]["group"] for each in found})


def test_many_models_are_rehearsed_from_lists_that_stand_once():
    drills = tuple(f"m-{index:03}" for index in range(301))

    found = workflow("mlspec-watch", drills=drills)

    assert list(drills) == " ".join(found["env"].values()).split()
    named = [each.get("env", {}).get("MODELS") for each in found["jobs"]["drill-prod"]["steps"]]
    assert ["${{ env.MODELS_1 }}", "${{ env.MODELS_2 }}"] == [each for each in named if each]


def test_without_a_training_there_is_nothing_to_start():
    with pytest.raises(StopIteration):
        emitted(name="mlspec-retrain")


@pytest.mark.parametrize("name", ["mlspec-watch", "mlspec-retrain"])
def test_none_of_them_can_write_or_reach_an_environment(name):
    found = workflow(name, trainings=(training(),), drills=("screen",))

    assert {} == found["permissions"]
    for job in found["jobs"].values():
        assert {"contents": "read"} == job["permissions"]
        assert "environment" not in job


@pytest.mark.parametrize(("minutes", "limit"), [(5, 5), (360, 360), (43200, 360)])
def test_a_training_ends_before_its_runner_does(minutes, limit):
    found = workflow("mlspec-retrain", trainings=(training(deadline_minutes=minutes),))

    assert limit == found["jobs"]["train-screen"]["timeout-minutes"]


@settings(max_examples=60)
@given(words=st.lists(st.text(max_size=12), min_size=1, max_size=4).map(tuple))
def test_a_command_reaches_the_shell_word_by_word_or_is_refused(words):
    try:
        found = workflow("mlspec-retrain", trainings=(training(command=words, evaluate=()),))
    except OutputError:
        assert not shlex.join(words).isprintable()
        return

    (line,) = commands(found)
    assert list(words) == shlex.split(line)
    assert 'sh -c "$COMMAND"' in [each.get("run") for each in steps(found["jobs"])]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"command": ("python", "${{ secrets.TOKEN }}")}, "holds an expression"),
        ({"command": ("python", "a\x1bb")}, "holds an expression, or what is no text"),
        ({"model": "x' || true || '"}, "can't be the name of a model"),
        ({"image": "evil image"}, "can't be the name of a container image"),
    ],
)
def test_a_training_that_is_more_than_a_training_is_refused(changes, reason):
    with pytest.raises(OutputError, match=reason):
        emitted(name="mlspec-retrain", trainings=(training(**changes),))


@pytest.mark.parametrize("cron", ["* * * *", "* * * * * *", "1 2 3 4 5' || true || '", "@daily"])
def test_a_schedule_that_is_none_is_refused(cron):
    with pytest.raises(OutputError, match="can't be the name of a schedule"):
        emitted(name="mlspec-watch", watch=GitHubWatch(drift=cron))
