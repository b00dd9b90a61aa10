"""A queue that replicas of two models follow: what makes them apart, and what does not."""

from __future__ import annotations

import sys

import pytest

from mlspec.rules import check, shared_queue

OWN, OTHER = "employment-screen", "placement-screen"


def patch(name, scaling, serving=""):
    serving = f"{{{serving}scaling: {scaling}}}"
    return f"kind: Model\nmetadata: {{name: {name}}}\nspec: {{serving: {serving}}}\n"


def queue(metric):
    return f"{{queueMetric: '{metric}', queuePerReplica: 20}}"


@pytest.fixture
def found(load_patched):
    def told(*patches):
        workspace = load_patched("---\n".join(patches))
        return [each for each in check(workspace) if each.code == "MLS458"]

    return told


def test_each_of_two_models_with_one_queue_is_told_of_the_other(found):
    told = found(patch(OWN, queue("waiting")), patch(OTHER, queue("waiting")))

    assert [
        f"`{OTHER}` gets replicas for `waiting` as well: each has those for both",
        f"`{OWN}` gets replicas for `waiting` as well: each has those for both",
    ] == sorted((each.message for each in told), reverse=True)
    assert {f"the queue of `{OTHER}`", f"the queue of `{OWN}`"} == {
        related.message for each in told for related in each.related
    }


@pytest.mark.parametrize(
    "patches",
    [
        (patch(OWN, queue("employment:waiting")), patch(OTHER, queue("placement:waiting"))),
        (patch(OWN, queue("waiting")), patch(OTHER, "null")),
        (patch(OWN, queue("waiting")), patch(OTHER, queue("waiting"), "backend: kserve, ")),
        (patch(OWN, queue("waiting"), "mode: batch, "), patch(OTHER, queue("waiting"))),
        # What KEDA asks of requests has the label of the model.
        (patch(OWN, "{requestsPerReplica: 5}"), patch(OTHER, "{requestsPerReplica: 5}")),
    ],
    ids=["own queues", "one queue", "kserve scales", "batch", "requests"],
)
def test_models_that_keda_scales_apart_are_not_told(found, patches):
    assert not found(*patches)


def test_of_many_models_with_one_queue_each_is_told_of_one_other(found):
    told = found(*(patch(each, queue("waiting")) for each in (OWN, "letter-sorter", OTHER)))

    assert {
        f"model/{OWN}": "letter-sorter",
        "model/letter-sorter": OWN,
        f"model/{OTHER}": OWN,
    } == {each.about: each.message.split("`")[1] for each in told}
    assert 3 == len(told)


def test_the_work_grows_with_the_models_and_not_with_their_square(load_patched):
    few, many = (_lines_run(load_patched, number) for number in (10, 40))

    assert many < 5 * few


def _lines_run(load_patched, number):
    """Return how many lines of the rule are run for models with a queue each."""
    names = (OWN, *(f"model-{each}" for each in range(1, number)))
    workspace, lines = (
        load_patched("---\n".join(patch(it, queue(it.replace("-", "_"))) for it in names)),
        0,
    )

    def count(frame, event, _):
        nonlocal lines
        lines += event == "line"
        return count if frame.f_code.co_filename == shared_queue.__file__ else None

    sys.settrace(count)
    try:
        check(workspace)
    finally:
        sys.settrace(None)
    assert number == len(workspace.of_kind("Model"))
    return lines
