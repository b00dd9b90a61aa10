"""How often a server is asked: reading must not grow with the number of models."""

from __future__ import annotations

from tests.unit.ledger.ledgers import record, write

from mlspec.mlflow.writing import create_version
from mlspec.registry import Place, find_backend

MODELS = 5


def model(number):
    artifact = {"uri": f"s3://models/{number}", "digest": "sha256:" + "ab" * 32}
    body = {"metadata": {"version": "v1"}, "spec": {"artifact": artifact}}
    return record(f"model/m-{number}", body, uid=f"u{number}", op_id=f"p-{number}")


def asked(place):
    """Look at everything, and return the state and how many requests it took."""
    registry = find_backend("mlflow").open(place, "prod")
    state = registry.observe()
    return state, registry.mirror.server.client.requests


def test_all_models_are_two_requests_and_one_more_for_versions_that_are_not_the_newest(
    mlflow, unique, tmp_path
):
    place = Place(tmp_path / "r.db", tmp_path, options={"uri": mlflow, "prefix": unique})
    registry = find_backend("mlflow").open(place, "prod")
    models = [model(number) for number in range(MODELS)]
    with registry.transaction() as transaction:
        write(transaction, *models)

    state, requests = asked(place)
    assert (models, 2) == (list(state.objects.values()), requests)

    for number in (0, 3):
        create_version(
            registry.mirror.server.client, f"{unique}m-{number}", "s3://x/y", {"k": "v"}, "k"
        )
    assert (state, 3) == asked(place)


def test_what_the_records_hold_besides_models_is_not_asked_for(mlflow, unique, tmp_path):
    place = Place(tmp_path / "r.db", tmp_path, options={"uri": mlflow, "prefix": unique})
    registry = find_backend("mlflow").open(place, "prod")
    with registry.transaction() as transaction:
        write(transaction, record("team/a", {"kind": "Team"}))

    state, requests = asked(place)
    assert (["team/a"], 0) == (list(state.objects), requests)
