"""The data side: contracts, features and registrations, and why some are missing."""

from __future__ import annotations

import pytest
from tests.cases.data_side import lowered

from mlspec.ir import Consumer, Entity, Field


def told(target, **changes):
    return [(each.code, each.message) for each in lowered(**changes).concerning([target])]


def codes(target, **changes):
    return [code for code, _ in told(target, **changes)]


def contract(**changes):
    (found,) = (each for each in lowered(**changes).bundle.contracts if each.path)
    return found


def test_a_contract_tells_what_a_model_takes_and_answers():
    found = contract()

    assert ("late-return", "v3", "v1.2", "lending") == (
        found.model,
        found.version,
        found.contract_version,
        found.owner,
    )
    assert ("/v1/predict", "late-return.ml.example.org") == (found.path, found.host)
    assert ["loans_per_year", "joined_at", "language", "titles"] == [
        each.name for each in found.inputs
    ]
    assert Field("days", "int", -3.0, 60.0, "Days late.") == found.outputs[1]
    assert (Consumer("front-desk", "lending"), Consumer("reminders", "lending")) == found.consumers


SERVED = "{mode: online, image: 'r.example.org/late@sha256:" + "a" * 64 + "', backend: %s}"
BLUE_GREEN = "{strategy: blue-green, previewMinutes: 5}"


@pytest.mark.parametrize(
    ("backend", "router", "rollout", "has_route"),
    [
        ("gateway", "gateway-api", "null", True),
        ("gateway", "none", "null", False),
        ("plain", "gateway-api", "null", False),
        ("plain", "gateway-api", BLUE_GREEN, False),
        ("kserve", "gateway-api", "null", False),
        ("rollouts", "gateway-api", "null", True),
        ("rollouts", "istio", "null", False),
        ("rollouts", "istio", BLUE_GREEN, True),
        ("flagger", "gateway-api", BLUE_GREEN, True),
        ("flagger", "none", BLUE_GREEN, False),
    ],
)
def test_a_contract_names_a_host_where_a_route_is_compiled(backend, router, rollout, has_route):
    serving = f"{SERVED % backend}\n  rollout: {rollout}"

    found = contract(serving=serving, router=router)

    assert ("late-return.ml.example.org" if has_route else "") == found.host


def test_a_model_that_nobody_asks_online_has_a_contract_without_an_address():
    batch = lowered().bundle.contracts[1]

    assert ("shelf-demand", "", "") == (batch.model, batch.path, batch.host)


@pytest.mark.parametrize(
    "server",
    ["backend: kserve, runtime: triton", "backend: kserve, llm: {}", "image: a.example/b, llm: {}"],
)
def test_a_server_with_a_protocol_of_its_own_is_not_said_to_answer_rows(server):
    answering = lowered(serving=f"{{mode: online, {server}}}").bundle.contracts[0]

    assert ("late-return", "", "") == (answering.model, answering.path, answering.host)
    assert answering.outputs


def test_columns_come_in_the_order_in_which_the_model_names_them():
    uses = "[{view: reader-habits@v2, columns: [language, loans_per_year, language]}]"

    assert ["language", "loans_per_year"] == [each.name for each in contract(uses=uses).inputs]


def test_an_input_that_two_views_give_is_refused():
    features = "[{name: titles, type: int}]"
    ((code, message),) = told("openapi", features=features)

    assert "MLS290" == code
    assert "`titles` is a feature of `reader-habits@v2` and of `shelf-counts@v1`" == message


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("name: a, type: string, maximum: 3", "`a` is a string: only numbers have a range"),
        (
            "name: a, type: int, minimum: 0.2, maximum: 0.8",
            "no whole number lies between 0.2 and 0.8",
        ),
    ],
)
def test_a_range_without_values_is_refused(field, message):
    assert [("MLS291", message)] == told("json_schema", fields=f"[{{{field}}}]")


@pytest.mark.parametrize("field", ["minimum: 0.2", "maximum: 0.8", "minimum: 0.5, maximum: 1"])
def test_a_range_with_a_whole_number_is_taken(field):
    assert [] == told("openapi", fields=f"[{{name: a, type: int, {field}}}]")


def test_what_concerns_one_target_is_told_to_no_other():
    wrong = {"format": "csv", "fields": "[{name: a, type: bool, minimum: 1}]"}

    assert [] == told("kubernetes", **wrong)
    assert ["MLS291"] == codes(
        "openapi", format="csv", fields="[{name: a, type: bool, minimum: 1}]"
    )


def test_features_are_told_with_keys_source_and_event_time():
    repo = lowered().bundle.features
    habits, counts = repo.groups

    assert "town-library" == repo.project
    assert (Entity("reader", "reader_id", "int"),) == habits.entities
    assert (Entity("shelf", "shelf", "string"),) == counts.entities
    assert ("data/loans.parquet", "parquet", "seen_at", 24) == (
        habits.uri,
        habits.format,
        habits.timestamp,
        habits.ttl_hours,
    )


def test_a_model_reads_the_same_features_in_training_and_serving():
    online, batch = lowered().bundle.features.services

    assert (
        ("reader-habits", ("loans_per_year", "joined_at", "language")),
        ("shelf-counts", ("titles",)),
    ) == online.views
    assert (True, False) == (online.is_online, batch.is_online)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("MLS293", {"source": "{dataset: loans@v1}"}),
        ("MLS294", {"reader_keys": "[nobody]"}),
        ("MLS294", {"reader_keys": "[seen_at]", "source": "{dataset: loans@v1}"}),
        ("MLS294", {"reader_keys": "[reader_id, shelf]"}),
        ("MLS294", {"shelf_entities": "[shelf, room]", "shelf_keys": "[shelf, shelf]"}),
        ("MLS294", {"shelf_entities": "[room]", "shelf_keys": "[]"}),
        ("MLS294", {"shelf_entities": "[reader]", "shelf_keys": "[shelf]"}),
        ("MLS295", {"features": "[{name: reader_id, type: int}]", "uses": "[]"}),
        ("MLS295", {"features": "[{name: seen_at, type: timestamp}]", "uses": "[]"}),
        ("MLS295", {"features": "[{name: born, type: date}]", "uses": "[]"}),
        ("MLS295", {"features": "[{name: event_timestamp, type: timestamp}]", "uses": "[]"}),
        ("MLS290", {"features": "[{name: titles, type: int}]"}),
    ],
)
def test_a_view_that_feast_would_refuse_is_refused_before(code, changes):
    assert code in codes("feast", **changes)


def test_a_feature_named_like_the_key_of_another_view_is_refused():
    features = "[{name: shelf, type: string}]"

    assert [
        ("MLS290", "`shelf` is a feature of `reader-habits@v2`, and the key of `shelf`")
    ] == told("feast", features=features)
    assert [] == told("feast", features=features, uses="[{view: reader-habits@v2}]")


def test_an_input_of_two_views_is_told_to_all_who_write_inputs_down():
    for target in ("consumer-tests", "feast", "json-schema", "mlflow", "openapi"):
        assert "MLS290" in codes(target, features="[{name: titles, type: int}]")


def test_a_format_that_feast_can_not_read_is_refused_at_each_view():
    assert ["MLS292", "MLS292"] == codes("feast", format="csv")
    assert [] == codes("feast", format="delta")


def test_a_model_without_all_of_its_views_is_left_out():
    repo = lowered(source="{dataset: loans@v1}").bundle.features

    assert ["shelf-counts"] == [each.name for each in repo.groups]
    assert ["shelf-demand"] == [each.model for each in repo.services]


def test_a_registration_carries_what_a_registry_is_asked_by():
    late, _ = lowered().bundle.registrations

    assert ("late-return", "s3://models/late.onnx") == (late.model, late.uri)
    assert (
        ("mlspec.dev/owner", "lending"),
        ("mlspec.dev/task", "binary-classification"),
        ("mlspec.dev/tier", "minimal"),
    ) == late.model_tags
    assert ("mlspec.dev/contract-version", "v1.2") in late.version_tags


def test_an_address_that_mlflow_would_refuse_is_refused_before():
    longest = "s3://" + "a" * 495

    assert [] == codes("mlflow", artifact=longest)
    assert [("MLS297", "`uri` has 501 characters, MLflow takes 500")] == told(
        "mlflow", artifact=f"{longest}a"
    )
