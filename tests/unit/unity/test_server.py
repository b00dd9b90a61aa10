"""Which version is taken where none can be made, and what else is said of the backend."""

from __future__ import annotations

import pytest
from tests.unity_double import CATALOG, SCHEMA, at_workspace, unity_double

from mlspec.errors import OperationFailedError, UsageError
from mlspec.registry import Place, backend_names, find_backend
from mlspec.registry._server import Artifact
from mlspec.registry._unity_server import UnityServer
from mlspec.unity import Client, Schema, connection_to

OURS, OTHERS = "models:/m-1", "models:/m-2"
TAGS = {"mlspec.op": "op-1", "mlspec.version": "v1"}


@pytest.fixture
def double():
    with unity_double() as started:
        yield started


@pytest.fixture
def server(double):
    with Client(connection_to(None, at_workspace(double.address)), pause=lambda _: None) as client:
        yield UnityServer(client, Schema(CATALOG, SCHEMA))


def take(server, source=OURS, tags=TAGS):
    return server.create_version("churn", Artifact(source), tags, "mlspec.op")


@pytest.mark.parametrize(
    ("trained", "taken"),
    [
        ([(OURS, "READY")], "1"),
        ([(OURS, "READY"), (OTHERS, "READY")], "1"),
        ([(OURS, "READY"), (OURS, "READY")], "2"),
        ([(OURS, "READY"), (OURS, "PENDING_REGISTRATION")], "1"),
        ([(OURS, "READY"), (OURS, "FAILED_REGISTRATION")], "1"),
    ],
)
def test_the_newest_version_of_a_source_is_taken_that_is_ready(server, double, trained, taken):
    for each in trained:
        double.train("churn", *each)

    found = take(server)

    assert (taken, OURS, TAGS) == (found.number, found.source, found.tags)
    assert found == server.find_versions("churn")[int(taken) - 1]


def test_a_version_that_is_taken_is_found_again_by_its_operation_and_by_no_other(server, double):
    double.train("churn", OURS)
    double.train("churn", OURS)
    first = take(server)

    assert first == take(server)
    other = take(server, tags={"mlspec.op": "op-2", "mlspec.version": "v2"})
    assert ("2", "1") == (first.number, other.number)
    with pytest.raises(OperationFailedError, match="ready and not taken"):
        take(server, tags={"mlspec.op": "op-3", "mlspec.version": "v3"})


@pytest.mark.parametrize("trained", [[], [OTHERS]])
def test_where_there_is_none_the_next_step_is_told_and_nothing_is_written(server, double, trained):
    for each in trained:
        double.train("churn", each)

    with pytest.raises(OperationFailedError) as caught:
        take(server)

    assert f"`{CATALOG}.{SCHEMA}.churn`" in caught.value.message
    assert "MLflow's client" in caught.value.hint
    assert {"ListVersions"} >= {*double.asked}


def test_where_an_alias_led_is_kept_before_it_moves_if_it_still_can_be(server, double):
    for each in (OURS, OTHERS):
        double.train("churn", each)
    server.point(server.read_model("churn"), "champion", "1")
    seen = server.read_model("churn")
    double.delete_version({}, f"{CATALOG}.{SCHEMA}.churn", "1")
    double.asked.clear()

    server.point(seen, "champion", "2")
    server.point(server.read_model("churn"), "champion", "2")

    assert ["SetAlias", "DeleteAlias", "SetAlias", "GetModel"] == double.asked
    assert {"champion": "2"} == server.read_model("churn").aliases


def test_notes_of_what_is_gone_are_deleted_already(server):
    server.delete_model_tag("none", "mlspec.env.prod")
    server.delete_alias("none", "champion")
    server.delete_model("none")

    assert None is server.read_model("none")


def test_it_is_found_by_its_name_and_is_a_preview():
    assert "unity-catalog" in backend_names()
    assert find_backend("unity-catalog").is_preview
    with pytest.raises(UsageError):
        find_backend("unity_catalog")


@pytest.mark.parametrize("options", [{}, {"catalog": "ml"}, {"schema": "growth"}])
def test_without_a_schema_nothing_is_asked(tmp_path, options):
    place = Place(tmp_path / "registry.db", tmp_path, options=options)

    with pytest.raises(UsageError, match="catalog and schema"):
        find_backend("unity-catalog").open(place, "prod").observe()
