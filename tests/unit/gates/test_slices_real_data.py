"""Slices of real predictions, where the shared data lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow import csv
from pydantic import TypeAdapter

from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all

ADULT = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "adult"


@pytest.mark.skipif(not ADULT.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("column", ["sex", "race"])
def test_slices_of_adult_have_the_accuracies_that_counting_gives(column):
    names = {"challenger": "challenger_predictions.parquet", "groups": "groups.parquet"}
    gate = {"id": "s", "type": "slices", "metric": "accuracy", "atLeast": 0.8}
    gate |= {"by": [{"column": column}], "source": "groups", "key": "row_id"}
    inputs = {
        "predictions": names["challenger"],
        "labels": "labels.csv",
        "key": "row_id",
        "prediction": "prediction",
        "sources": [{"name": "groups", "file": names["groups"]}],
    }

    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate(inputs),
        ADULT,
        binding=Binding("model/real", "sha256:0", "0"),
    )

    classes, groups = (pq.read_table(ADULT / each) for each in names.values())
    labels = csv.read_csv(ADULT / "labels.csv")
    joined = groups.join(classes.join(labels, "row_id"), "row_id")
    right = pc.equal(joined["prediction"], joined["label"]).cast("float64")
    table = joined.append_column("right", right).group_by(column).aggregate([("right", "mean")])
    expected = {
        f"{column}: `{name}`": pytest.approx(mean, abs=1e-11)
        for name, mean in zip(
            table[column].to_pylist(), table["right_mean"].to_pylist(), strict=True
        )
    }
    (result,) = record.results
    assert expected == {each.name: each.estimate for each in result.parts}
    assert 17095 == sum(dict(each.counts)["rows"] for each in result.parts)
