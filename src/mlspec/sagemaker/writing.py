"""Writing to SageMaker's registry: what may happen twice is repeated, what makes something is not.

Traffic follows the newest version that is approved. So a version is made unapproved, and to move
is to approve the one that is meant, and then to reject those after it that are approved, the
newest last: as long as that takes, traffic stays where it was. Older ones stay approved: they are
where to go back to.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mlspec.errors import AbsentError, ExistsError, LostAnswerError, RefusedError
from mlspec.sagemaker.limits import trouble_with_group
from mlspec.sagemaker.model import APPROVED, Group, Package
from mlspec.sagemaker.reading import (
    find_packages,
    list_packages,
    read_group,
    read_package,
    tags_of,
)
from mlspec.sagemaker.tags import keys_of, packed
from mlspec.wire.tries import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.sagemaker.client import Client

__all__ = [
    "approve",
    "create_group",
    "create_package",
    "delete_group",
    "delete_group_tag",
    "reject_all",
    "set_group_tag",
    "set_package_tag",
]

_PENDING: Final = "PendingManualApproval"
_REJECTED: Final = "Rejected"
_TOKEN_CHARACTERS = 36
_APPROVES = "mlspec: this version is the one of the plan that was applied"
_REJECTS = "mlspec: another version is the one of the plan that was applied"


def create_group(
    client: Client, name: str, tags: Mapping[str, str], description: str = ""
) -> Group:
    """Create a group; of two callers one wins. Its description is for ever.

    Raises:
        ExistsError: it exists, and its tags are not these.
        RefusedError: the name or the tags are none.
    """
    if trouble := trouble_with_group(name):
        raise RefusedError(f"the name `{name[:80]}` {trouble.reason}", hint=trouble.hint)
    told: dict[str, object] = {"ModelPackageGroupName": name, "Tags": _pairs(packed(tags))}
    if description:
        told["ModelPackageGroupDescription"] = description

    def make(lost: int) -> Group:
        return _group_made(client, told, tags, was_lost=lost > 0)

    def found() -> Group | None:
        there = read_group(client, name)
        return _own(there, tags) if there else None

    return made(client.pause, make, found)


def create_package(
    client: Client, name: str, container: tuple[str, str], tags: Mapping[str, str], mark: str
) -> Package:
    """Create a version that is not approved; `container` is where it lies and its image.

    Only it has this value of the tag `mark`, which is its `ClientToken`, too: SageMaker makes one
    version of two requests with the same.

    Raises:
        AbsentError: there is no group of that name.
    """
    source, image = container
    token = sha256(tags[mark].encode()).hexdigest()[:_TOKEN_CHARACTERS]
    told: dict[str, object] = {
        "ModelPackageGroupName": name,
        "ModelApprovalStatus": _PENDING,
        "InferenceSpecification": {"Containers": [{"Image": image, "ModelDataUrl": source}]},
        "CustomerMetadataProperties": packed(tags),
        "ClientToken": token,
    }

    def make(_lost: int) -> Package:
        return _package_made(client, client.once("create_model_package", **told))

    def found() -> Package | None:
        there = find_packages(client, name)
        return next((x for x in there if x.tags.get(mark) == tags[mark]), None)

    return made(client.pause, make, found)


def set_group_tag(client: Client, name: str, key: str, value: str) -> None:
    """Set one tag of a group, in one request.

    Raises:
        AbsentError: there is no group of that name.
    """
    client.repeat("add_tags", ResourceArn=_arn(client, name), Tags=_pairs(packed({key: value})))


def delete_group_tag(client: Client, name: str, key: str) -> None:
    """Delete one tag of a group, in one request; none is there afterwards."""
    try:
        arn = _arn(client, name)
        if keys := keys_of(key, tags_of(client, arn)):
            client.repeat("delete_tags", ResourceArn=arn, TagKeys=keys)
    except AbsentError:
        return


def set_package_tag(client: Client, package: Package, key: str, value: str) -> None:
    """Set one property of a version; the others are sent along, so that none is lost."""
    there = read_package(client, package.arn) or package
    properties = packed({**there.tags, key: value})
    client.repeat(
        "update_model_package",
        ModelPackageArn=package.arn,
        CustomerMetadataProperties=properties,
    )


def approve(client: Client, name: str, number: str) -> None:
    """Let traffic follow a version.

    Raises:
        AbsentError: there is none of that number.
    """
    listed = list_packages(client, name)
    wanted = [each for each in listed if str(each[0]) == number]
    if not wanted:
        raise AbsentError(f"`{name}` has no version {number} at SageMaker")
    if wanted[0][2] != APPROVED:
        _decide(client, wanted[0][1], APPROVED, _APPROVES)
    _reject(client, [each for each in listed if each[0] > wanted[0][0]])


def reject_all(client: Client, name: str) -> None:
    """Let traffic follow none, the newest being rejected last."""
    try:
        _reject(client, list_packages(client, name))
    except AbsentError:
        return


def delete_group(client: Client, name: str) -> None:
    """Delete a group with all its versions, the newest last; none is there afterwards."""
    try:
        for _, arn, _ in list_packages(client, name):
            _deleted(client, "delete_model_package", ModelPackageName=arn)
    except AbsentError:
        return
    _deleted(client, "delete_model_package_group", ModelPackageGroupName=name)


def _group_made(
    client: Client, told: Mapping[str, object], tags: Mapping[str, str], *, was_lost: bool
) -> Group:
    """Create a group, once; one that is there can be ours only where an answer `was_lost`."""
    name = str(told["ModelPackageGroupName"])
    try:
        client.once("create_model_package_group", **told)
    except RefusedError as error:  # AWS says by words alone that it exists
        there = read_group(client, name)
        if there is None:
            raise
        if not was_lost:
            raise ExistsError(error.message) from error
        return _own(there, tags)
    made = read_group(client, name)
    if made is None:
        raise LostAnswerError(f"SageMaker does not tell whether `{name}` was made")
    return made


def _own(there: Group, tags: Mapping[str, str]) -> Group:
    if not dict(tags).items() <= dict(there.tags).items():
        raise ExistsError(f"`{there.name}` is at SageMaker already")
    return there


def _package_made(client: Client, told: Mapping[str, object]) -> Package:
    arn = str(told.get("ModelPackageArn"))
    found = read_package(client, arn)
    if found is None:
        raise RefusedError(f"`{arn[-200:]}` was made at SageMaker, and is not there")
    return found


def _reject(client: Client, listed: list[tuple[int, str, str]]) -> None:
    for _, arn, approval in listed:
        if approval == APPROVED:
            _decide(client, arn, _REJECTED, _REJECTS)


def _decide(client: Client, arn: str, approval: str, why: str) -> None:
    client.repeat(
        "update_model_package",
        ModelPackageArn=arn,
        ModelApprovalStatus=approval,
        ApprovalDescription=why,
    )


def _deleted(client: Client, operation: str, **told: str) -> None:
    try:
        client.repeat(operation, **told)
    except AbsentError:
        return


def _arn(client: Client, name: str) -> str:
    told = client.repeat("describe_model_package_group", ModelPackageGroupName=name)
    return str(told["ModelPackageGroupArn"])


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
