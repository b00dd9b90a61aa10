"""Drift gates count tables in S3, from a real server; what is judged is pinned by its digest."""

from __future__ import annotations

import random
import sys

import pytest
from tests.aws_server import KEY, QUIET, aws, use_aws_server
from tests.unit.gates.test_data_drift import Windows

from mlspec.canonical import digest_file
from mlspec.errors import MissingExtraError
from mlspec.evidence import Verdict, digest_remote, is_remote, remote_problem
from mlspec.gates import (
    Binding,
    EvaluationInputs,
    evaluate_all,
    feature_names,
    load_gates,
    reasons,
    spec_difference,
)

pytestmark = QUIET
__all__ = ["aws"]


@pytest.fixture
def bucket(aws, monkeypatch):
    """Return how to put a file into a bucket of the server."""
    use_aws_server(aws, monkeypatch)
    from s3fs import S3FileSystem

    s3 = S3FileSystem(skip_instance_cache=True)
    s3.makedirs("lake", exist_ok=True)

    def put(path, key):
        s3.put(str(path), f"lake/{key}")
        return f"s3://lake/{key}"

    return put


def rows(seed, shift=0.0):
    noise = random.Random(seed)
    return [
        (f"r{seed}-{n}", f"{noise.gauss(shift, 1):.6f}", noise.choice("ab")) for n in range(1500)
    ]


@pytest.fixture
def windows(tmp_path, bucket):
    made = Windows(tmp_path)
    made.header = ("id", "age", "town")
    made.write("then.csv", rows(1))
    made.write("now.csv", rows(2))
    made.local = list(made.sources)
    made.sources = [
        {
            "name": name,
            "file": bucket(tmp_path / f"{name}.csv", f"day=1/{name}.csv"),
            "digest": digest_file(tmp_path / f"{name}.csv"),
        }
        for name in ("then", "now")
    ]
    return made


def record_of(windows, engine="auto", **change):
    gate = {
        "id": "drift",
        "type": "data-drift",
        "reference": "then",
        "current": "now",
        "features": [{"name": "*", "atMost": 0.3}],
        "ignore": ["id"],
    }
    spec = load_gates()["data-drift"].spec.model_validate(gate | change)
    inputs = EvaluationInputs.model_validate({"sources": windows.sources})
    binding = Binding("model/m", "sha256:1", "1", engine=engine)
    return evaluate_all([spec], inputs, windows.root, binding=binding), [spec], inputs


def test_a_table_in_s3_has_the_verdict_of_the_same_table_on_disk(windows):
    far, specs, inputs = record_of(windows)
    windows.sources = windows.local
    near, _, _ = record_of(windows, "duckdb")

    (found,), (same,) = far.results, near.results
    assert Verdict.PASS is found.verdict, found.reason
    assert (found.estimate, found.parts) == (same.estimate, same.parts)
    told = {each.name: (each.file, each.digest, each.engine) for each in far.materials}
    digest = digest_file(windows.root / "now.csv")
    assert ("s3://lake/day=1/now.csv", digest, "duckdb") == told["now"]
    assert "" == spec_difference(far, specs, inputs, feature_names(windows.root, specs, inputs))


def test_a_record_judged_again_takes_the_same_engine(windows):
    far, _, _ = record_of(windows)

    again, _, _ = record_of(windows, {each.name: each.engine for each in far.materials})

    assert far == again


def test_an_object_that_became_another_one_is_not_evaluated(windows, bucket):
    windows.write("now.csv", rows(3))
    bucket(windows.root / "now.csv", "day=1/now.csv")

    record, _, _ = record_of(windows)

    assert (Verdict.NOT_EVALUATED, "digest-mismatch") == outcome(record)


def outcome(record):
    (result,) = record.results
    return result.verdict, result.reason_code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"digest": None}, "remote-unpinned"),
        ({"file": "s3://lake/day=1/absent.csv"}, "unreadable-file"),
        ({"file": "s3://absent-bucket/now.csv"}, "unreadable-file"),
        ({"file": "s3://lake"}, "remote-address"),
        ({"file": "s3://ana:secret@lake/now.csv"}, "remote-address"),
        ({"file": "s3://lake/now.csv?X-Amz-Signature=0"}, "remote-address"),
        ({"file": "s3://lake/day=1/now.json", "format": "profile"}, "remote-rows"),
    ],
)
def test_what_cannot_be_read_from_s3_is_not_evaluated(windows, change, code):
    windows.sources[1] = {k: v for k, v in (windows.sources[1] | change).items() if v is not None}

    record, _, _ = record_of(windows)

    assert (Verdict.NOT_EVALUATED, code) == outcome(record)
    assert code in reasons()
    assert "secret" not in record.results[0].reason


@pytest.mark.parametrize("engine", ["numpy", "spark"])
def test_only_duckdb_reads_s3(windows, engine):
    record, _, _ = record_of(windows, engine)

    assert (Verdict.NOT_EVALUATED, "remote-rows") == outcome(record)


def test_rows_are_not_read_from_s3(windows):
    spec = {"id": "rows", "type": "data-quality", "source": "now", "rowsAtLeast": 1}
    spec = load_gates()["data-quality"].spec.model_validate(spec)
    inputs = EvaluationInputs.model_validate({"sources": windows.sources})

    record = evaluate_all([spec], inputs, windows.root, binding=Binding("m", "sha256:1", "1"))

    assert (Verdict.NOT_EVALUATED, "remote-rows") == outcome(record)


def test_a_pass_on_an_object_that_nobody_pinned_is_none(windows):
    record, specs, inputs = record_of(windows)
    loose = {"sources": [{k: v for k, v in e.items() if k != "digest"} for e in windows.sources]}

    assert "" == spec_difference(record, specs, inputs)
    unpinned = spec_difference(record, specs, EvaluationInputs.model_validate(loose))

    assert "gate drift passes without `then` as the spec states it" == unpinned


def test_a_missing_extra_names_what_to_install(windows, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)

    with pytest.raises(MissingExtraError, match="s3fs") as found:
        record_of(windows)

    assert 'mlspec-compiler[s3]"' in found.value.hint


def test_no_secret_stands_in_a_record(windows, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "")

    record, _, _ = record_of(windows)

    assert Verdict.NOT_EVALUATED is outcome(record)[0]
    assert KEY not in str(record.to_json())


def test_the_digest_is_that_of_the_bytes(windows):
    file = windows.root / "then.csv"

    assert digest_file(file) == digest_remote("s3://lake/day=1/then.csv")


@pytest.mark.parametrize("file", ["s3://b/key", "s3://UPPER/key", "s3://lake/", "s3:///key"])
def test_an_address_that_is_none_is_told(file):
    assert is_remote(file)
    assert "remote-address" == remote_problem(file).code
