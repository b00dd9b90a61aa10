from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest
from pydantic import TypeAdapter, ValidationError

import mlspec.gates
from mlspec.evidence import EvidenceStatus, Verdict, digest_materials, read_record, status
from mlspec.evidence import write_record as write
from mlspec.gates import (
    METRICS,
    EvaluationInputs,
    GateSpec,
    GateSpecBase,
    gates_digest,
    load_gates,
    problems,
)
from mlspec.schema import FieldClass, traits

FLOOR = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}
BETTER = {
    "id": "better",
    "type": "champion-challenger",
    "metric": "brier",
    "mode": "superiority",
    "required": False,
}


def bind(*gates):
    return TypeAdapter(tuple[GateSpec, ...]).validate_python(tuple(gates))


def test_the_record_holds_all_gates_in_order_of_id(evaluation):
    found = evaluation.record(FLOOR, BETTER)

    assert ["better", "floor"] == [result.gate for result in found.results]
    assert ["champion", "predictions"] == [each.name for each in found.materials]
    assert [1000, 1000] == [each.rows for each in found.materials]
    assert Verdict.PASS == found.overall


def test_the_same_files_give_the_same_bytes_whatever_the_order_of_gates(evaluation):
    assert write(evaluation.record(FLOOR, BETTER)) == write(evaluation.record(BETTER, FLOOR))
    assert evaluation.record(FLOOR, BETTER) == read_record(write(evaluation.record(BETTER, FLOOR)))


def test_an_advisory_gate_is_reported_and_not_counted(evaluation):
    hopeless = FLOOR | {"id": "advice", "atLeast": 0.9999, "required": False}

    found = evaluation.record(FLOOR, hopeless)

    assert [Verdict.FAIL, Verdict.PASS] == [result.verdict for result in found.results]
    assert Verdict.PASS == found.overall


def test_nothing_required_is_nothing_evaluated(evaluation):
    assert Verdict.NOT_EVALUATED == evaluation.record().overall
    assert Verdict.NOT_EVALUATED == evaluation.record(FLOOR | {"required": False}).overall


def test_a_model_without_digest_is_not_evaluated(evaluation):
    found = evaluation.record(FLOOR, subject_digest="")

    assert (Verdict.NOT_EVALUATED, "subject-missing") == (
        found.overall,
        found.results[0].reason_code,
    )


def test_two_gates_of_one_name_are_not_evaluated(evaluation):
    found = evaluation.record(FLOOR, FLOOR | {"atLeast": 0.1})

    assert ["duplicate-gate"] * 2 == [result.reason_code for result in found.results]
    assert Verdict.NOT_EVALUATED == found.overall


def test_a_model_without_inputs_is_not_evaluated(tmp_path):
    found = mlspec.gates.evaluate_all(
        bind(FLOOR, BETTER),
        None,
        tmp_path,
        binding=mlspec.gates.Binding("model/x", "sha256:0", "0"),
    )

    assert {"inputs-missing"} == {result.reason_code for result in found.results}
    assert () == found.materials


def test_a_file_that_was_read_in_vain_is_a_material_all_the_same(evaluation):
    evaluation.write("challenger.csv", [])

    found = evaluation.record(FLOOR)

    assert "empty-file" == found.results[0].reason_code
    assert [None] == [each.rows for each in found.materials if each.name == "predictions"]


def test_evidence_goes_stale_when_a_file_changes(evaluation):
    record = evaluation.record(FLOOR)

    def now():
        return status(
            record,
            subject_digest=record.subject_digest,
            gates_digest=record.gates_digest,
            current_digests=digest_materials(record, evaluation.root),
        )[0]

    before = now()
    evaluation.write("champion.csv", evaluation.read("champion.csv")[1:])

    assert (EvidenceStatus.PRESENT, EvidenceStatus.STALE) == (before, now())


def test_the_digest_of_gates_covers_every_word_and_no_order():
    first, second = bind(FLOOR, BETTER)
    inputs = EvaluationInputs(predictions="p.csv")
    digest = gates_digest((first, second), inputs)

    assert digest == gates_digest((second, first), inputs)
    others = [
        gates_digest((first,), inputs),
        gates_digest((first, second), None),
        gates_digest((first, second), EvaluationInputs(predictions="q.csv")),
        gates_digest((*bind(FLOOR | {"atLeast": 0.5}), second), inputs),
    ]
    assert len({digest, *others}) == len(others) + 1


def test_the_seed_of_a_resampled_gate_follows_from_its_name_and_files(evaluation):
    gate = BETTER | {"id": "first"}

    (first,) = evaluation.record(gate).results
    (again,) = evaluation.record(gate).results
    (other,) = evaluation.record(gate | {"id": "second"}).results

    assert first.interval == again.interval
    assert first.interval != other.interval
    assert first.estimate == other.estimate


def test_problems_name_the_value_to_change():
    (spec,) = bind(FLOOR | {"atLeast": 92})

    (problem,) = problems(spec)

    assert (("atLeast",), "bound-out-of-range") == (problem.path, problem.reason.code)
    assert () == problems(bind(FLOOR)[0])


def test_gates_are_found_and_told_apart_by_their_type():
    assert {"champion-challenger", "metric-threshold"} <= set(load_gates())
    assert sorted(load_gates()) == list(load_gates())
    assert ["metric-threshold", "champion-challenger"] == [
        spec.gate_type for spec in bind(FLOOR, BETTER)
    ]
    with pytest.raises(ValidationError, match="union_tag_invalid"):
        bind(FLOOR | {"type": "guess"})


def test_every_field_says_what_a_change_of_it_means():
    specs = [gate.spec for gate in load_gates().values()]

    for model in (GateSpecBase, EvaluationInputs, *specs):
        for name, field in model.model_fields.items():
            declared = traits(field)
            assert declared is not None, name
            assert FieldClass.GATE == declared.field_class
            assert field.description.endswith(".")


def test_every_metric_of_a_comparison_is_known():
    schema = TypeAdapter(load_gates()["champion-challenger"].spec).json_schema()

    assert sorted(METRICS) == schema["properties"]["metric"]["enum"]


def run_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_binding_gates_imports_no_numpy_and_no_pyarrow():
    found = run_python("""
        import sys
        import mlspec.gates
        from mlspec.kinds import model
        assert list(mlspec.gates.load_gates())
        sys.exit(bool({"numpy", "pyarrow"} & set(sys.modules)))
    """)

    assert (0, "") == (found.returncode, found.stderr)


PLUGIN = '''
from typing import Literal
from mlspec.evidence import GateResult, Verdict
from mlspec.gates import Gate, GateSpecBase
from mlspec.schema import FieldClass, declare

class Always(GateSpecBase):
    """Passes."""

    type: Literal["always"] = declare("Type.", FieldClass.GATE)

def require(spec):
    return "nothing"

def check(spec):
    return iter(())

def evaluate(spec, inputs):
    return GateResult(spec.id, "always", Verdict.PASS, "nothing")

GATE = Gate("always", Always, "Passes.", check=check, evaluate=evaluate, require=require)
'''


def install_plugin(folder, code):
    (folder / "plugin_gate.py").write_text(code)
    metadata = folder / "plugin_gate-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin-gate\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[mlspec.gates]\nalways = plugin_gate\n")


@pytest.mark.parametrize("first", ["import plugin_gate", "import mlspec.gates"])
def test_a_gate_of_a_plug_in_package_needs_no_change_here(tmp_path, first):
    install_plugin(tmp_path, PLUGIN)

    found = run_python(
        first
        + textwrap.dedent("""
            import pathlib
            from pydantic import TypeAdapter
            from mlspec.gates import Binding, GateSpec, evaluate_all

            specs = TypeAdapter(list[GateSpec]).validate_python([{"id": "a", "type": "always"}])
            binding = Binding("model/x", "sha256:0", "0")
            print(evaluate_all(specs, None, pathlib.Path(), binding=binding).overall)
        """),
        PYTHONPATH=str(tmp_path),
    )

    assert ("pass\n", "") == (found.stdout, found.stderr)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("GATE = 3", "is not a gate"),
        ("x = 3", "defines no `GATE`"),
        (PLUGIN.replace('Gate("always"', 'Gate("metric-threshold"'), "two gates have the type"),
    ],
)
def test_a_broken_plug_in_is_named(tmp_path, code, words):
    install_plugin(tmp_path, code)

    found = run_python(
        """
        from mlspec.errors import UsageError
        from mlspec.gates import load_gates
        try:
            load_gates()
        except UsageError as error:
            print(error)
        """,
        PYTHONPATH=str(tmp_path),
    )

    assert words in found.stdout


def test_an_absent_name_of_the_package_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        _ = mlspec.gates.absent
