"""Services are joined to the model that they name, where one answers and nothing speaks against."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import workspace
from tests.unit.importing.joins import bundle, cluster, files, registry, take

from mlspec.importing import Anchor, Anchors, Outcome, storage_key
from mlspec.importing._joining import REGISTERED, registered_in
from mlspec.reporting.imports import render_import, render_import_json

RUN = "mlflow-artifacts:/1/0123456789abcdef0123456789abcdef/artifacts/model"


@pytest.fixture
def shop(tmp_path):
    return workspace(tmp_path / "shop")


@pytest.fixture
def models(tmp_path):
    return registry(tmp_path / "registry", {"alpha": "s3://m/a", "beta": "", "gamma": RUN})


def service(uri="", name=""):
    tags = {REGISTERED: name} if name else {}
    origins = [{"id": "k", "system": "kserve", "location": "cluster", "name": "prod/x"}]
    return {"spec": {"origins": origins, "artifact": {"uri": uri}, "tags": tags}}


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("models:/churn/3", ("churn", "3")),
        ("models:/churn@champion", ("churn", "")),
        ("models:/churn", ("churn", "")),
        ("models://churn/3", ("churn", "3")),
        ("models:/m-0123456789abcdef0123456789abcdef", ("", "")),
        ("s3://models/churn/3", ("", "")),
        ("models:/", ("", "")),
    ],
)
def test_an_address_names_a_registered_model(uri, found):
    assert found == registered_in(uri)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (RUN, RUN.replace(":/", "://mlflow.example.org/"), True),
        (RUN, f"{RUN}/", True),
        (RUN, RUN.replace("0123", "9999"), False),
        ("mlflow-artifacts:/models/a", "mlflow-artifacts:/models/a", False),
        ("models:/a/1", "models:/a/1", False),
        ("s3a://M//a/", "s3://m/a", True),
    ],
)
def test_addresses_of_a_server_are_one_only_where_a_run_is_in_them(one, other, is_same):
    assert is_same == (storage_key(one) == storage_key(other) != "")


@pytest.mark.parametrize(
    ("uri", "name", "joined", "why"),
    [
        ("s3://m/a", "", "alpha", ""),
        ("", "alpha", "alpha", ""),
        ("s3://m/a", "alpha", "alpha", ""),
        ("s3://m/a", "beta", "", "which is `observed-model/beta`"),
        ("s3://m/z", "alpha", "", "with the bytes `s3://m/a`, and serves `s3://m/z`"),
        ("s3://m/z", "beta", "beta", ""),
        ("s3://m/z", "gamma", "gamma", ""),
        ("", "nobody", "", ""),
        ("", "two", "", "may be of `observed-model/alpha` or `observed-model/beta`"),
        ("s3://m/b", "beta", "", "its bytes `s3://m/b` may be of"),
        ("", "", "", ""),
    ],
)
def test_bytes_come_first_and_what_contradicts_joins_nothing(uri, name, joined, why):
    anchors = Anchors()
    anchors.add(Anchor("observed-model/alpha"), "s3://m/a", ("alpha", "two"))
    anchors.add(Anchor("observed-model/beta"), "unknown", ("beta", "two"))
    anchors.add(Anchor("observed-model/gamma"), RUN, ("gamma",))
    anchors.add(Anchor("observed-model/d1"), "s3://m/b", ())
    anchors.add(Anchor("observed-model/d2"), "s3a://m/b/", ())

    joint = anchors.joint_of(service(uri, name))

    assert joined == (joint.anchor.address.partition("/")[2] if joint.anchor else "")
    assert why in joint.why
    assert bool(why) == bool(joint.why)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_service_that_names_a_model_is_joined_to_it(shop, tmp_path, models, is_first):
    live = cluster(tmp_path / "c", "kserve", [("churn", "", "beta"), ("x", "models:/alpha/1", "")])
    order = (live, models) if is_first else (models, live)

    first, second = (take(shop, each) for each in order)

    assert {"alpha", "beta", "gamma"} == {e.stem for e in (shop / "specs").rglob("*.yaml")}
    if is_first:
        (told,) = (each for each in second.undecided if "churn" in each.source)
        assert "it stands in `specs/imported/beta.yaml` now" in told.why
    else:
        assert [Outcome.JOINED] * 2 == [each.outcome for each in second.models]
    text = (shop / "specs" / "imported" / "beta.yaml").read_text()
    assert "name: prod/churn" in text
    assert "owner: crm" in text
    assert first.models


def test_what_a_join_leaves_out_is_told(shop, tmp_path, models):
    take(shop, models)

    report = take(shop, cluster(tmp_path / "c", "argo-rollouts", [("r", "s3://m/a", "")]))

    (each,) = report.models
    assert Outcome.JOINED is each.outcome
    (lost,) = (e for e in each.found.lost if e.source.endswith(": version"))
    assert "`v7`" in lost.why


def test_what_speaks_for_two_models_is_told_with_both(shop, tmp_path, models):
    take(shop, models)

    report = take(shop, cluster(tmp_path / "c", "kserve", [("x", "s3://m/a", "beta")]))

    assert [Outcome.ADDED] == [each.outcome for each in report.models]
    (told,) = report.undecided
    assert "kserve prod/x" == told.source
    for address in ("observed-model/alpha", "observed-model/beta"):
        assert address in told.why
        assert address in render_import(report, colour=False)
        assert address in render_import_json(report)


def test_a_second_model_with_the_same_bytes_parts_what_was_joined(shop, tmp_path):
    live = cluster(tmp_path / "c", "kserve", [("x", "s3://m/a", "")])
    take(shop, registry(tmp_path / "r", {"alpha": "s3://m/a"}))
    take(shop, live)
    assert not (shop / "specs/imported/prod-x.yaml").exists()

    report = take(shop, registry(tmp_path / "r", {"alpha": "s3://m/a", "beta": "s3://m/a"}))

    assert "prod/x" in (shop / "specs/imported/prod-x.yaml").read_text()
    assert "prod/x" not in (shop / "specs/imported/alpha.yaml").read_text()
    assert any("may be of" in each.why for each in report.undecided)


def test_a_spec_that_a_person_changed_is_not_taken_away(shop, tmp_path, models):
    take(shop, cluster(tmp_path / "c", "kserve", [("x", "s3://m/a", "")]))
    own = shop / "specs/imported/prod-x.yaml"
    own.write_text(own.read_text().replace("licence: unknown", "licence: mine"))

    report = take(shop, models)

    assert "licence: mine" in own.read_text()
    (told,) = report.undecided
    assert "was changed by hand" in told.why
    own.unlink()
    take(shop, models)
    assert "prod/x" in (shop / "specs/imported/alpha.yaml").read_text()


def test_what_people_write_into_a_joined_spec_stays(shop, tmp_path, models):
    live = cluster(tmp_path / "c", "kserve", [("x", "s3://m/a", "")])
    take(shop, models)
    take(shop, live)
    file = shop / "specs/imported/alpha.yaml"
    file.write_text(file.read_text().replace("licence: unknown", "licence: mine  # asked"))
    changed = cluster(tmp_path / "c", "kserve", [("x", "s3://m/a", ""), ("z", "s3://m/a", "")])

    report = take(shop, changed)

    assert "licence: mine  # asked" in file.read_text()
    assert "name: prod/z" in file.read_text()
    assert [] == [e for each in report.models for e in each.conflicts]


def test_an_endpoint_is_joined_to_the_registered_model_that_it_serves(shop, tmp_path, models):
    served = bundle(tmp_path / "b", [("e", "beta", "4"), ("f", "elsewhere", "1")])
    take(shop, models)

    report = take(shop, served)

    found = {each.found.name: (each.address, each.outcome) for each in report.models}
    assert ("observed-model/beta", Outcome.JOINED) == found["beta"]
    assert ("observed-model/elsewhere-served", Outcome.ADDED) == found["elsewhere"]


@pytest.mark.parametrize("left", range(3))
def test_a_join_that_was_cut_off_is_finished_by_the_next_import(shop, tmp_path, models, left):
    live = cluster(tmp_path / "c", "kserve", [("x", "s3://m/a", "")])
    take(shop, live)
    before = files(shop)
    take(shop, models)
    whole = files(shop)
    own, base = "specs/imported/prod-x.yaml", ".mlspec/imports/kserve/prod-x.yaml"
    if left < 2:
        (shop / base).write_text(before[base])
    if left < 1:
        (shop / own).write_text(before[own])

    take(shop, models)

    assert whole == files(shop)
