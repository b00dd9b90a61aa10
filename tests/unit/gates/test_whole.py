"""A part that no spec names can't be struck from a record, however well the rest is adjusted."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import Verdict, worst
from mlspec.gates import EvaluationInputs, GateSpec, feature_names, spec_difference

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GROUPS = {"id": "g", "type": "fairness", "groups": [{"column": "town"}], "minimumGroupRows": 30}
CASES = {
    "slices": {
        "id": "g",
        "type": "slices",
        "metric": "accuracy",
        "by": [{"column": "town"}, {"column": "sex"}],
        "atLeast": 0.05,
        "smallSlices": "report",
    },
    "compared": {
        "id": "g",
        "type": "slices",
        "metric": "roc-auc",
        "by": [{"column": "town"}],
        "mode": "non-inferiority",
        "margin": 0.9,
        "smallSlices": "report",
    },
    "ratio": GROUPS | {"metric": "selection-rate-ratio", "atLeast": 0.05},
    "crossed": GROUPS
    | {
        "metric": "selection-rate-difference",
        "atMost": 0.95,
        "groups": [{"column": "town"}, {"column": "sex"}],
        "intersections": True,
        "smallGroups": "report",
    },
    "reference": GROUPS
    | {
        "metric": "selection-rate-difference",
        "atMost": 0.95,
        "groups": [{"column": "town", "reference": "b"}],
    },
    "opportunity": GROUPS | {"metric": "equal-opportunity", "atMost": 0.95},
    "odds": GROUPS
    | {
        "metric": "equalised-odds",
        "atMost": 0.95,
        "minimumGroupPositives": 10,
        "minimumGroupNegatives": 10,
    },
    "small": GROUPS
    | {"metric": "equalised-odds", "atMost": 0.95, "smallGroups": "report", "minimumGroupRows": 99},
    "error": GROUPS | {"metric": "calibration-error", "atMost": 0.9, "groups": [{"column": "sex"}]},
    "bins": {"id": "g", "type": "calibration", "metric": "mce", "atMost": 0.95, "bins": 4},
    "drift": {
        "id": "g",
        "type": "data-drift",
        "reference": "then",
        "current": "now",
        "features": [{"name": "*", "atMost": 0.9}],
        "ignore": ["id"],
    },
    "attacks": {
        "id": "g",
        "type": "attack-resistance",
        "source": "attacks",
        "family": "family",
        "submitted": "submitted",
        "broken": "broken",
        "atLeast": 0.5,
    },
    "windows": {
        "id": "g",
        "type": "concept-drift",
        "metric": "accuracy",
        "current": "log",
        "labelDelayDays": 1,
        "windowDays": 10,
        "windows": 3,
        "margin": 0.9,
    },
}


@pytest.fixture
def judged(evaluation):
    """Return a record that passes, the specs, the inputs and the features of references."""
    noise = random.Random(4)
    rows = []
    for n in range(1200):
        label = int(noise.random() < 0.5)
        score = min(1.0, max(0.0, round(noise.gauss(0.4 + 0.2 * label, 0.2), 6)))
        town = "d" if n < 60 else "abc"[n % 3]
        rows.append((f"r{n}", label, score, town, "mf"[n % 2]))
    header = ("id", "label", "score", "town", "sex")
    evaluation.write("challenger.csv", rows, header)
    worse = [(key, y, round(0.9 * x + 0.05 * noise.random(), 6)) for key, y, x, *_ in rows]
    evaluation.write("champion.csv", worse)
    for name in ("then", "now"):
        cells = [(f"{name}{n}", *(noise.gauss(0, 1) for _ in "abc")) for n in range(1500)]
        evaluation.write(f"{name}.csv", cells, ("id", "a", "b", "c"))
    evaluation.write("attacks.csv", attacks(), ("id", "family", "submitted", "broken"))
    times = [NOW - timedelta(days=31 * n / 1200) for n in range(1200)]
    log = [(f"p{n}", *rows[n - 400][1:3], times[n].isoformat()) for n in range(1200)]
    evaluation.write("log.csv", log, ("id", "label", "score", "predicted_at"))
    sources = [{"name": e, "file": f"{e}.csv"} for e in ("then", "now", "attacks", "log")]

    def run(name):
        gate = CASES[name]
        if name == "windows":
            before = [(f"q{n}", n % 2, 0.3 + n % 7 / 17) for n in range(900)]
            evaluation.write("reference.csv", before)
        inputs = {"sources": sources}
        inputs |= {"predictions": "reference.csv", "champion": None} if name == "windows" else {}
        record = evaluation.record(gate, as_of=NOW.isoformat(), **inputs)
        read = EvaluationInputs.model_validate(evaluation.inputs | inputs)
        specs = TypeAdapter(list[GateSpec]).validate_python([gate])
        return record, specs, read, feature_names(evaluation.root, specs, read)

    return run


def attacks():
    return [(f"{family}{n}", family, 1, int(n == 0)) for family in "xyz" for n in range(60)]


def without(result, kept):
    """Return a result of these parts alone, with everything that follows from them made anew."""
    spare = {"smallSlices", "smallGroups"}
    deciding = [e for e in kept if e.estimate is not None] or list(kept)
    verdict = worst(each.verdict for each in deciding)
    told = next((each for each in deciding if each.verdict is verdict), None)
    names = {each.name for each in kept}
    facts = {
        name: value
        for name, value in result.facts
        if not name.startswith("adjustedP.") or name.removeprefix("adjustedP.") in names
    }
    counted = next((e for e in ("slices", "comparisons", "bins") if e in facts), None)
    if counted is not None:
        facts[counted] = float(len(kept)) - sum(facts.get(each, 0) for each in spare)
    return replace(
        result,
        verdict=verdict,
        parts=tuple(kept),
        facts=tuple(sorted(facts.items())),
        estimate=told and told.estimate,
        interval=told and told.interval,
    )


@pytest.mark.parametrize("name", CASES)
def test_no_part_can_be_struck_from_a_record(judged, name):
    record, specs, inputs, features = judged(name)
    (result,) = record.results
    assert Verdict.PASS is result.verdict, result.reason
    assert len(result.parts) > 1

    for count in range(max(1, len(result.parts) - 2), len(result.parts)):
        for kept in combinations(result.parts, count):
            edited = replace(record, results=(without(result, kept),))

            assert "gate g" in spec_difference(edited, specs, inputs, features)


@pytest.mark.parametrize("name", ["slices", "ratio", "bins"])
@pytest.mark.parametrize("rows", [None, 1199])
def test_rows_of_the_predictions_are_those_of_the_parts(judged, name, rows):
    record, specs, inputs, features = judged(name)
    changed = tuple(
        replace(each, rows=rows) if each.name == "predictions" else each
        for each in record.materials
    )

    found = spec_difference(replace(record, materials=changed), specs, inputs, features)

    assert f"are of 1200 rows, and there are {rows or 0}" in found


def test_attacks_of_no_family_are_among_all(judged, evaluation):
    rows = [*attacks(), ("lone", "", 1, 0)]
    evaluation.write("attacks.csv", rows, ("id", "family", "submitted", "broken"))

    source = {"name": "attacks", "file": "attacks.csv"}
    found = evaluation.result(CASES["attacks"], sources=[source])

    assert Verdict.NOT_EVALUATED is found.verdict  # an empty cell is no family


def test_attacks_without_families_are_told_as_such(evaluation):
    evaluation.write("attacks.csv", attacks(), ("id", "family", "submitted", "broken"))
    gate = {key: value for key, value in CASES["attacks"].items() if key != "family"}

    found = evaluation.result(gate, sources=[{"name": "attacks", "file": "attacks.csv"}])

    assert ("any",) == tuple(each.name for each in found.parts)
    assert (("withoutFamily", 180.0),) == found.facts


def test_a_group_that_is_small_in_two_rates_has_two_names(judged):
    record, *_ = judged("small")
    (result,) = record.results

    small = [each.name for each in result.parts if each.reason_code == "small-group"]

    assert ["town true positive rate: `d`", "town false positive rate: `d`"] == small


def test_the_header_of_a_reference_tells_its_features(judged):
    *_, features = judged("drift")

    assert {"then": ("id", "a", "b", "c")} == features
    assert {} == judged("slices")[-1]


@pytest.mark.parametrize("text", [b"", b'"a', b"\xff\xfe", b"a,b\n1,2\n"])
def test_a_file_that_is_not_sound_has_no_features_or_those_it_names(judged, evaluation, text):
    _, specs, inputs, _ = judged("drift")
    (evaluation.root / "then.csv").write_bytes(text)

    found = feature_names(evaluation.root, specs, inputs)["then"]

    assert set(found) <= {"a", "b", "\ufffd\ufffd"}


def test_a_reference_that_is_gone_has_no_features(judged, evaluation):
    _, specs, inputs, _ = judged("drift")
    (evaluation.root / "then.csv").unlink()

    assert {"then": ()} == feature_names(evaluation.root, specs, inputs)
