"""Descriptions of data sets: pinned files, columns, and what is known to be missing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from tests.contract import tools
from tests.unit.reporting.sheets import DIGEST, PEOPLE

from mlspec.reporting.exports_croissant import render_croissant
from mlspec.resources import data_path

IN_MLCROISSANT = tools.ROOT / "tests" / "contract" / "in_mlcroissant.py"
SCHEMA = json.loads((data_path("schemas") / "v1" / "export-croissant.json").read_text("utf-8"))
SMALLEST = replace(
    PEOPLE, description="", version="", owner="", start="", end="", columns=(), licence="",
    origin="", preparation="", gaps=(), derived_from=(), format="json",
)  # fmt: skip


def described(sheet):
    return json.loads(render_croissant(sheet))


@pytest.mark.parametrize("sheet", [PEOPLE, SMALLEST, replace(PEOPLE, format="parquet")])
def test_it_fits_the_published_schema(sheet):
    Draft202012Validator(SCHEMA).validate(described(sheet))


@pytest.mark.parametrize("member", ["name", "conformsTo", "distribution", "@context"])
def test_the_schema_notices_what_is_gone(member):
    broken = described(PEOPLE)
    del broken[member]

    assert list(Draft202012Validator(SCHEMA).iter_errors(broken))


def test_the_file_is_pinned_by_its_sha256():
    (file,) = described(PEOPLE)["distribution"]

    assert file["sha256"] == DIGEST.removeprefix("sha256:")
    assert file["contentUrl"] == "data/people%202025.csv"
    assert file["name"] == "people 2025.csv"
    assert file["encodingFormat"] == "text/csv"


def test_columns_are_read_from_the_file():
    (rows,) = described(PEOPLE)["recordSet"]

    assert [(each["@id"], each["dataType"]) for each in rows["field"]] == [
        ("rows/age", "sc:Integer"),
        ("rows/left", "sc:Boolean"),
    ]
    assert rows["field"][0]["source"] == {
        "fileObject": {"@id": "file"},
        "extract": {"column": "age"},
    }


def test_columns_of_json_are_not_told_for_nobody_said_where_they_are():
    assert "recordSet" not in described(replace(PEOPLE, format="json"))


def test_gaps_collection_and_protected_columns_are_in_the_vocabulary_for_responsible_ai():
    found = described(PEOPLE)

    assert found["rai:dataLimitations"] == ["Nobody without a telephone."]
    assert found["rai:dataCollection"] == "Asked by telephone."
    assert found["rai:dataPreprocessingProtocol"] == ["Rows without an answer were dropped."]
    assert found["rai:personalSensitiveInformation"] == ["age"]


def test_what_nobody_stated_is_not_there():
    found = described(SMALLEST)

    assert found.keys() == {"@context", "@type", "conformsTo", "name", "distribution"}


def test_a_known_licence_is_an_address_and_another_one_a_text():
    assert described(PEOPLE)["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert described(replace(PEOPLE, licence="Ours,\nask"))["license"] == "Ours, ask"


@pytest.mark.conformance
@pytest.mark.parametrize("sheet", [PEOPLE, replace(PEOPLE, format="parquet")])
def test_the_library_of_croissant_reads_it(sheet, tmp_path):
    file = tmp_path / "data.json"
    file.write_text(render_croissant(sheet), encoding="utf-8")

    read = tools.answer("oracles-python", IN_MLCROISSANT, file)

    assert read["errors"] == []
    assert read["name"] == "people-2025"
    assert read["sha256"] == [DIGEST.removeprefix("sha256:")]
    assert read["limitations"] == ["Nobody without a telephone."]


@pytest.mark.conformance
def test_the_library_of_croissant_refuses_a_field_of_nowhere(tmp_path):
    told = json.loads(render_croissant(PEOPLE))
    told["distribution"][0]["@id"] = "another"
    file = tmp_path / "data.json"
    file.write_text(json.dumps(told), encoding="utf-8")

    assert tools.attempt("oracles-python", IN_MLCROISSANT, file).returncode != 0
