"""A queue that replicas of two models follow: what makes them apart, and what does not."""

from __future__ import annotations

import pytest

from mlspec.rules import check

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
