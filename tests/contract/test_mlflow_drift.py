"""What others do at an MLflow server: stale before an apply, drift after it, never overwritten."""

from __future__ import annotations

import json
import shutil
import urllib.request
from base64 import b64encode

import pytest
from tests.contract.mlflow_shop import Shop
from tests.contract.shops import ENVIRONMENT, moved_version
from tests.mlflow_servers import ADMIN

from mlspec.mlflow import Client, connection_to, read_model
from mlspec.mlflow.writing import (
    create_model,
    create_version,
    delete_alias,
    delete_model,
    describe_model,
    rename_model,
    set_alias,
)

MARK = "made.by"


@pytest.fixture(params=["mlflow", "mlflow_2", "mlflow_postgres"])
def applied(request, forks, fresh, tmp_path, unique):
    """A workspace that is applied, and its model at the server under `name`."""
    server = request.getfixturevalue(request.param)
    shop = Shop(forks, shutil.copytree(fresh, tmp_path / "shop"), server, unique)
    shop.edit("churn", ("  owner: growth\n", "  owner: growth\n  description: Who leaves.\n"))
    shop.plan()
    shop.apply()
    shop.require_settled()
    return shop


def another_version(client, name, source="s3://other/model"):
    return create_version(client, name, source, {MARK: "somebody"}, MARK).number


def move_the_alias(client, name):
    set_alias(client, name, ENVIRONMENT, another_version(client, name))


def take_the_alias_away(client, name):
    delete_alias(client, name, ENVIRONMENT)


def describe_otherwise(client, name):
    describe_model(client, name, "Something else.")


def delete_it(client, name):
    delete_model(client, name)


def rename_it(client, name):
    rename_model(client, name, f"{name}-by-hand")


def make_it_again(client, name):
    """The same name, number, source and tags, as a copy would have them: and other bytes."""
    model = read_model(client, name)
    (version,) = model.latest
    delete_model(client, name)
    create_model(client, name, model.tags, model.description)
    create_version(client, name, version.source, version.tags, "mlspec.op")
    set_alias(client, name, ENVIRONMENT, "1")


MEDDLING = {
    move_the_alias: ("metadata.version", '"v1" -> "mlflow:2"', "s3://other/model"),
    take_the_alias_away: ("metadata.version", '"v1" -> (none)'),
    describe_otherwise: ("metadata.description", "Something else."),
    delete_it: ("model/churn", "not there any more"),
    rename_it: ("model/churn", "not there any more"),
    make_it_again: ("registry.uid", "mlflow:", '"v1" -> "mlflow:1"'),
}


@pytest.mark.parametrize("meddle", MEDDLING)
def test_what_others_do_is_drift_after_an_apply_and_stale_before_one(applied, meddle):
    with applied.client() as client:
        applied.require_drifted(lambda: meddle(client, f"{applied.prefix}churn"), MEDDLING[meddle])

    assert [] == applied.locks()


@pytest.mark.parametrize("meddle", [move_the_alias, take_the_alias_away, describe_otherwise])
def test_what_others_changed_is_brought_back_by_a_plan(applied, meddle):
    with applied.client() as client:
        meddle(client, f"{applied.prefix}churn")

    applied.plan()
    applied.apply()

    applied.require_settled()
    assert ["v1"] == [
        each.tags["mlspec.version"]
        for each in applied.versions("churn")
        if "mlspec.version" in each.tags
    ]


def test_what_was_deleted_at_the_server_is_made_again(applied):
    with applied.client() as client:
        delete_model(client, f"{applied.prefix}churn")

    applied.plan()
    applied.apply()

    applied.require_settled()
    assert {ENVIRONMENT: "1"} == dict(applied.model("churn").aliases)


def test_a_model_of_others_with_the_same_name_is_refused_until_it_is_adopted(applied):
    name = f"{applied.prefix}leave"
    with applied.client() as client:
        theirs = create_model(client, name, {"team": "theirs"}, "Ours.")
        number = create_version(client, name, "s3://theirs/leave", {MARK: "them"}, MARK).number
        set_alias(client, name, "live", number)
    applied.add_model("leave", ("s3://example-lake/models/churn-v1.onnx", "s3://theirs/leave"))
    applied.plan()

    refused = applied.apply(code=23)
    assert "is on the MLflow server already, and not from here" in refused.out
    assert {"team": "theirs"} == dict(applied.model("leave").tags)

    registration = f"  registry: {{id: {theirs.created_ms}}}\n  artifact:\n"
    applied.edit("leave", ("  artifact:\n", registration))
    applied.plan()
    applied.apply()

    applied.require_settled()
    adopted = applied.model("leave")
    assert {"live", ENVIRONMENT} == {*adopted.aliases}
    assert ("theirs", theirs.created_ms) == (adopted.tags["team"], adopted.created_ms)


def test_versions_move_forth_and_back_and_none_is_made_twice(applied):
    file = applied.root / "specs" / "churn.yaml"
    first = file.read_text()
    for text in (moved_version(first), first, moved_version(first)):
        file.write_text(text)
        applied.plan()
        applied.apply()
        applied.require_settled()

    assert ["v1", "v2"] == [each.tags["mlspec.version"] for each in applied.versions("churn")]
    assert {ENVIRONMENT: "2", f"previous-{ENVIRONMENT}": "1"} == dict(
        applied.model("churn").aliases
    )


def test_a_model_that_is_retired_keeps_its_versions_and_loses_its_alias(applied):
    (applied.root / "specs" / "churn.yaml").unlink()
    applied.plan()
    applied.apply()

    applied.require_settled()
    assert ["1"] == [each.number for each in applied.versions("churn")]
    assert ENVIRONMENT not in applied.model("churn").aliases


def test_two_environments_share_a_model_and_each_moves_its_own_alias(applied):
    applied.edit("churn", ("  owner: growth\n  description: Who leaves.\n", "  owner: growth\n"))
    settings = applied.root / "mlspec.yaml"
    settings.write_text(settings.read_text().replace("requireGates: true", "requireGates: false"))
    applied.plan()
    applied.apply()
    applied.run("plan", "--env", "prod", "--out", "plan.json").expect(0)
    applied.apply()

    churn = applied.model("churn")
    assert {"prod": "1", ENVIRONMENT: "1"} == dict(churn.aliases)
    assert {"mlspec.env.prod", f"mlspec.env.{ENVIRONMENT}"} == {*churn.tags}
    applied.run("drift", "--env", "prod").expect(0)
    applied.run("drift", "--env", ENVIRONMENT).expect(0)


def test_doctor_tells_of_the_server_and_that_writing_was_not_tried(applied):
    facts = {x["name"]: x for x in applied.run("doctor", "--format", "json").json["facts"]}

    server, rights, clock = (
        facts[f"mlflow {name} {ENVIRONMENT}"] for name in ("server", "rights", "clock")
    )
    assert (True, None, True) == tuple(each["isFine"] for each in (server, rights, clock))
    assert f"{applied.server}, MLflow " in server["text"]
    assert "whether it may write shows when it does" in rights["text"]


# who may what


def as_admin(server, path, **body):
    """Ask the part of a server that knows users."""
    request = urllib.request.Request(
        f"{server}/api/2.0/mlflow/users/{path}",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": "Basic " + b64encode(":".join(ADMIN).encode()).decode(),
        },
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request):
        pass


def known(server, user, password):
    return {
        "MLFLOW_TRACKING_URI": server,
        "MLFLOW_TRACKING_USERNAME": user,
        "MLFLOW_TRACKING_PASSWORD": password,
    }


@pytest.fixture
def guarded(forks, fresh, mlflow_auth, tmp_path, unique):
    """A workspace applied at a server that asks who asks, and one who may only read there."""
    shop = Shop(forks, shutil.copytree(fresh, tmp_path / "shop"), mlflow_auth, unique)
    writer, reader = known(mlflow_auth, *ADMIN), known(mlflow_auth, f"{unique}reader", "f" * 16)
    as_admin(mlflow_auth, "create", username=f"{unique}reader", password="f" * 16)
    shop.run("plan", "--env", ENVIRONMENT, "--out", "plan.json", env=writer).expect(0)
    shop.run("apply", "plan.json", env=writer).expect(0)
    return shop, writer, reader


def test_who_may_only_read_plans_and_can_not_apply_and_is_told_which_right_is_missing(guarded):
    shop, writer, reader = guarded
    file = shop.root / "specs" / "churn.yaml"
    file.write_text(moved_version(file.read_text()))
    before = Client(connection_to(shop.server, writer))
    with before:
        model = read_model(before, f"{shop.prefix}churn")

        shop.run("plan", "--env", ENVIRONMENT, "--out", "plan.json", env=reader).expect(0)
        refused = shop.run("apply", "plan.json", env=reader)

        refused.refused(69, "does not let this user write (403", "EDIT")
        assert model == read_model(before, f"{shop.prefix}churn")
    shop.run("apply", "plan.json", env=writer).expect(0)
    shop.run("drift", "--env", ENVIRONMENT, env=reader).expect(0)


def test_who_is_not_known_is_told_what_to_set_and_no_password_is_shown(guarded):
    shop, writer, _ = guarded
    wrong = writer | {"MLFLOW_TRACKING_PASSWORD": "hunter2hunter2"}

    for env in (wrong, {"MLFLOW_TRACKING_URI": shop.server}):
        done = shop.run("plan", "--env", ENVIRONMENT, env=env)
        done.refused(69, "does not know who asks (401)", "MLFLOW_TRACKING_USERNAME")
        assert "hunter2" not in done.out + done.err


def test_credentials_go_only_where_the_environment_says(guarded, mlflow):
    shop, _, _ = guarded

    done = shop.run("plan", "--env", ENVIRONMENT, env=known(mlflow, *ADMIN))

    done.refused(64, "no variable of the environment names the MLflow server", shop.server)
    assert ADMIN[1] not in done.err
