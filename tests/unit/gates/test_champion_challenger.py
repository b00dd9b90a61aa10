from __future__ import annotations

import random

import pytest
from pydantic import ValidationError

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import METRICS


@pytest.mark.parametrize("metric", sorted(set(METRICS) - {"precision"}))
def test_a_better_challenger_is_better_by_every_metric_and_the_swap_is_worse(evaluation, metric):
    more = evaluation.suit(metric) | {"positive_threshold": 0.4}
    better = evaluation.better(metric, **more)
    worse = evaluation.better(metric, predictions="champion.csv", champion="challenger.csv", **more)

    sign = 1 if METRICS[metric].higher_is_better else -1
    assert better.estimate * sign > 0 > worse.estimate * sign
    assert better.estimate == pytest.approx(-worse.estimate)
    assert Verdict.PASS != worse.verdict
    facts = dict(better.facts)
    assert better.estimate == pytest.approx(facts["challenger"] - facts["champion"], abs=1e-11)


def test_the_area_is_compared_with_the_paired_interval(evaluation):
    found = evaluation.better("roc-auc")

    assert Verdict.PASS == found.verdict
    assert ("delong-paired", "difference of roc-auc > 0") == (
        found.interval.method,
        found.require,
    )
    assert 0 < found.interval.lower < found.estimate < found.interval.upper


def test_accuracy_comes_with_discordant_pairs_and_mcnemar(evaluation):
    found = evaluation.no_worse("accuracy", 0.3)

    counts, facts = dict(found.counts), dict(found.facts)
    assert "paired-score" == found.interval.method
    difference = (counts["onlyChallengerRight"] - counts["onlyChampionRight"]) / counts["rows"]
    assert difference == pytest.approx(found.estimate)
    assert 0 <= facts["mcnemarP"] <= 1


@pytest.mark.parametrize(
    ("metric", "margin", "require"),
    [
        ("roc-auc", 0.005, "difference of roc-auc > -0.005"),
        ("brier", 0.005, "difference of brier < 0.005"),
        ("mae", 0.0, "difference of mae < 0"),
    ],
)
def test_the_requirement_names_the_direction_of_the_metric(evaluation, metric, margin, require):
    assert require == evaluation.no_worse(metric, margin).require


def test_a_margin_is_judged_on_the_bound(evaluation):
    swapped = {"predictions": "champion.csv", "champion": "challenger.csv"}
    loss = evaluation.no_worse("roc-auc", 0.0, **swapped)
    wide, close = -loss.interval.lower + 0.001, -loss.estimate

    assert Verdict.FAIL == loss.verdict
    assert Verdict.PASS == evaluation.no_worse("roc-auc", wide, **swapped).verdict
    assert Verdict.INCONCLUSIVE == evaluation.no_worse("roc-auc", close, **swapped).verdict


def test_superiority_may_demand_a_gain(evaluation):
    gain = evaluation.better().estimate

    assert Verdict.PASS == evaluation.better(minimumGain=gain / 2).verdict
    assert Verdict.INCONCLUSIVE == evaluation.better(minimumGain=gain).verdict
    assert Verdict.FAIL == evaluation.better(minimumGain=gain * 2).verdict


def test_a_point_may_decide(evaluation):
    gain = evaluation.better().estimate

    found = evaluation.better(minimumGain=gain * 0.99, decide="point")

    assert (Verdict.PASS, "point") == (found.verdict, found.decide)


def test_the_same_file_is_no_champion(evaluation):
    found = evaluation.no_worse(champion="challenger.csv")

    assert (Verdict.NOT_EVALUATED, "same-file") == (found.verdict, found.reason_code)


def test_a_copy_of_the_challenger_is_no_champion(evaluation):
    rows = evaluation.read("challenger.csv")
    (evaluation.root / "copy.csv").write_bytes((evaluation.root / "challenger.csv").read_bytes())
    evaluation.write("reordered.csv", rows[::-1])

    copy = evaluation.no_worse(champion="copy.csv")
    reordered = evaluation.no_worse(champion="reordered.csv")

    assert (Verdict.NOT_EVALUATED, "same-file") == (copy.verdict, copy.reason_code)
    assert Verdict.NOT_EVALUATED == reordered.verdict
    assert "identical-predictions" == reordered.reason_code


@pytest.mark.parametrize("form", ["{:.6g}", "{:.3f}", "{:.2f}", "{:.1f}"])
@pytest.mark.parametrize("rounded", ["challenger.csv", "champion.csv"])
def test_one_model_is_one_model_however_its_scores_are_rounded(evaluation, form, rounded):
    noise = random.Random(8)
    rows = [(f"r{n}", n % 2, min(1.0, abs(noise.gauss(0.3 + n % 2 / 3, 0.2)))) for n in range(400)]
    for file in ("challenger.csv", "champion.csv"):
        shape = form if file == rounded else "{!r}"
        evaluation.write(file, [(key, label, shape.format(score)) for key, label, score in rows])

    found = evaluation.no_worse()

    assert (Verdict.NOT_EVALUATED, "identical-predictions") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("spread", [1e-4, 1e-3, 1e-2])
def test_a_model_that_hardly_differs_is_another_one(evaluation, spread):
    noise = random.Random(8)
    ours = evaluation.read("challenger.csv")
    near = [(key, label, float(score) + noise.gauss(0, spread)) for key, label, score in ours]
    evaluation.write("champion.csv", near)

    assert "identical-predictions" != evaluation.no_worse().reason_code


def test_a_champion_that_says_the_same_of_all_is_another_model(evaluation):
    low = [(k, y, float(score) / 3) for k, y, score in evaluation.read("challenger.csv")]
    evaluation.write("challenger.csv", low)
    evaluation.write("champion.csv", [(key, label, 0) for key, label, _ in low])

    assert Verdict.PASS == evaluation.no_worse(positive_threshold=0.1).verdict


def test_the_same_classes_without_scores_are_the_same_model(evaluation):
    rows = [(f"r{n}", n % 2, n % 2 if n % 7 else 0) for n in range(300)]
    header = ("id", "label", "class")
    evaluation.write("challenger.csv", rows, header)
    evaluation.write("champion.csv", rows[::-1], header)
    same = evaluation.no_worse("accuracy", 0.1, prediction="class")
    evaluation.write("champion.csv", [(k, y, 0 if c else y) for k, y, c in rows], header)
    other = evaluation.no_worse("accuracy", 0.1, prediction="class")

    assert (same.verdict, same.reason_code) == (Verdict.NOT_EVALUATED, "identical-predictions")
    assert other.verdict == Verdict.PASS


def test_files_that_share_no_output_column_are_not_compared(evaluation):
    rows = [(f"r{n}", n % 2, n % 2) for n in range(300)]
    evaluation.write("challenger.csv", rows, ("id", "label", "class"))
    evaluation.write("champion.csv", rows)

    found = evaluation.no_worse("accuracy", 0.1, prediction="class")

    assert (found.verdict, found.reason_code) == (Verdict.NOT_EVALUATED, "missing-column")
    assert found.reason.startswith("champion: ")


def test_rows_in_another_order_give_the_same_difference(evaluation):
    straight = evaluation.better("accuracy")
    evaluation.write("champion.csv", sorted(evaluation.read("champion.csv"), reverse=True))

    found = evaluation.better("accuracy")

    assert (straight.estimate, straight.interval) == (found.estimate, found.interval)


def test_two_equal_models_on_few_rows_are_not_shown_to_be_equal(evaluation):
    rows = [(f"r{n}", n % 2, n % 2 * 0.8 + 0.1) for n in range(60)]
    evaluation.write("champion.csv", rows)
    evaluation.write("challenger.csv", [(k, y, s + n / 1e4) for n, (k, y, s) in enumerate(rows)])

    area, accuracy = evaluation.no_worse("roc-auc", 0.01), evaluation.no_worse("accuracy", 0.01)

    assert 0.0 == area.estimate == accuracy.estimate
    assert Verdict.INCONCLUSIVE == area.verdict == accuracy.verdict
    assert "square-and-add" == area.interval.method


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"margin": None}, "margin-missing"),
        ({"minimumGain": 0.1}, "margin-unused"),
        ({"mode": "superiority"}, "margin-unused"),
        ({"margin": 1.0}, "margin-too-wide"),
        ({"mode": "superiority", "margin": None, "minimumGain": 1.5}, "margin-too-wide"),
    ],
)
def test_a_spec_that_contradicts_itself_is_not_evaluated(evaluation, change, code):
    found = evaluation.no_worse(**({"margin": 0.05} | change))

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("change", [{"margin": -0.1}, {"metric": "auc"}, {"mode": "equal"}])
def test_a_spec_of_another_shape_does_not_bind(evaluation, change):
    with pytest.raises(ValidationError):
        evaluation.no_worse(**({"metric": "roc-auc", "margin": 0.1} | change))


def test_a_champion_that_is_not_named_is_not_beaten(evaluation):
    found = evaluation.better(champion=None)

    assert (Verdict.NOT_EVALUATED, "champion-missing") == (found.verdict, found.reason_code)


def test_the_record_counts_the_files_that_may_be_swapped_unseen(evaluation):
    digests = {
        f"{side}_digest": digest_bytes((evaluation.root / file).read_bytes())
        for side, file in (("predictions", "challenger.csv"), ("champion", "champion.csv"))
    }

    loose = dict(evaluation.better("roc-auc").facts)
    half = dict(evaluation.better("roc-auc", champion_digest=digests["champion_digest"]).facts)
    pinned = dict(evaluation.better("roc-auc", **digests).facts)

    assert (2.0, 1.0) == (loose["unpinnedFiles"], half["unpinnedFiles"])
    assert "unpinnedFiles" not in pinned
