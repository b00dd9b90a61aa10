"""No secret that people wrote into a registry or a card goes into a spec."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import dump, model, version, workspace

from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.importing import Fact, FoundMetric, FoundModel, FoundServing, Lost, without_secrets
from mlspec.reporting.imports import render_import_json

TOKEN = "hf_" + "a1B2" * 8
PLACES = {
    "name": {"name": TOKEN},
    "a fact": {"facts": {"owner": Fact(TOKEN, "f:1")}},
    "its source": {"facts": {"owner": Fact("me", f"tag {TOKEN}")}},
    "a key": {"tags": {TOKEN: "a"}},
    "a tag": {"tags": {"note": f"use {TOKEN}"}},
    "an alias": {"aliases": {"a": TOKEN}},
    "a service": {"serving": (FoundServing("kserve", "a", "b", f"r/{TOKEN}"),)},
    "data": {"data": (TOKEN,)},
    "features": {"features": (TOKEN,)},
    "a metric": {"metrics": (FoundMetric("f1", "1", TOKEN),)},
    "what is lost": {"lost": (Lost("f:1", f"no place for `{TOKEN}`"),)},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_is_hidden_wherever_it_stands_and_that_is_told(place):
    found = FoundModel(**{"system": "mlflow", "location": "x", "name": "churn", **PLACES[place]})

    hidden = without_secrets(found)

    assert TOKEN in repr(found)
    assert TOKEN not in repr(hidden)
    assert "a secret was left out" in hidden.lost[-1].why
    assert hidden == without_secrets(hidden)


def test_what_stands_under_the_name_of_a_secret_is_left_out_and_a_reference_is_not():
    tags = {"api_key": "correct-horse", "password": "${DB_PASSWORD}", "token": "", "team": "crm"}
    facts = {f"tags.{key}": Fact(value, key) for key, value in tags.items()}

    hidden = without_secrets(FoundModel("mlflow", "x", "churn", tags=tags, facts=facts))

    assert {**tags, "api_key": "left out: it may be a secret"} == dict(hidden.tags)
    assert "left out: it may be a secret" == hidden.facts["tags.api_key"].value
    assert 1 == len(hidden.lost)


def test_a_model_without_a_secret_stays_the_one_that_it_is():
    found = FoundModel("mlflow", "x", "churn", tags={"token": "${A}", "note": "sk- is no key"})
    assert found is without_secrets(found)


def test_an_import_with_secrets_is_valid_and_neither_spec_nor_report_shows_them(tmp_path):
    shop = workspace(tmp_path / "shop")
    churn = model("churn", tags={"hub": TOKEN, "password": "correct-horse", "team": "crm"})
    uri = "https://me:correct-horse@h/c.onnx"
    churn["aliases"] = [{"alias": "prod", "version": "1"}]
    source = dump(tmp_path / "d", [churn], [version("churn", source=uri)])

    report = import_models(ImportOptions("mlflow", str(source)), shop)

    text = (shop / "specs" / "imported" / "churn.yaml").read_text()
    for each in (text, render_import_json(report)):
        assert TOKEN not in each
        assert "correct-horse" not in each
    assert "    team: crm\n" in text
    assert [] == [e for e in validate(directory=shop).diagnostics if e.severity == "error"]
