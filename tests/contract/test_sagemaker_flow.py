"""Plan, apply and drift at a double of SageMaker's registry, by the command line alone.

What is followed there is `ModelApprovalStatus`; the double refuses whatever has not the shape that
`botocore`'s model of the service documents.
"""

from __future__ import annotations

import os
import shutil

import pytest
from tests.contract.shops import DoubledShop, moved_version
from tests.sagemaker_double import at_double, sagemaker_double

from mlspec.sagemaker import Client, connect, read_group
from mlspec.sagemaker.reading import find_packages
from mlspec.sagemaker.tags import unpacked

GROUP = "st-churn"
PREVIEW = "is a preview: it was never tried on a real account"


class Shop(DoubledShop):
    """One at a double of SageMaker's registry."""

    def __init__(self, forks, root, double):
        super().__init__(forks, root, "backend: sagemaker", double, at_double)
        own = "      sagemaker: {namePrefix: st-}\n"
        self.configure("    staging:\n", f"    staging:\n{own}")

    def approvals(self):
        """Return the approval of each version by number."""
        return {
            each["ModelPackageVersion"]: each["ModelApprovalStatus"]
            for each in self.double.packages.values()
        }

    def package(self, number):
        (found,) = (x for x in self.double.packages.values() if x["ModelPackageVersion"] == number)
        return found


@pytest.fixture(scope="module")
def delivered(forks, fresh, tmp_path_factory):
    """A workspace that is planned, what is there after its apply, and what was asked for that."""
    root = tmp_path_factory.mktemp("delivered")
    with sagemaker_double() as double:
        planned = Shop(forks, shutil.copytree(fresh, root / "planned"), double)
        planned.plan()
        done = planned.moved(root / "done", double)
        before = len(double.asked)
        done.apply()
        asked = double.asked[before:]
        done.require_settled()
        yield planned, done, asked


@pytest.fixture
def double():
    with sagemaker_double() as started:
        yield started


@pytest.fixture
def planned(delivered, double, tmp_path):
    return delivered[0].moved(tmp_path / "shop", double)


@pytest.fixture
def applied(delivered, double, tmp_path):
    return delivered[1].like(tmp_path / "shop", double)


def test_an_apply_makes_a_group_and_an_approved_version_and_nothing_is_left_to_do(applied):
    (group,) = applied.double.groups.values()
    tags = unpacked(group["tags"])
    package = applied.package(1)

    assert (GROUP, {1: "Approved"}) == (
        group["told"]["ModelPackageGroupName"],
        applied.approvals(),
    )
    assert ["mlspec.env.staging"] == list(tags)
    assert "ModelPackageGroupDescription" not in group["told"]
    (container,) = package["InferenceSpecification"]["Containers"]
    assert "s3://example-lake/models/churn-v1.onnx" == container["ModelDataUrl"]
    assert container["Image"].startswith("registry.example.org/growth/churn@sha256:")
    assert "v1" == package["CustomerMetadataProperties"]["mlspec.version"]


def test_nothing_has_drifted_and_it_is_said_once_that_it_is_a_preview(applied):
    told = applied.run("drift", "--env", "staging").expect(0)

    assert 1 == told.err.count(PREVIEW)
    assert PREVIEW not in told.out
    applied.run("audit", "verify", "--env", "staging").expect(0)


def test_the_version_is_approved_last_and_made_unapproved(delivered):
    _, _, asked = delivered

    writes = [each for each in asked if not each.startswith(("Describe", "List"))]
    assert [
        "CreateModelPackageGroup",  # the lock
        "CreateModelPackageGroup",
        "CreateModelPackage",
        "AddTags",
        "UpdateModelPackage",
        "DeleteModelPackageGroup",
    ] == writes


def test_versions_move_forth_and_back_by_approval_and_none_is_made_twice(applied):
    file = applied.root / "specs" / "churn.yaml"
    first = file.read_text()
    states = []
    other_image = moved_version(first).replace("churn@sha256:3", "churn@sha256:4")
    for text in (moved_version(first), first, moved_version(first), other_image):
        file.write_text(text)
        applied.plan()
        applied.apply()
        states.append(applied.approvals())
    applied.require_settled()

    both = {1: "Approved", 2: "Approved"}
    assert [both, {1: "Approved", 2: "Rejected"}, both, both | {3: "Approved"}] == states


def approve_another(double):
    arn = next(iter(double.packages))
    container = {"Image": "other/image", "ModelDataUrl": "s3://other/model.tar.gz"}
    told = {"ModelPackageGroupName": GROUP, "ModelApprovalStatus": "Approved"}
    told["InferenceSpecification"] = {"Containers": [container]}
    double.answer("CreateModelPackage", told | {"ClientToken": "by-hand"})
    assert arn in double.packages


def reject_it(double):
    for arn in double.packages:
        told = {"ModelPackageArn": arn, "ModelApprovalStatus": "Rejected"}
        double.answer("UpdateModelPackage", told)


def serve_another_image(double):
    for arn, package in double.packages.items():
        (container,) = package["InferenceSpecification"]["Containers"]
        changed = {"Containers": [container | {"Image": "other/image"}]}
        told = {"ModelPackageArn": arn, "InferenceSpecification": changed}
        double.answer("UpdateModelPackage", told)


def delete_all(double):
    for arn in list(double.packages):
        double.answer("DeleteModelPackage", {"ModelPackageName": arn})
    double.answer("DeleteModelPackageGroup", {"ModelPackageGroupName": GROUP})


MEDDLING = {
    approve_another: ("metadata.version", '"v1" -> "sagemaker:2"', "s3://other/model.tar.gz"),
    reject_it: ("metadata.version", '"v1" -> (none)'),
    serve_another_image: ("spec.serving.image", "other/image"),
    delete_all: ("model/churn", "not there any more"),
}


@pytest.mark.parametrize("meddle", MEDDLING)
def test_what_others_do_is_drift_stale_before_an_apply_and_brought_back(applied, meddle):
    applied.require_drifted(lambda: meddle(applied.double), MEDDLING[meddle])


def test_what_others_approved_is_brought_back_by_a_plan(applied):
    approve_another(applied.double)

    applied.deliver()

    (ours,) = (x for x in applied.double.packages.values() if "CustomerMetadataProperties" in x)
    assert 1 == ours["ModelPackageVersion"]
    assert {1: "Approved", 2: "Rejected"} == applied.approvals()


def test_a_group_of_others_is_refused_until_it_is_adopted(planned):
    shop = planned
    shop.double.answer("CreateModelPackageGroup", {"ModelPackageGroupName": GROUP})
    refused = shop.apply(23)
    assert "is on the SageMaker registry already, and not from here" in refused.out
    assert {} == shop.double.groups[GROUP]["tags"]

    created = round(shop.double.groups[GROUP]["told"]["CreationTime"] * 1000)
    adopted = f"  registry: {{id: {created}}}\n  artifact:\n"
    shop.rewrite(lambda text: text.replace("  artifact:\n", adopted, 1))
    shop.deliver()

    assert {1: "Approved"} == shop.approvals()


@pytest.mark.parametrize(
    "operation",
    ["CreateModelPackageGroup", "CreateModelPackage", "AddTags", "UpdateModelPackage"],
)
def test_answers_that_stay_away_end_a_run_and_the_same_command_goes_on(planned, operation):
    planned.require_resumed(operation)

    assert {1: "Approved"} == planned.approvals()
    assert [GROUP] == list(planned.double.groups)


def retire(shop):
    (shop.root / "specs" / "churn.yaml").unlink()


def go_back(shop):
    """Plan the version before, after another one was delivered."""
    file = shop.root / "specs" / "churn.yaml"
    first = file.read_text()
    file.write_text(moved_version(first))
    shop.plan()
    shop.apply()
    file.write_text(first)


@pytest.mark.parametrize(
    ("change", "left"),
    [(retire, {1: "Rejected"}), (go_back, {1: "Approved", 2: "Rejected"})],
)
def test_what_takes_several_requests_goes_on_where_it_was_ended(applied, change, left):
    change(applied)
    applied.plan()
    applied.double.lose_answer("UpdateModelPackage", times=9)

    applied.apply(69)
    applied.double.lost.clear()
    applied.apply()

    assert left == applied.approvals()
    assert [] == [each for each in applied.double.groups if "lock" in each]


def test_a_group_that_lost_its_versions_is_deleted_by_the_same_command(applied):
    applied.delete("churn")
    applied.plan()
    applied.double.denied |= {"DeleteModelPackageGroup"}

    applied.apply(69)
    assert {} == applied.approvals()
    applied.double.denied.clear()
    applied.apply()

    assert {} == applied.double.groups


def test_who_may_only_read_plans_and_can_not_apply_and_is_told_what_is_missing(applied):
    applied.rewrite(moved_version)
    applied.double.denied |= {"CreateModelPackageGroup", "CreateModelPackage", "AddTags"}

    applied.plan()
    refused = applied.run("apply", "plan.json").expect(69)

    assert "does not let this user do `create_model_package_group`" in refused.err
    assert "hint: to plan needs `sagemaker:Describe*`" in refused.err
    assert {1: "Approved"} == applied.approvals()


def test_doctor_tells_of_the_region_the_limits_and_the_preview(applied):
    told = applied.run("doctor", "--format", "json").json["facts"]
    facts = {x["name"]: x for x in told}

    assert "eu-central-1" in facts["sagemaker server staging"]["text"]
    assert "preview" in facts["sagemaker server staging"]["text"]
    assert "no aliases" in facts["sagemaker limits staging"]["text"]
    assert facts["sagemaker clock staging"]["isFine"]


def test_without_credentials_or_a_region_the_next_step_is_told(applied):
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    nowhere = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"), "")

    for variables, code, hint in ((nobody, 69, "AWS_PROFILE"), (nowhere, 64, "sagemaker.region")):
        told = applied.run("drift", "--env", "staging", **variables).expect(code).err
        assert "SageMaker can't be asked" in told
        assert hint in told


def test_a_group_is_read_as_it_is(applied, monkeypatch):
    for name, value in at_double(applied.double.address).items():
        monkeypatch.setenv(name, value)
    client = Client(connect("eu-central-1", os.environ))

    group = read_group(client, GROUP)
    (package,) = find_packages(client, GROUP)

    assert (package,) == group.latest
    assert {"approved": "1"} == dict(group.aliases)
    assert None is read_group(client, "none")
    assert client.server_ms
