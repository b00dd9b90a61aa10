"""Bills of materials: accepted by the schema of CycloneDX, and the same for the same model."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract import tools
from tests.unit.reporting.sheets import BARE, DIGEST, FULL, PEOPLE

from mlspec.ir import Measure, PartSheet
from mlspec.reporting.exports_cyclonedx import render_bill

VERSION = "1.2.3"


@pytest.fixture(scope="module")
def validator():
    schema, validation = map(
        tools.require_module, ("cyclonedx.schema", "cyclonedx.validation.json")
    )
    return validation.JsonStrictValidator(schema.SchemaVersion.V1_6)


def bill(sheet, day=""):
    return json.loads(render_bill(sheet, VERSION, day))


def model(sheet):
    return bill(sheet)["metadata"]["component"]


@pytest.mark.parametrize("sheet", [FULL, BARE])
@pytest.mark.parametrize("day", ["", "2026-11-21"])
def test_the_schema_of_cyclonedx_accepts_it(validator, sheet, day):
    assert validator.validate_str(render_bill(sheet, VERSION, day)) is None


def test_a_bill_that_says_more_than_the_schema_knows_is_noticed(validator):
    broken = bill(FULL)
    broken["metadata"]["component"]["modelCard"]["considerations"]["approvals"] = ["ana"]

    assert validator.validate_str(json.dumps(broken)) is not None


def test_the_model_is_named_with_its_bytes():
    found = model(FULL)

    assert found["type"] == "machine-learning-model"
    assert (found["name"], found["version"]) == ("churn", "v2")
    assert found["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]


def test_values_are_texts_with_slice_and_interval():
    metrics = model(FULL)["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]

    assert metrics[0] == {
        "type": "roc-auc",
        "value": "0.7400076617",
        "confidenceInterval": {"lowerBound": "0.7293458", "upperBound": "0.7506695"},
    }
    assert metrics[1]["slice"] == "sex: `2` / `1`"
    assert metrics[2]["type"] == "difference of accuracy"


def test_a_model_without_evidence_has_no_metrics_and_says_why():
    found = model(BARE)

    assert "quantitativeAnalysis" not in found["modelCard"]
    told = {each["name"]: each["value"] for each in found["properties"]}
    assert told["mlspec:evidence-missing"] == "no gates were judged"


def test_data_and_parts_are_components_that_the_model_depends_on():
    found = bill(FULL)

    by_name = {each["name"]: each for each in found["components"]}
    assert by_name["people-2025"]["data"][0]["sensitiveData"] == ["age"]
    assert by_name["people-2025"]["licenses"] == [{"license": {"id": "CC-BY-4.0"}}]
    assert "hashes" not in by_name["people-2024"]
    assert by_name["embedding"]["supplier"] == {"name": "Others Ltd"}
    references = [each["bom-ref"] for each in found["components"]]
    assert found["dependencies"][0]["dependsOn"] == sorted(references)


def test_a_licence_outside_of_the_list_stays_a_text(validator):
    sheet = replace(FULL, data=(replace(PEOPLE, licence="Ours,\nsee below"),))

    text = render_bill(sheet, VERSION)
    assert {"license": {"name": "Ours, see below"}} in json.loads(text)["components"][0]["licenses"]
    assert validator.validate_str(text) is None


def test_an_address_that_is_none_is_quoted(validator):
    text = render_bill(replace(FULL, uri="a b\\c|d.onnx"), VERSION)

    (link, *_) = json.loads(text)["metadata"]["component"]["externalReferences"]
    assert link["url"] == "a%20b%5Cc%7Cd.onnx"
    assert validator.validate_str(text) is None


def test_there_is_a_time_only_where_a_day_is_named():
    assert "timestamp" not in bill(FULL)["metadata"]
    assert bill(FULL, "2026-11-21")["metadata"]["timestamp"] == "2026-11-21T00:00:00Z"


def test_the_serial_number_is_that_of_what_the_bill_says():
    number = bill(FULL)["serialNumber"]

    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}", number
    )
    assert bill(replace(FULL))["serialNumber"] == number
    assert bill(replace(FULL, digest=DIGEST.replace("ab", "ac")))["serialNumber"] != number


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=40),
    value=st.floats(allow_nan=False, allow_infinity=False),
    level=st.none() | st.floats(0, 1),
)
def test_any_words_and_numbers_give_a_valid_bill(validator, text, value, level):
    measure = Measure("g", "slices", "x", value, text, level, level, level)
    sheet = replace(
        FULL,
        purpose=text,
        limitations=(text,),
        contact=text,
        uri=text,
        repository=text,
        measures=(measure,),
        parts=(PartSheet("p", text, text, text),),
    )
    text = render_bill(sheet, VERSION)

    assert validator.validate_str(text) is None
    metrics = json.loads(text)["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]
    assert float(metrics["performanceMetrics"][0]["value"]) == value


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("models/a.onnx", "models/a.onnx"),
        ("s3://bucket/a b.onnx", "s3://bucket/a%20b.onnx"),
        ("https://example.org:8443/a%20b?c=d#e", "https://example.org:8443/a%20b?c=d#e"),
        ("%", "%25"),
        (":x", "%3Ax"),
        ("1:x", "1%3Ax"),
        ("//[x", "/%2F%5Bx"),
        ("http://a:b", "http:/%2Fa:b"),
        ("a#b#c", "a#b%23c"),
    ],
)
def test_an_address_is_a_reference_whatever_is_written(validator, written, shown):
    bill = render_bill(replace(FULL, uri=written, repository=written), VERSION)

    assert validator.validate_str(bill) is None
    assert f'"url": "{shown}"' in bill
