"""The inventory of a real MLflow server: all of it, joined to specs by name, id and bytes."""

from __future__ import annotations

import pytest
from tests.contract.mlflow_shop import Shop
from tests.contract.shops import ENVIRONMENT, made

from mlspec.mlflow.writing import create_model, create_version, delete_model, set_alias

MARK = "made.by"
SERVICE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: found, namespace: {namespace}}}
spec: {{predictor: {{model: {{modelFormat: {{name: onnx}}, storageUri: {uri}}}}}}}
"""


@pytest.fixture(params=["mlflow", "mlflow_2"])
def shop(request, forks, tmp_path, unique):
    """A workspace at a server; other tests have models there, too, and those have other bytes."""
    server = request.getfixturevalue(request.param)
    shop = Shop(forks, made(forks, tmp_path / "shop"), server, unique)
    shop.edit("churn", ("s3://example-lake/", f"s3://example-lake/{shop.prefix}/"))
    return shop


def take(shop, *arguments, code=0):
    """Return the rows of this test by address or name, and the whole inventory."""
    flags = ("inventory", "--as-of", "2026-11-22", "--format", "json", *arguments)
    found = shop.run(*flags).expect(code).json
    rows = {each["address"] or each["name"]: each for each in found["models"]}
    own = {k: v for k, v in rows.items() if v["address"] or k.startswith(shop.prefix)}
    return own, found


def undocumented(shop, name, source, alias=""):
    """Register a model by hand, as somebody else does."""
    with shop.client() as client:
        create_model(client, shop.prefix + name, {"owner": "crm"})
        version = create_version(client, shop.prefix + name, source, {MARK: "hand"}, MARK)
        if alias:
            set_alias(client, shop.prefix + name, alias, version.number)


def test_a_server_shows_what_was_applied_and_what_nobody_documents(shop, tmp_path):
    shop.plan()
    shop.apply()
    undocumented(shop, "fraud", f"s3://{shop.prefix}/fraud", "champion")
    undocumented(shop, "old", f"s3://{shop.prefix}/old")

    rows, found = take(shop)

    churn, fraud, old = (
        rows["model/churn"],
        rows[f"{shop.prefix}fraud"],
        rows[f"{shop.prefix}old"],
    )
    assert ("live", [{"env": ENVIRONMENT, "versions": ["v1"]}]) == (
        churn["standing"],
        churn["environments"],
    )
    assert [f"{shop.prefix}churn"] == [each["name"] for each in churn["whereLive"]]
    assert ("live", ["live-undocumented", "tier-unknown"]) == (fraud["standing"], fraud["classes"])
    assert ("present", "crm") == (old["standing"], old["owner"]["name"])
    (source,) = [each for each in found["sources"] if each["system"] == "mlflow"]
    assert (True, False, None) == (source["wasRead"], source["isDump"], source["newest"])
    assert source["objects"] >= 3

    dump = tmp_path / "live.yaml"
    dump.write_text(SERVICE.format(namespace="shop", uri=f"s3a://{shop.prefix}//fraud/"))
    rows, _ = take(shop, "--live", dump)
    assert {"kserve", "mlflow"} == {
        each["system"] for each in rows[f"{shop.prefix}fraud"]["whereLive"]
    }


def test_a_model_that_is_gone_from_its_server_is_dead(shop, tmp_path):
    undocumented(shop, "fraud", f"s3://{shop.prefix}/fraud", "champion")
    pattern = ("--select", f"{shop.prefix}*")
    shop.run("import", "mlflow", shop.server, *pattern).expect(0)
    (name,) = [key for key in take(shop)[0] if key.startswith("observed-model/")]

    assert ("live", ["tier-unknown", "observed"]) == (
        take(shop)[0][name]["standing"],
        take(shop)[0][name]["classes"],
    )
    with shop.client() as client:
        delete_model(client, f"{shop.prefix}fraud")
    undocumented(shop, "fraud", f"s3://{shop.prefix}/other")  # the name again, and not that model
    rows, _ = take(shop)
    assert "documented-dead" in rows[name]["classes"]
    assert "live-undocumented" in rows[f"{shop.prefix}fraud"]["classes"]
    assert 3 == shop.run("inventory", "--fail-on", "documented-dead").code


def test_a_server_that_is_not_there_is_no_inventory_unless_it_is_left_out(forks, tmp_path, unique):
    shop = Shop(forks, made(forks, tmp_path / "shop"), "http://127.0.0.1:9", unique)

    shop.run("inventory").refused(69, "--offline")
    rows, found = take(shop, "--offline")
    assert "not-looked" == rows["model/churn"]["standing"]
    assert not any(each["wasRead"] for each in found["sources"])
