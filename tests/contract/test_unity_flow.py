"""Plan, apply and drift at a double of Unity Catalog, by the command line alone.

The double takes only what the public reference documents; no real workspace was tried.
"""

from __future__ import annotations

import shutil

import pytest
from tests.contract.shops import DoubledShop, moved_version
from tests.unity_double import CATALOG, SCHEMA, at_workspace, unity_double

from mlspec.unity.notes import read_comment

FULL = f"{CATALOG}.{SCHEMA}.churn"
FIRST, SECOND = (f"s3://example-lake/models/churn-v{each}.onnx" for each in (1, 2))
DESCRIBED = "  description: Tells who leaves.\n"
PREVIEW = "is a preview: it was never tried on a real"


class Shop(DoubledShop):
    """One at a double of Unity Catalog."""

    def __init__(self, forks, root, double):
        told = f"unityCatalog: {{catalog: base, schema: {SCHEMA}}}"
        backend = f"backend: unity-catalog\n    {told}"
        super().__init__(forks, root, backend, double, at_workspace)
        own = f"unityCatalog: {{catalog: {CATALOG}, alias: champion}}"
        self.configure("    staging:\n", f"    staging:\n      {own}\n")

    def adopt(self):
        created = self.double.models[FULL]["created_at"]
        told = f"  registry: {{id: {created}}}\n  artifact:\n"
        self.rewrite(lambda text: text.replace("  artifact:\n", told, 1))
        named = f"  name: churn\n{DESCRIBED}"
        self.rewrite(lambda text: text.replace("  name: churn\n", named, 1))

    def aliases(self):
        """Return the number of each alias."""
        return {alias: number for (_, alias), number in self.double.aliases.items()}


@pytest.fixture(scope="module")
def delivered(forks, fresh, tmp_path_factory):
    """A model of training, adopted and planned; and what is there after its apply."""
    root = tmp_path_factory.mktemp("delivered")
    with unity_double() as double, unity_double() as before:
        shop = Shop(forks, shutil.copytree(fresh, root / "shop"), double)
        double.train("churn", FIRST)
        shop.adopt()
        shop.plan()
        planned = shop.like(root / "planned", before)
        double.asked.clear()
        shop.apply()
        asked = [each for each in double.asked if not each.startswith(("Get", "List"))]
        shop.require_settled()
        yield planned, shop, asked


@pytest.fixture
def double():
    with unity_double() as started:
        yield started


@pytest.fixture
def planned(delivered, double, tmp_path):
    return delivered[0].like(tmp_path / "shop", double)


@pytest.fixture
def applied(delivered, double, tmp_path):
    return delivered[1].like(tmp_path / "shop", double)


def test_an_apply_takes_the_version_of_training_and_lets_the_alias_lead_to_it(applied):
    described, notes = read_comment(applied.double.models[FULL]["comment"])
    told, of_version = read_comment(applied.double.versions[FULL, 1]["comment"])

    assert {"champion": 1} == applied.aliases()
    assert "Tells who leaves." == described
    assert ["mlspec.env.staging"] == list(notes)
    assert ("by training", "v1") == (told, of_version["mlspec.version"])


def test_the_alias_is_written_last_and_by_its_own_request(delivered):
    assert [
        "CreateModel",  # the lock, and what becomes of a model that is there
        "UpdateModel",
        "CreateModel",
        *["UpdateVersion"] * 3,
        *["UpdateModel"] * 2,
        "SetAlias",
        "DeleteModel",
    ] == delivered[2]


def test_nothing_has_drifted_and_it_is_said_once_that_it_is_a_preview(applied):
    told = applied.run("drift", "--env", "staging").expect(0)

    assert 1 == told.err.count(PREVIEW)
    applied.run("audit", "verify", "--env", "staging").expect(0)


def test_aliases_move_forth_and_back_and_where_they_were_is_kept(applied):
    file = applied.root / "specs" / "churn.yaml"
    first = file.read_text()
    applied.double.train("churn", SECOND)
    states = []
    for text in (moved_version(first), first):
        file.write_text(text)
        applied.plan()
        applied.apply()
        states.append(applied.aliases())
    applied.require_settled()

    assert [
        {"champion": 2, "previous-champion": 1},
        {"champion": 1, "previous-champion": 2},
    ] == states


def test_a_version_that_is_not_ready_is_asked_for_and_taken_when_it_is(applied):
    applied.double.train("churn", SECOND, "PENDING_REGISTRATION")
    applied.rewrite(moved_version)
    applied.plan()

    refused = applied.run("apply", "plan.json")
    assert refused.code in {23, 69}
    assert f"has no version with the source `{SECOND}`" in refused.out + refused.err
    assert {"champion": 1} == applied.aliases()

    made = applied.double.train("churn", SECOND)
    applied.deliver()
    assert {"champion": made, "previous-champion": 1} == applied.aliases()


def test_a_model_that_nobody_made_is_made_without_a_version(planned):
    planned.rewrite(lambda text: text.replace("  registry: {", "  x-registry: {"))
    planned.rewrite(lambda text: "".join(x for x in text.splitlines(True) if "x-registry" not in x))
    planned.double.like(type(planned.double)())
    planned.plan()

    planned.run("apply", "plan.json")
    assert FULL in planned.double.models
    planned.double.train("churn", FIRST)
    planned.deliver()

    assert {"champion": 1} == planned.aliases()


def move_the_alias(double):
    double.train("churn", "models:/m-of-others")
    double.set_alias({"version_num": 2}, FULL, "champion")


def take_the_alias_away(double):
    double.delete_alias({}, FULL, "champion")


def describe_it_otherwise(double):
    comment = double.models[FULL]["comment"].replace("Tells who", "Guesses who")
    double.update_model({"comment": comment}, FULL)


def delete_all(double):
    double.delete_version({}, FULL, "1")
    double.delete_model({}, FULL)


MEDDLING = {
    move_the_alias: ("metadata.version", '"v1" -> "unity:2"', "models:/m-of-others"),
    take_the_alias_away: ("metadata.version", '"v1" -> (none)'),
    describe_it_otherwise: ("metadata.description", "Guesses who leaves."),
    delete_all: ("model/churn", "not there any more"),
}


@pytest.mark.parametrize("meddle", MEDDLING)
def test_what_others_do_is_drift_and_stale_before_an_apply(applied, meddle):
    applied.require_drifted(lambda: meddle(applied.double), MEDDLING[meddle])


def test_a_catalog_that_is_not_there_is_no_drift_of_all_models(applied):
    applied.configure("{catalog: ml, alias", "{catalog: mll, alias")

    told = applied.run("drift", "--env", "staging").expect(69)

    assert "no catalog mll" in told.err


def test_what_others_moved_is_brought_back_by_a_plan(applied):
    move_the_alias(applied.double)

    applied.deliver()

    assert 1 == applied.aliases()["champion"]


def test_a_model_of_others_is_refused_until_it_is_adopted(planned):
    planned.rewrite(lambda text: text.replace("registry: {id: 1", "registry: {id: 2"))
    planned.plan()

    refused = planned.apply(23)

    assert "is on the Unity Catalog already, and not from here" in refused.out
    assert "mlspec" not in planned.double.models[FULL].get("comment", "")


@pytest.mark.parametrize("operation", ["CreateModel", "UpdateVersion", "SetAlias"])
def test_answers_that_stay_away_end_a_run_and_the_same_command_goes_on(planned, operation):
    planned.require_resumed(operation)

    assert {"champion": 1} == planned.aliases()
    assert [FULL] == list(planned.double.models)


def test_a_deleted_model_goes_with_its_versions(applied):
    applied.delete("churn")
    applied.plan()

    applied.apply()

    assert ({}, {}, {}) == (
        applied.double.models,
        applied.double.versions,
        applied.double.aliases,
    )


def test_who_may_only_read_plans_and_can_not_apply_and_is_told_what_is_missing(applied):
    applied.double.train("churn", SECOND)
    applied.rewrite(moved_version)
    applied.double.denied |= {"CreateModel", "UpdateModel", "SetAlias"}

    applied.plan()
    refused = applied.run("apply", "plan.json").expect(69)

    assert "does not let this user change models" in refused.err
    assert "CREATE MODEL" in refused.err
    assert {"champion": 1} == applied.aliases()


def test_doctor_tells_of_the_workspace_the_limits_and_the_preview(applied):
    told = applied.run("doctor", "--format", "json").json["facts"]
    facts = {x["name"]: x for x in told}

    assert f"{CATALOG}.{SCHEMA}; a preview" in facts["unity-catalog server staging"]["text"]
    assert "makes no versions" in facts["unity-catalog limits staging"]["text"]
    assert facts["unity-catalog clock staging"]["isFine"]


def test_without_a_token_or_with_that_of_another_workspace_nothing_is_sent(applied):
    applied.double.asked.clear()
    elsewhere = {"DATABRICKS_HOST": "https://another.cloud.databricks.com"}
    named = f"unityCatalog: {{host: '{applied.double.address}', catalog"
    applied.configure("unityCatalog: {catalog: base", f"{named}: b")

    for variables, told in (
        ({"DATABRICKS_TOKEN": ""}, "`DATABRICKS_TOKEN` is not set"),
        ({"DATABRICKS_HOST": ""}, "`DATABRICKS_HOST` is not set"),
        (elsewhere, "is set for another workspace"),
    ):
        assert told in applied.run("drift", "--env", "staging", **variables).expect(64).err
    assert [] == applied.double.asked
