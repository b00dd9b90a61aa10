"""The data of the example: what the specs say about files is true, and the script makes them."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlspec.syntax import SourceText, parse

EXAMPLES = Path(__file__).parents[2] / "examples"
COUNTY = EXAMPLES / "county"
REFUSED = COUNTY / "refused"
SPECS = sorted((COUNTY / "specs").rglob("*.yaml"))
MEGABYTES_SHIPPED = 2.0
SCRATCH = frozenset({".mlspec", ".venv-example", "__pycache__", "build", "evidence"})


def sha256(path):
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def shipped():
    files = (each for each in EXAMPLES.rglob("*") if each.is_file())
    return [each for each in files if not SCRATCH & set(each.relative_to(EXAMPLES).parts)]


def load(path):
    return [each.data for each in parse(SourceText(path.name, path.read_bytes())).documents]


def specs(kind, paths=SPECS):
    documents = [each for path in paths for each in load(path)]
    return {each["metadata"]["name"]: each["spec"] for each in documents if each["kind"] == kind}


def named_files():
    """Yield each file that a spec names, with the digest stated beside it."""
    for name, spec in specs("Dataset").items():
        yield f"dataset/{name}", spec["uri"], spec["digest"]
    for name, spec in specs("Model").items():
        yield f"model/{name}", spec["artifact"]["uri"], spec["artifact"]["digest"]
        evaluation = spec["evaluation"]
        for field in ("predictions", "champion", "labels", "metrics"):
            if field in evaluation:
                yield f"model/{name}", evaluation[field], evaluation[f"{field}Digest"]
        for source in evaluation.get("sources", []):
            yield f"model/{name}", source["file"], source["digest"]


def refused_files():
    """Yield the same of the two challengers that gates stop."""
    for spec in specs("Model", [REFUSED / "specs" / "challengers.yaml"]).values():
        yield spec["artifact"]["uri"], spec["artifact"]["digest"]
        for field in ("predictions", "champion"):
            yield spec["evaluation"][field], spec["evaluation"][f"{field}Digest"]


@pytest.mark.parametrize(("address", "file", "digest"), list(named_files()))
def test_a_digest_in_a_spec_is_the_digest_of_the_shipped_file(address, file, digest):
    path = (COUNTY / file).resolve()

    assert path.is_relative_to(COUNTY), address
    assert sha256(path) == digest, address


@pytest.mark.parametrize(("file", "digest"), list(refused_files()))
def test_a_digest_of_a_refused_challenger_is_that_of_the_shipped_file(file, digest):
    assert sha256(REFUSED / file) == digest


@pytest.mark.parametrize("name", sorted(specs("Dataset")))
def test_a_data_set_has_the_rows_and_columns_that_its_spec_states(name):
    spec = specs("Dataset")[name]
    columns = read_columns(COUNTY / spec["uri"])

    assert {len(values) for values in columns.values()} == {spec["rows"]}
    assert {each["name"] for each in spec["columns"]} <= columns.keys()


def test_training_and_held_out_rows_are_different_rows():
    for pair in ("acs-ma-2015 acs-ma-2016", "digits-train digits-holdout"):
        key = "person_id" if pair.startswith("acs") else "row_id"
        first, second = (read_columns(COUNTY / "data" / f"{n}.parquet") for n in pair.split())
        assert not set(first[key]) & set(second[key])
    for name in ("aspirates", "diabetes"):
        parts = (read_columns(COUNTY / f"data/{name}-{part}.csv") for part in ("train", "holdout"))
        assert not set.intersection(*(set(each["row_id"]) for each in parts))


def test_every_data_file_has_a_source_and_a_licence_beside_it():
    sources = (COUNTY / "data" / "SOURCES.md").read_text(encoding="utf-8")
    patterns = re.findall(r"`([a-z0-9*-]+\.(?:csv|parquet))`", sources)
    files = {each for each in (COUNTY / "data").iterdir() if each.suffix in {".csv", ".parquet"}}

    assert {each for pattern in patterns for each in (COUNTY / "data").glob(pattern)} == files
    for licence in ("public domain", "Apache-2.0", "BSD-3-Clause"):
        assert licence in sources
    assert "Neither the name" in (COUNTY / "data" / "LICENSE.scikit-learn").read_text("utf-8")


def test_the_examples_stay_small():
    assert sum(each.stat().st_size for each in shipped()) < MEGABYTES_SHIPPED * 1e6


def test_artifacts_hold_numbers_and_nothing_that_runs():
    for spec in specs("Model").values():
        content = (COUNTY / spec["artifact"]["uri"]).read_bytes()
        size = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + size])
        tensors = {name: each for name, each in header.items() if name != "__metadata__"}

        assert spec["artifact"]["format"] == "safetensors"
        assert {each["dtype"] for each in tensors.values()} == {"F64"}
        assert len(content) == 8 + size + max(each["data_offsets"][1] for each in tensors.values())


@pytest.fixture(scope="module")
def remade(tmp_path_factory):
    for package in ("numpy", "pyarrow", "safetensors", "sklearn"):
        pytest.importorskip(package)
    folder = tmp_path_factory.mktemp("remade")
    command = [sys.executable, str(COUNTY / "make_predictions.py"), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


def test_the_script_makes_every_shipped_artifact_and_prediction(remade):
    def below(root):
        names = ("models", "evaluation")
        folders = [home / name for home in (root, root / "refused") for name in names]
        found = (each for folder in folders for each in folder.rglob("*") if each.is_file())
        return sorted(each.relative_to(root).as_posix() for each in found)

    assert below(COUNTY) == below(remade)


def test_the_command_in_the_readme_makes_the_shipped_profile(mlspec, tmp_path):
    readme = (COUNTY / "README.md").read_text("utf-8")
    line = re.search(r"^mlspec (gate profile (?:.*\\\n)*.*)$", readme, re.MULTILINE)
    assert line
    made = tmp_path / "profile.json"
    words = [
        str(made) if each == "data/training-profile.json" else each
        for each in line[1].replace("\\\n", " ").split()
    ]
    words[2] = str(COUNTY / words[2])

    mlspec(*words).expect(0)

    assert (COUNTY / "data" / "training-profile.json").read_bytes() == made.read_bytes()


EVALUATED = sorted(
    {file for _, file, _ in named_files() if file.startswith("evaluation/")}
    | {f"refused/{file}" for file, _ in refused_files() if file.startswith("evaluation/")}
)


@pytest.mark.parametrize("file", EVALUATED)
def test_the_script_reproduces_what_is_shipped(remade, file):
    # Another processor or library may move the last digits, and so the bytes.
    if file.endswith(".json"):
        shipped_metrics, made = (json.loads((at / file).read_text()) for at in (COUNTY, remade))
        assert made == pytest.approx(shipped_metrics, abs=0.01)
        return
    expected, made = read_columns(COUNTY / file), read_columns(remade / file)
    assert list(expected) == list(made)
    for name, values in expected.items():
        if file.startswith("evaluation/form-digit-reader/") and name == "prediction":
            same = sum(a == b for a, b in zip(values, made[name], strict=True))
            assert same >= 0.98 * len(values)
        else:
            assert made[name] == pytest.approx(values, rel=1e-3, abs=1e-3)


def read_columns(path):
    """Return the columns of a data file as lists of numbers."""
    if path.suffix == ".parquet":
        table = pytest.importorskip("pyarrow.parquet").read_table(path)
        return {name: table[name].to_pylist() for name in table.column_names}
    with path.open(encoding="ascii", newline="") as stream:
        header, *rows = csv.reader(stream)
    columns = zip(*rows, strict=True)
    return {
        name: [float(each) for each in values] for name, values in zip(header, columns, strict=True)
    }
