"""The pairs that a comparison of accuracies needs, and what its assumption takes of them."""

from __future__ import annotations

import pytest

from mlspec.gates import load_gates
from mlspec.gates._power import Assumed

GATES = load_gates()
GAIN = {
    "id": "g",
    "type": "champion-challenger",
    "metric": "accuracy",
    "mode": "superiority",
}


@pytest.fixture
def alike(evaluation):
    """Two models that differ on 20 of the pairs, ten to each."""
    rows = [(k, y, float(y)) for k, y, _ in evaluation.read("champion.csv")]
    flipped = [
        [(k, y, 1 - s if n in wrong else s) for n, (k, y, s) in enumerate(rows)]
        for wrong in (range(10), range(10, 20))
    ]
    evaluation.write("champion.csv", flipped[0])
    evaluation.write("challenger.csv", flipped[1])
    return evaluation


def assuming(evaluation, gate):
    spec = GATES[gate["type"]].spec.model_validate(gate)
    (found,) = GATES[gate["type"]].power(spec, evaluation.result(gate), Assumed())
    return found.assuming


def test_an_assumed_gain_says_what_it_takes_of_the_pairs_on_which_the_models_differ(alike):
    told = assuming(alike, GAIN)

    # a gain of 0.002 with 2 % that differ: 1.1 % for the challenger, 0.9 % for the champion
    assert told == (
        "the challenger is better by 0.002: it alone is right on 1.1 % of the pairs, just one of "
        "them on 2 %; the gain is assumed, not what the pairs show"
    )


def test_a_gain_that_the_pairs_cannot_show_is_told_so(alike):
    told = assuming(alike, GAIN | {"minimumGain": 0.02})

    assert told == (
        "the challenger is better by 0.04: more than these pairs can show, which differ on 2 %"
    )


def test_of_equally_good_models_nothing_is_assumed_about_who_is_right(alike):
    told = assuming(alike, GAIN | {"mode": "non-inferiority", "margin": 0.01})

    assert told == "the models are equally good and just one of them is right on 2 %"
