"""What counts the tables of a drift gate is the user's choice; the verdict is not its own."""

from __future__ import annotations

import random

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import Verdict, read_record, write_record
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all

GATE = {
    "id": "drift",
    "type": "data-drift",
    "reference": "then",
    "current": "now",
    "features": [{"name": "*", "atMost": 0.1}],
    "ignore": ["id"],
}


@pytest.fixture
def folder(tmp_path):
    for seed, file in enumerate(("then.csv", "now.csv")):
        noise = random.Random(seed)
        lines = [
            f"{n},{round(noise.gauss(0, 1), 3) if n % 9 else ''},{noise.choice('aaabbc')}"
            for n in range(3000)
        ]
        (tmp_path / file).write_text("id,age,town\n" + "\n".join(lines) + "\n", "utf-8")
    return tmp_path


def judge(folder, engine, then="then.csv", **more):
    sources = [{"name": "then", "file": then}, {"name": "now", "file": "now.csv"}]
    return evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([GATE | more]),
        EvaluationInputs.model_validate({"sources": sources}),
        folder,
        binding=Binding("m", "sha256:1", "1", engine=engine),
    )


def test_the_numbers_are_those_of_memory(folder):
    near, far = judge(folder, "numpy"), judge(folder, "duckdb")

    assert Verdict.PASS is far.overall
    assert near.results == far.results
    assert [("now", ""), ("then", "")] == [(each.name, each.engine) for each in near.materials]
    assert {"duckdb"} == {each.engine for each in far.materials}
    assert far == read_record(write_record(far))


def test_what_counted_stands_in_the_record_so_that_it_can_be_made_again(folder):
    method = {"features": [{"name": "age", "atMost": 0.2}], "method": "ks"}
    mixed = judge(folder, {"now": "duckdb"}, **method)

    again = judge(folder, {e.name: e.engine for e in mixed.materials if e.engine}, **method)

    assert write_record(mixed) == write_record(again)
    assert {"now": "duckdb", "then": ""} == {e.name: e.engine for e in mixed.materials}


def test_memory_alone_is_taken_at_its_word(folder, monkeypatch):
    monkeypatch.setattr("mlspec.evidence._file.MAX_BYTES", 1000)

    verdicts = {engine: judge(folder, engine).overall for engine in ("numpy", "duckdb", "auto")}

    assert {"numpy": "not-evaluated", "duckdb": "pass", "auto": "pass"} == verdicts


@pytest.mark.parametrize("then", ["absent.csv", "../then.csv", "then.txt"])
def test_a_file_that_no_engine_may_count_has_its_reason(folder, then):
    (folder / "then.txt").write_text("age\n1\n", "utf-8")

    near, far = judge(folder, "numpy", then), judge(folder, "duckdb", then)

    assert Verdict.NOT_EVALUATED is far.overall
    assert near.results[0].reason_code == far.results[0].reason_code


def test_a_source_is_counted_for_drift_gates_alone(folder):
    quality = {"id": "whole", "type": "data-quality", "source": "now"}
    quality |= {"minimumRows": 100, "columns": [{"name": "town", "maximumNullShare": 0}]}
    sources = [{"name": name, "file": f"{name}.csv"} for name in ("then", "now")]
    found = {
        engine: evaluate_all(
            TypeAdapter(list[GateSpec]).validate_python([GATE, quality]),
            EvaluationInputs.model_validate({"sources": sources}),
            folder,
            binding=Binding("m", "sha256:1", "1", engine=engine),
        )
        for engine in ("numpy", "duckdb")
    }

    assert found["numpy"].results == found["duckdb"].results
    assert Verdict.PASS is found["duckdb"].overall
    assert {"duckdb"} == {each.engine for each in found["duckdb"].materials}


def test_an_infinite_value_stops_the_feature_that_holds_it_and_no_other(folder):
    lines = (folder / "now.csv").read_text("utf-8").splitlines()
    lines[7] = "6,inf,a"
    (folder / "now.csv").write_text("\n".join(lines) + "\n", "utf-8")

    (near,), (far,) = (judge(folder, each).results for each in ("numpy", "duckdb"))

    codes = [{each.name: (each.verdict, each.reason_code) for each in e.parts} for e in (near, far)]
    assert codes[0] == codes[1]
    assert (Verdict.NOT_EVALUATED, "not-finite") == codes[1]["age"]
    assert Verdict.PASS is codes[1]["town"][0]
    reason = next(each.reason for each in far.parts if each.name == "age")
    assert "`now.csv`: column `age`" in reason


def test_no_folder_of_the_machine_stands_in_a_reason(folder):
    (folder / "now.csv").write_text("id,age,town\n1,2,a\n1,2\n", "utf-8")

    (found,) = judge(folder, "duckdb").results

    assert Verdict.NOT_EVALUATED is found.verdict
    assert str(folder) not in found.reason
