"""Reading SageMaker's registry: each group takes four requests, a few groups at once.

`DescribeModelPackageGroup`, `ListTags`, `ListModelPackages` for those that are approved, and
`DescribeModelPackage` for the newest of them: no operation reads more than one group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import AbsentError
from mlspec.sagemaker.model import ALIAS, APPROVED, Group, Package, milliseconds
from mlspec.sagemaker.tags import unpacked
from mlspec.wire.crowd import asked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mlspec.sagemaker.client import Client

__all__ = [
    "find_packages",
    "groups_named",
    "list_packages",
    "read_group",
    "read_groups",
    "read_package",
    "tags_of",
]

_A_PAGE = 100
_PACKAGES = "ModelPackageSummaryList"


def read_group(client: Client, name: str) -> Group | None:
    """Return one group with the version that traffic follows; None where there is none."""
    try:
        told = client.repeat("describe_model_package_group", ModelPackageGroupName=name)
        arn = str(told["ModelPackageGroupArn"])
        tags = unpacked(tags_of(client, arn))
        newest = _newest(client, name)
    except AbsentError:
        return None
    return Group(
        name=name,
        created_ms=milliseconds(told.get("CreationTime")),
        arn=arn,
        tags=tags,
        aliases={ALIAS: newest.number} if newest else {},
        latest=(newest,) if newest else (),
    )


def read_groups(client: Client, names: Collection[str]) -> dict[str, Group]:
    """Return the groups of these names, in order of name; those that exist."""
    return asked(lambda name: read_group(client, name), sorted(names))


def groups_named(client: Client, start: str) -> Iterator[Group]:
    """Yield the groups whose names begin so, with their tags; versions are not looked at."""
    listed = client.listed(
        "list_model_package_groups",
        "ModelPackageGroupSummaryList",
        NameContains=start,
        MaxResults=_A_PAGE,
    )
    for each in list(listed):
        name, arn = str(each["ModelPackageGroupName"]), str(each["ModelPackageGroupArn"])
        if name.startswith(start):
            created_ms = milliseconds(each.get("CreationTime"))
            try:
                yield Group(name, created_ms, arn, unpacked(tags_of(client, arn)))
            except AbsentError:  # it was deleted since
                continue


def tags_of(client: Client, arn: str) -> Mapping[str, str]:
    """Return the tags of a resource as they are."""
    listed = client.listed("list_tags", "Tags", ResourceArn=arn)
    return {str(each.get("Key")): str(each.get("Value")) for each in listed}


def list_packages(client: Client, name: str, approval: str = "") -> list[tuple[int, str, str]]:
    """Return number, ARN and approval of the versions of a group, oldest first."""
    wanted = {"ModelApprovalStatus": approval} if approval else {}
    listed = client.listed(
        "list_model_packages",
        _PACKAGES,
        ModelPackageGroupName=name,
        MaxResults=_A_PAGE,
        **wanted,
    )
    return sorted(
        (
            int(str(each.get("ModelPackageVersion") or 0)),
            str(each.get("ModelPackageArn")),
            str(each.get("ModelApprovalStatus")),
        )
        for each in listed
    )


def read_package(client: Client, arn: str) -> Package | None:
    """Return one version; None where there is none."""
    try:
        return Package.from_answer(client.repeat("describe_model_package", ModelPackageName=arn))
    except AbsentError:
        return None


def find_packages(client: Client, name: str) -> list[Package]:
    """Return all versions of a group, oldest first; each is a request."""
    try:
        arns = [arn for _, arn, _ in list_packages(client, name)]
    except AbsentError:
        return []
    return list(asked(lambda arn: read_package(client, arn), arns).values())


def _newest(client: Client, name: str) -> Package | None:
    """Return the newest version that is approved."""
    approved = list_packages(client, name, APPROVED)
    return read_package(client, approved[-1][1]) if approved else None
