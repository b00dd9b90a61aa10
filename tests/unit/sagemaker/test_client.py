"""What answers mean, what is asked again, and whether the double says what another one says."""

from __future__ import annotations

import os

import pytest
from tests.aws_server import aws_server, use_aws_server
from tests.sagemaker_double import REGION, at_double, sagemaker_double

from mlspec.errors import (
    AbsentError,
    ExistsError,
    LostAnswerError,
    MissingExtraError,
    NotAllowedError,
    RefusedError,
    RegistryUnavailableError,
    UsageError,
)
from mlspec.sagemaker import Client, Package, connect, read_group
from mlspec.sagemaker.reading import find_packages, groups_named, list_packages
from mlspec.sagemaker.writing import (
    approve,
    create_group,
    create_package,
    delete_group,
    delete_group_tag,
    reject_all,
    set_group_tag,
    set_package_tag,
)
from mlspec.wire.tries import ATTEMPTS

CONTAINER = ("s3://models/a.tar.gz", "registry.example.org/a@sha256:1")
TAGS = {"mlspec.op": "op-1", "mlspec.version": ""}


@pytest.fixture
def double(monkeypatch):
    with sagemaker_double() as started:
        for name, value in at_double(started.address).items():
            monkeypatch.setenv(name, value)
        yield started


@pytest.fixture
def client(double):
    """A client that waits for nothing."""
    return Client(connect(REGION, os.environ), pause=lambda _seconds: None)


def package(client, op="op-1", name="a"):
    return create_package(client, name, CONTAINER, TAGS | {"mlspec.op": op}, "mlspec.op")


def test_what_was_written_is_read(client):
    create_group(client, "a", {"mlspec.env.prod": "x" * 600, "team": "growth"}, "Who leaves.")
    first, second = package(client), package(client, "op-2")
    approve(client, "a", second.number)
    set_group_tag(client, "a", "mlspec.env.prod", "{}")
    set_package_tag(client, second, "mlspec.version", "v2")

    group = read_group(client, "a")

    assert {"mlspec.env.prod": "{}", "team": "growth"} == dict(group.tags)
    assert ({"approved": "2"}, "2") == (dict(group.aliases), group.latest[0].number)
    assert CONTAINER == (group.latest[0].source, group.latest[0].image)
    assert {"mlspec.op": "op-2", "mlspec.version": "v2"} == dict(group.latest[0].tags)
    assert ["1", "2"] == [each.number for each in find_packages(client, "a")]
    assert first.created_ms <= second.created_ms
    assert group.created_ms <= client.server_ms + 2000


def test_a_tag_and_what_is_left_of_it_go_together(client, double):
    create_group(client, "a", {"mlspec.env.prod": "x" * 600, "team": "growth"})
    set_group_tag(client, "a", "mlspec.env.prod", "short")

    delete_group_tag(client, "a", "mlspec.env.prod")

    assert {"team": "growth"} == double.groups["a"]["tags"]


def test_who_goes_back_rejects_the_newest_last(client, double):
    create_group(client, "a", {})
    for number in range(1, 6):
        approve(client, "a", package(client, f"op-{number}").number)
    before = len(double.asked)

    approve(client, "a", "2")

    assert ["Approved"] * 2 + ["Rejected"] * 3 == [x[2] for x in list_packages(client, "a")]
    assert 3 == double.asked[before:].count("UpdateModelPackage")
    assert "2" == read_group(client, "a").aliases["approved"]
    reject_all(client, "a")
    assert {} == dict(read_group(client, "a").aliases)


def test_only_names_that_begin_so_are_listed(client):
    for name in ("lock-1", "my-lock-1", "other"):
        create_group(client, name, {"mlspec.lock": name})

    assert ["lock-1"] == [each.name for each in groups_named(client, "lock-")]


def test_of_two_that_create_one_name_one_wins(client):
    create_group(client, "a", {"mlspec.op": "1"})

    for tags in ({"mlspec.op": "2"}, {"mlspec.op": "1"}):
        with pytest.raises(ExistsError):
            create_group(client, "a", tags)


def test_what_is_not_there_is_told_and_deleting_it_is_no_error(client):
    with pytest.raises(AbsentError):
        approve(client, "none", "1")
    with pytest.raises(AbsentError):
        set_group_tag(client, "none", "mlspec.a", "b")
    for delete in (delete_group, reject_all):
        delete(client, "none")
    delete_group_tag(client, "none", "mlspec.a")
    assert (None, []) == (read_group(client, "none"), find_packages(client, "none"))


def test_a_name_that_is_none_is_refused_before_it_is_sent(client, double):
    with pytest.raises(RefusedError, match="no name of a model package group"):
        create_group(client, "a.b", {})
    with pytest.raises(RefusedError, match="can't be asked"):
        client.once("describe_model_package", ModelPackageName=7)

    assert [] == double.asked


def make_group(client):
    create_group(client, "b", {"mlspec.op": "1"})


def make_package(client):
    package(client, "op-9")


def tag_group(client):
    set_group_tag(client, "a", "mlspec.a", "b")


def approve_first(client):
    approve(client, "a", "1")


def delete_it(client):
    delete_group(client, "a")


WRITES = {
    make_group: "CreateModelPackageGroup",
    make_package: "CreateModelPackage",
    tag_group: "AddTags",
    approve_first: "UpdateModelPackage",
    delete_it: "DeleteModelPackageGroup",
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("times", [1, ATTEMPTS - 1, ATTEMPTS + 1])
def test_a_lost_answer_makes_nothing_twice(client, double, write, times):
    create_group(client, "a", {})
    package(client)
    double.lose_answer(WRITES[write], times)
    before = len(double.packages)

    try:
        write(client)
    except LostAnswerError:
        assert times > 1

    added = {make_package: 1, delete_it: -1}.get(write, 0)
    assert before + added == len(double.packages)
    assert {make_group: ["a", "b"], delete_it: []}.get(write, ["a"]) == sorted(double.groups)


@pytest.mark.parametrize(
    ("code", "message", "status", "kind"),
    [
        ("ValidationException", "ModelPackageGroup arn does not exist.", 400, AbsentError),
        ("ResourceNotFound", "gone", 404, AbsentError),
        ("ValidationException", "Group already exists: a", 400, ExistsError),
        ("ValidationException", "1 validation error detected", 400, RefusedError),
        ("ConflictException", "it has model packages", 400, RefusedError),
        ("AccessDeniedException", "not authorized", 400, NotAllowedError),
        ("Whatever", "no", 403, NotAllowedError),
        ("ExpiredTokenException", "expired", 400, NotAllowedError),
        ("UnrecognizedClientException", "token", 400, NotAllowedError),
        ("ThrottlingException", "Rate exceeded", 400, LostAnswerError),
        ("InternalFailure", "oops", 500, LostAnswerError),
        ("ServiceUnavailable", "busy", 503, LostAnswerError),
    ],
)
def test_what_an_error_of_aws_means(code, message, status, kind):
    from botocore.exceptions import ClientError

    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }

    class Sender:
        def describe_model_package(self, **_told):
            raise ClientError(answer, "DescribeModelPackage")

    with pytest.raises(RegistryUnavailableError) as caught:
        Client(Sender).once("describe_model_package", ModelPackageName="a")

    assert kind is type(caught.value)


@pytest.mark.parametrize("told", [{}, {"InferenceSpecification": {"Containers": []}}])
def test_a_version_without_a_container_has_no_source(told):
    assert ("", "", 0) == (
        Package.from_answer(told).source,
        Package.from_answer(told).image,
        Package.from_answer(told).created_ms,
    )


def test_a_server_that_is_not_there_is_a_lost_answer(monkeypatch):
    for name, value in at_double("http://127.0.0.1:1").items():
        monkeypatch.setenv(name, value)

    with pytest.raises(LostAnswerError, match="does not answer"):
        Client(connect(REGION, os.environ)).once("list_model_package_groups")


def test_no_region_is_told_before_anything_is_sent(monkeypatch):
    for name, value in at_double("").items():
        monkeypatch.setenv(name, "" if name.endswith("REGION") else value)

    with pytest.raises(UsageError) as caught:
        Client(connect(None, os.environ)).once("list_model_package_groups")
    assert "registry.sagemaker.region" in caught.value.hint


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "botocore.session", None)

    with pytest.raises(MissingExtraError) as caught:
        Client(connect(REGION, {})).once("list_model_package_groups")
    assert "mlspec-compiler[sagemaker]" in caught.value.hint


def test_moto_says_what_the_double_says(client, monkeypatch):
    """The part that another double of AWS has: groups, packages, approval, lists."""

    def said(asked):
        create_group(asked, "a", {"mlspec.op": "1"}, "Who leaves.")
        for op in ("op-1", "op-2"):
            package(asked, op)
        group, (first, second) = read_group(asked, "a"), find_packages(asked, "a")
        absent = read_group(asked, "none")
        listed = [each.name for each in groups_named(asked, "a")]
        told = [(x.number, x.source, x.image, dict(x.tags), x.approval) for x in (first, second)]
        approve(asked, "a", "2")
        newest = read_group(asked, "a").aliases
        return dict(group.tags), dict(group.aliases), told, dict(newest), absent, listed

    here = said(client)
    with aws_server() as address:
        use_aws_server(address, monkeypatch)
        elsewhere = said(Client(connect("us-east-1", os.environ)))

    assert here == elsewhere
