"""Which live object is which model, sign by sign."""

from __future__ import annotations

import pytest
from tests.unit.inventory.models import document, registered, row, rows, served

from mlspec.inventory import Origin

BYTES = "s3://models/churn/1"
OTHER = "s3://models/other"


def joined(documents, sights, records=None):
    """Return the names of what was seen of each model."""
    found = rows(documents, records, sights)
    return {name: [each.name for each in row.sights] for name, row in found.items()}


@pytest.mark.parametrize(
    ("facts", "sight"),
    [
        pytest.param({}, served("ml/x", labelled="churn"), id="label"),
        pytest.param(
            {"origins": (Origin("kserve", "cluster", "ml/x"),)}, served("ml/x"), id="origin"
        ),
        pytest.param(
            {"origins": (Origin("mlflow", "http://mlflow", "x", 7),)},
            registered("x", created_ms=7),
            id="origin-of-a-registry",
        ),
        pytest.param(
            {"origins": (Origin("mlflow", "http://moved", "x", 7),)},
            registered("x", created_ms=7),
            id="origin-elsewhere-and-made-then",
        ),
        pytest.param({"registered": (("x", 0),)}, registered("x", created_ms=7), id="registered"),
        pytest.param(
            {"registered": (("x", 7),)}, registered("x", created_ms=7), id="registered-id"
        ),
        pytest.param({"storage": (BYTES,)}, served("ml/x", storage=BYTES), id="bytes"),
        pytest.param({"storage": (BYTES,)}, registered("x", storage=BYTES), id="registered-bytes"),
        pytest.param({"implied": ("x",)}, registered("x"), id="implied"),
    ],
)
def test_each_sign_joins(facts, sight):
    assert {"model/churn": [sight.name]} == joined([document(**facts)], [sight])


@pytest.mark.parametrize(
    ("facts", "sight"),
    [
        pytest.param({}, served("ml/churn"), id="a-like-name"),
        pytest.param({}, registered("churn"), id="a-like-name-of-a-registry"),
        pytest.param({"implied": ("x",)}, served("x"), id="a-cluster-has-no-names-of-a-registry"),
        pytest.param(
            {"registered": (("x", 7),)}, registered("x", created_ms=8), id="made-again-since"
        ),
        pytest.param(
            {"origins": (Origin("mlflow", "http://mlflow", "x", 7),)},
            registered("x", created_ms=8),
            id="another-one-of-that-name",
        ),
        pytest.param({"storage": (BYTES,)}, served("ml/x", storage=OTHER), id="other-bytes"),
        pytest.param({"storage": ()}, served("ml/x", storage=""), id="no-bytes"),
    ],
)
def test_nothing_else_does(facts, sight):
    assert [[], [sight.name]] == [*joined([document(**facts)], [sight]).values()]


def test_a_like_name_is_asked_about():
    found = rows([document("churn-eu")], {}, [served("ml/Churn EU"), registered("fraud")])

    assert "model/churn-eu" == found["ml/Churn EU"].suggestion
    assert "" == found["fraud"].suggestion


def test_a_label_goes_before_bytes_and_bytes_before_an_implied_name():
    models = [document("a"), document("b", storage=(BYTES,)), document("c", implied=("c",))]
    sights = [served("ml/1", labelled="a", storage=BYTES), registered("c", storage=BYTES)]

    expected = {"model/a": ["ml/1"], "model/b": ["c"], "model/c": []}
    assert expected == joined(models, sights)


def test_a_name_that_somebody_wrote_goes_before_bytes():
    models = [document("a", storage=(BYTES,)), document("b", registered=(("b", 0),))]

    expected = {"model/a": [], "model/b": ["b"]}
    assert expected == joined(models, [registered("b", storage=BYTES)])


def test_bytes_of_two_specs_are_a_sign_of_neither():
    models = [document("a", storage=(BYTES,)), document("b", storage=(BYTES,))]

    expected = {"model/a": [], "model/b": [], "ml/x": ["ml/x"]}
    assert expected == joined(models, [served("ml/x", storage=BYTES)])


def test_a_service_goes_with_the_registered_version_that_it_loads():
    model = document(registered=(("churn", 0),))
    sights = [registered("churn", storage=BYTES), served("ml/x", storage=BYTES)]

    assert {"model/churn": ["ml/x", "churn"]} == joined([model], sights)


def test_what_nobody_documents_is_one_model_by_its_bytes():
    sights = [
        registered("churn", storage=BYTES),
        served("prod/a", storage=BYTES),
        served("test/a", storage=BYTES),
        served("test/b", storage=OTHER),
        served("test/c", storage=OTHER),
        served("test/d"),
    ]

    expected = {
        "churn": ["prod/a", "test/a", "churn"],
        "test/b": ["test/b", "test/c"],
        "test/d": ["test/d"],
    }
    assert expected == joined((), sights)


def test_two_registered_models_of_the_same_bytes_stay_two():
    sights = [registered("a", storage=BYTES), registered("b", storage=BYTES)]
    service = served("ml/x", storage=BYTES)

    assert {"a": ["a"], "b": ["b"], "ml/x": ["ml/x"]} == joined((), [*sights, service])


def test_objects_of_a_label_that_no_spec_has_are_one_model():
    sights = [served("ml/x-champion", labelled="x"), served("ml/x-challenger", labelled="x")]

    assert {"x": ["ml/x-challenger", "ml/x-champion"]} == joined((), sights)


def test_a_label_finds_the_record_of_a_model_without_a_spec_and_an_observed_one():
    record = {"model/x": ()}

    assert {"model/x": ["ml/x"]} == joined((), [served("ml/x", labelled="x")], record)
    observed = document("x", "ObservedModel")
    assert {"observed-model/x": ["ml/x"]} == joined([observed], [served("ml/x", labelled="x")])


@pytest.mark.parametrize(
    ("facts", "name"), [({"labelled": "churn"}, "model/churn"), ({}, "ml/x"), (None, "ml/x")]
)
def test_what_a_controller_made_goes_with_what_it_was_made_for(facts, name):
    deployments = [
        served(f"ml/deployment/x-{part}", "kubernetes", part_of="ml/x")
        for part in ("predictor", "transformer")
    ]
    services = [] if facts is None else [served("ml/x", **facts)]
    found = rows([document()], {}, [*deployments, *services])

    if facts is None:
        name = "ml/deployment/x-predictor"
    assert [*services, *deployments] == sorted(found[name].sights)


def test_an_object_of_another_dump_made_nothing_of_this_one():
    made = served("ml/deployment/x", "kubernetes", "b.yaml", part_of="ml/x")

    assert 2 == len(rows((), {}, [served("ml/x", source="a.yaml"), made]))


def test_a_row_without_an_address_is_called_as_the_registry_calls_it():
    sights = [served("ml/x", storage=BYTES), registered("Churn (EU)", storage=BYTES)]

    assert ("", "Churn (EU)") == (row((), {}, sights).address, row((), {}, sights).name)


def test_a_version_is_told_where_all_that_is_live_agrees():
    one = [served("ml/a", labelled="x", version="v1"), served("ml/b", labelled="x", version="v1")]
    two = [*one, served("ml/c", labelled="x", version="v2")]
    idle = [*one, served("ml/c", labelled="x", version="v2", is_live=False)]

    assert ["v1", "", "v1"] == [row((), {}, each).version for each in (one, two, idle)]
