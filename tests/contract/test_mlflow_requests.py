"""How often a server is asked: reading must not grow with the number of models."""

from __future__ import annotations

from tests.contract.mlflow_proxy import proxied
from tests.unit.ledger.ledgers import record, write

from mlspec.importing import Request, find_importer
from mlspec.mlflow import Client, connection_to
from mlspec.mlflow.writing import create_model, create_version, set_alias
from mlspec.registry import Place, find_backend

MODELS = 5
VERSIONS = "GET model-versions/search"


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


def test_an_import_asks_for_no_version_that_the_search_of_models_has_told(mlflow, unique):
    alias, wanted = f"{unique}live", {}
    with Client(connection_to(mlflow, {})) as client, proxied(mlflow) as proxy:
        for number in range(MODELS):
            name = f"{unique}{number}"
            create_model(client, name, {})
            for each in ("1", "2"):
                create_version(
                    client, name, f"s3://m/{number}/{each}", {"license": each}, "license"
                )
            set_alias(client, name, alias, "2")
            wanted[name] = ("2", f"s3://m/{number}/2", "2")

        assert (wanted, 0) == (live(proxy, alias), proxy.requests.count(VERSIONS))

        name = f"{unique}3"
        set_alias(client, name, alias, "1")
        assert (wanted | {name: ("1", "s3://m/3/1", "1")}, 1) == (
            live(proxy, alias),
            proxy.requests.count(VERSIONS),
        )


def live(proxy, alias):
    """Return number, source and licence of the versions that an alias leads to, by model."""
    found = find_importer("mlflow").read(Request(proxy.address, alias))
    facts = {each.name: each.facts for each in found if hasattr(each, "facts")}
    fields = ("version", "artifact.uri", "licence")
    return {k: tuple(v[x].value for x in fields) for k, v in facts.items() if "version" in v}
