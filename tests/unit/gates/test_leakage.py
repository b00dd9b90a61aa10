"""A column that is the label under another name makes no model perfect."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlspec import stats
from mlspec.evidence import Reason, Rows
from mlspec.gates._leakage import without_copies

LEAKED = ("not-evaluated", "label-leakage")


def rows(labels, scores=None, predictions=None):
    keys = tuple(f"r{place}" for place in range(len(labels)))
    absent = Reason("missing-column", "there is no column `score`")
    return Rows(
        keys,
        stats.vector(labels),
        absent if scores is None else stats.vector(scores),
        None if predictions is None else stats.vector(predictions),
        ("sha256:00",),
    )


def told(found):
    """Return which outputs are copies."""
    scores, classes = (
        isinstance(each, Reason) and each.code == "label-leakage"
        for each in (found.scores, found.predictions)
    )
    return scores, classes


LABELS = [float(n % 3 == 0) for n in range(60)]
NOISE = random.Random(5)
SPREAD = [0.6 * label + 0.3 * NOISE.random() for label in LABELS]
"""Scores of a model that is never wrong, and that says more than the class."""
WRONG_ONCE = [1 - LABELS[0], *LABELS[1:]]


@pytest.mark.parametrize(
    ("scores", "predictions", "expected"),
    [
        (LABELS, None, (True, False)),
        ([0.1 + 0.8 * label for label in LABELS], None, (True, False)),
        ([-7.0 + 9 * label for label in LABELS], None, (True, False)),
        (SPREAD, None, (False, False)),
        (WRONG_ONCE, None, (False, False)),
        ([1 - label for label in LABELS], None, (False, False)),
        ([0.5] * 60, None, (False, False)),
        (None, LABELS, (False, True)),
        (None, WRONG_ONCE, (False, False)),
        (LABELS, LABELS, (True, True)),
        (LABELS, WRONG_ONCE, (True, False)),
        (WRONG_ONCE, LABELS, (False, True)),
        (SPREAD, LABELS, (False, False)),
        ([0.9 - each for each in SPREAD], LABELS, (False, True)),
    ],
)
def test_outputs_that_say_the_label_and_nothing_else_are_copies(scores, predictions, expected):
    found = without_copies(rows(LABELS, scores, predictions), "refuse")

    assert expected == told(found)
    assert found.labels.tolist() == LABELS


def test_classes_of_several_kinds_are_borne_out_by_any_scores_of_several_values():
    labels = [float(n % 3) for n in range(60)]

    assert (False, True) == told(without_copies(rows(labels, None, labels), "refuse"))
    assert (True, True) == told(without_copies(rows(labels, labels, labels), "refuse"))
    assert (False, False) == told(without_copies(rows(labels, SPREAD, labels), "refuse"))


def single(value):
    """Return a number as 32 bits hold it."""
    return struct.unpack("f", struct.pack("f", value))[0]


COPIES = {
    "the very numbers": lambda value: value,
    "32 bits": single,
    "six digits": lambda value: float(f"{value:.6f}"),
    "a little more": lambda value: value + 1e-9,
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@given(seed=st.integers(0, 2**32), size=st.integers(30, 200), scale=st.floats(1, 1e6))
@settings(max_examples=20)
def test_numbers_that_are_predicted_to_the_last_digits_are_copies(copy, seed, size, scale):
    noise = random.Random(seed)
    labels = [noise.gauss(0, scale) for _ in range(size)]
    copied = [copy(each) for each in labels]

    assert (True, False) == told(without_copies(rows(labels, copied), "refuse"))
    assert (False, True) == told(without_copies(rows(labels, None, copied), "refuse"))


@given(seed=st.integers(0, 2**32), size=st.integers(30, 200), error=st.floats(1e-4, 1))
@settings(max_examples=40)
def test_a_regression_that_errs_however_little_is_no_copy(seed, size, error):
    noise = random.Random(seed)
    labels = [noise.gauss(0, 1) for _ in range(size)]
    told_by_model = [each + noise.gauss(0, error) for each in labels]

    found = without_copies(rows(labels, told_by_model), "refuse")

    assert (False, False) == told(found)


@pytest.mark.parametrize(("wrong", "is_copy"), [(0, True), (2, True), (3, False)])
def test_a_few_rows_that_were_changed_hide_no_copy_of_labels_that_tell_rows(wrong, is_copy):
    labels = [NOISE.gauss(0, 1) for _ in range(200)]
    changed = [each + (1.0 if place < wrong else 0.0) for place, each in enumerate(labels)]

    assert (is_copy, False) == told(without_copies(rows(labels, changed), "refuse"))


def test_scores_that_differ_by_nothing_to_speak_of_are_two_values():
    scores = [0.1 + 0.8 * label + 1e-9 * (place % 3) for place, label in enumerate(LABELS)]

    assert (True, False) == told(without_copies(rows(LABELS, scores), "refuse"))


def test_a_few_rows_that_are_right_happen():
    few = LABELS[:29]

    assert (False, False) == told(without_copies(rows(few, few), "refuse"))
    assert (True, False) == told(without_copies(rows(LABELS[:30], LABELS[:30]), "refuse"))


def test_labels_that_never_vary_have_a_reason_of_their_own():
    assert (False, False) == told(without_copies(rows([1.0] * 60, [1.0] * 60), "refuse"))


def test_what_was_not_read_stays_as_it_is():
    unread = Reason("missing-file", "no")

    assert without_copies(unread, "refuse") is unread


TOLD = [NOISE.gauss(0, 10) for _ in range(60)]
"""Labels that tell their rows: no model is right on all of them."""


@pytest.mark.parametrize(
    ("labels", "scores", "predictions", "expected"),
    [
        (LABELS, None, LABELS, (False, False)),
        (LABELS, [0.1 + 0.8 * label for label in LABELS], None, (False, False)),
        (LABELS, SPREAD, LABELS, (False, False)),
        (LABELS, LABELS, None, (False, False)),
        (LABELS, LABELS, LABELS, (False, False)),
        (TOLD, TOLD, None, (True, False)),
        (TOLD, None, TOLD, (False, True)),
        (TOLD, None, [round(each, 1) for each in TOLD], (False, True)),
        (TOLD, [round(each) for each in TOLD], None, (True, False)),
    ],
)
def test_what_is_accepted_are_classes_and_no_numbers_that_tell_their_rows(
    labels, scores, predictions, expected
):
    found = without_copies(rows(labels, scores, predictions), "accept")

    assert expected == told(found)


@given(seed=st.integers(0, 2**32), digits=st.integers(0, 3), size=st.integers(60, 300))
@settings(max_examples=40)
def test_labels_that_were_rounded_are_copies_and_a_model_that_errs_is_none(seed, digits, size):
    noise = random.Random(seed)
    labels = [noise.gauss(0, 10) for _ in range(size)]
    rounded = [round(each, digits) for each in labels]
    errs = [round(each + noise.gauss(0, 10**-digits), digits) for each in labels]

    assert (True, False) == told(without_copies(rows(labels, rounded), "refuse"))
    assert (False, False) == told(without_copies(rows(labels, errs), "refuse"))


def test_the_reason_says_on_how_many_rows_the_label_stands():
    labels = [NOISE.gauss(0, 1) for _ in range(200)]
    changed = [labels[0] + 1, *labels[1:]]

    found = [without_copies(rows(labels, each), "refuse").scores for each in (labels, changed)]

    assert "on each of 200 rows" in found[0].sentence
    assert "on 199 of 200 rows" in found[1].sentence


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=30, max_size=80))
def test_no_model_that_errs_is_taken_for_a_copy(pairs):
    labels = [float(label) for label, _ in pairs]
    scores = [score for _, score in pairs]
    classes = [float(score >= 0.5) for score in scores]
    assume(classes != labels)

    found = without_copies(rows(labels, classes, classes), "refuse")

    assert (False, False) == told(found)


@given(st.lists(st.booleans(), min_size=30, max_size=80), st.floats(0.01, 1e6), st.floats(-5, 5))
def test_every_rising_line_through_the_labels_is_a_copy(labels, slope, start):
    values = [float(label) for label in labels]
    assume(0 < sum(values) < len(values))

    found = without_copies(rows(values, [start + slope * each for each in values]), "refuse")

    assert (True, False) == told(found)


# --- through files and gates ---


def copied(evaluation, of=lambda label: label):
    lines = [(key, label, of(int(label))) for key, label, _ in evaluation.read("challenger.csv")]
    evaluation.write("challenger.csv", lines)
    return evaluation


@pytest.mark.parametrize("metric", ["roc-auc", "accuracy", "recall", "f1", "average-precision"])
@pytest.mark.parametrize("of", [int, lambda label: 0.25 + label / 2])
def test_no_floor_passes_on_a_copy_of_the_labels(evaluation, metric, of):
    found = copied(evaluation, of).floor(metric, 0.6, perfect_outputs="refuse")

    assert LEAKED == (found.verdict.value, found.reason_code)
    assert "each of 1000 rows" in found.reason


def test_the_spec_may_say_that_the_model_is_never_wrong(evaluation):
    floor = copied(evaluation).floor
    named = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", named, ("id", "label", "class"))

    found = [
        floor("accuracy", prediction="class", perfect_outputs=each) for each in ("accept", "refuse")
    ]

    assert [("pass", ""), LEAKED] == [(each.verdict.value, each.reason_code) for each in found]


def test_refusing_is_what_happens_where_nothing_is_said(evaluation):
    del evaluation.inputs["perfectOutputs"]

    assert LEAKED[1] == copied(evaluation).floor().reason_code


@pytest.mark.parametrize("side", ["challenger.csv", "champion.csv"])
def test_neither_side_of_a_comparison_may_be_a_copy(evaluation, side):
    lines = [(key, label, label) for key, label, _ in evaluation.read(side)]
    evaluation.write(side, lines)

    found = evaluation.better(perfect_outputs="refuse")

    assert LEAKED == (found.verdict.value, found.reason_code)
    assert found.reason.startswith("champion: ") is (side == "champion.csv")


def test_a_label_under_another_name_is_no_fair_model(evaluation):
    lines = [
        (key, label, label, "ab"[place % 2])
        for place, (key, label, _) in enumerate(evaluation.read("challenger.csv"))
    ]
    evaluation.write("challenger.csv", lines, ("id", "label", "score", "group"))
    gate = {
        "id": "fair",
        "type": "fairness",
        "metric": "equal-opportunity",
        "groups": [{"column": "group"}],
        "atMost": 0.1,
    }

    found = evaluation.result(gate, perfectOutputs="refuse")

    assert LEAKED == (found.verdict.value, found.reason_code)


def test_a_hard_classifier_that_errs_is_judged_as_ever(evaluation):
    lines = evaluation.read("challenger.csv")
    hard = [(key, label, int(float(score) >= 0.5)) for key, label, score in lines]
    evaluation.write("challenger.csv", hard)

    refused = evaluation.floor("accuracy", 0.5, perfect_outputs="refuse")
    accepted = evaluation.floor("accuracy", 0.5, perfect_outputs="accept")

    assert "pass" == refused.verdict.value
    assert refused == accepted


def test_a_new_version_makes_no_record_stale(evaluation):
    """The field is younger than the first records: it counts where it is stated."""
    gate = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}
    del evaluation.inputs["perfectOutputs"]

    silent = evaluation.record(gate).gates_digest
    refused = evaluation.record(gate, perfectOutputs="refuse").gates_digest
    accepted = evaluation.record(gate, perfectOutputs="accept").gates_digest

    assert silent == refused
    assert silent != accepted
