"""A double of SageMaker's model registry on loopback: the service itself can't run here.

It speaks the JSON protocol to `botocore` and keeps groups, packages and tags. Every request has to
have the shape that `botocore`'s own model of the service documents, lengths and patterns included,
which `botocore` does not check before it sends; so has every answer of its own. What it does beyond
shapes is written after the documentation: a group's name is unique, a tag is replaced by its key,
a `ClientToken` makes one version, properties of an update are added to those that are there, a
group with versions can't be deleted, a number is never taken again.

`lose_answer` and `denied` make it lose an answer or deny an operation.
"""

from __future__ import annotations

import json
import re
import time
from functools import cache
from itertools import count

import pytest
from tests.loopback import Double, Exchange, doubled

__all__ = [
    "SagemakerDouble",
    "WrongError",
    "at_double",
    "require",
    "sagemaker",
    "sagemaker_double",
    "shape_of",
    "shared_double",
]

KEY, SECRET = "AKIAEXAMPLEEXAMPLE12", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
REGION, ACCOUNT = "eu-central-1", "123456789012"
_CLASSES = {
    r"\p{L}": "a-zA-Z\u00c0-\u024f",
    r"\p{M}": "\u0300-\u036f",
    r"\p{Z}": " \u00a0",
    r"\p{S}": "$+<=>^`|~",
    r"\p{N}": "0-9",
    r"\p{P}": r"!-#%-*,-/:;?@\[-\]_{}",
}


@cache
def _model():
    """Return the model of the service, which takes a second to read."""
    from botocore.session import get_session

    return get_session().get_service_model("sagemaker")


class WrongError(Exception):
    """What is answered with 400: a code and the words of it."""

    def __init__(self, message, code="ValidationException"):
        super().__init__(message)
        self.code, self.message = code, message


def troubles(shape, value, at=""):
    """Yield where a value has not the lengths and patterns of a shape."""
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    if shape.type_name in ("string", "list", "map") and not (
        (least or 0) <= len(value) <= (10**9 if most is None else most)
    ):
        yield f"{at}: length {len(value)}, not {least} to {most}"
    if shape.type_name == "string" and (pattern := shape.metadata.get("pattern")):
        pattern = re.sub(r"\$\{1,\d+\}$", "", pattern)  # two of them end so, and no text could
        for name, letters in _CLASSES.items():
            pattern = pattern.replace(name, letters)
        if not re.fullmatch(pattern, value):
            yield f"{at}: `{value}` is not of {pattern}"
    for member, inner, name in _members(shape, value):
        yield from troubles(member, inner, f"{at}.{name}")


def _members(shape, value):
    if shape.type_name == "structure":
        return [(shape.members[key], each, key) for key, each in value.items()]
    if shape.type_name == "list":
        return [(shape.member, each, number) for number, each in enumerate(value)]
    if shape.type_name == "map":
        keys = [(shape.key, key, "key") for key in value]
        return keys + [(shape.value, each, key) for key, each in value.items()]
    return []


def shape_of(name):
    """Return a shape of the model of the service."""
    return _model().shape_for(name)


def require(shape, value):
    """Refuse a value that has not the shape that is documented."""
    from botocore.validate import ParamValidator

    report = ParamValidator().validate(value, shape)
    found = [report.generate_report()] if report.has_errors() else [*troubles(shape, value)]
    if found:
        raise WrongError("; ".join(found))


class SagemakerDouble(Double):
    """The state, and one method for each operation."""

    holds = ("groups", "packages", "tokens", "numbers")

    def __init__(self):
        super().__init__()
        self.groups, self.packages, self.tokens = {}, {}, {}
        self.clock, self.numbers = count(), {}

    @property
    def names(self):
        """The names of all groups."""
        return list(self.groups)

    def answer(self, operation, told):
        from botocore import xform_name

        described = _model().operation_model(operation)
        with self.lock:
            self.asked.append(operation)
            if operation in self.denied:
                raise WrongError("not authorized to perform that", "AccessDeniedException")
            require(described.input_shape, told)
            found = getattr(self, xform_name(operation))(told) or {}
            if described.output_shape is not None:
                require(described.output_shape, found)
            if self.is_lost(operation):
                raise ConnectionAbortedError
            return found

    def _now(self):
        return round(time.time(), 3) + next(self.clock) / 1000

    @staticmethod
    def _arn(kind, name):
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"

    def _group(self, name):
        if name not in self.groups:
            arn = self._arn("model-package-group", name)
            raise WrongError(f"ModelPackageGroup {arn} does not exist.")
        return self.groups[name]

    def _tagged(self, arn):
        return self._group(arn.rpartition("/")[2])["tags"]

    def _package(self, arn):
        if arn not in self.packages:
            raise WrongError(f"ModelPackage {arn} does not exist.")
        return self.packages[arn]

    def create_model_package_group(self, told):
        told = dict(told)
        name, tags = told["ModelPackageGroupName"], told.pop("Tags", [])
        if name in self.groups:
            raise WrongError(f"Model Package Group already exists: {name}")
        arn = self._arn("model-package-group", name)
        made = {"ModelPackageGroupArn": arn, "CreationTime": self._now(), "CreatedBy": {}}
        self.groups[name] = {
            "told": told | made | {"ModelPackageGroupStatus": "Completed"},
            "tags": {each["Key"]: each["Value"] for each in tags},
        }
        return {"ModelPackageGroupArn": arn}

    def describe_model_package_group(self, told):
        return self._group(told["ModelPackageGroupName"])["told"]

    def list_model_package_groups(self, told):
        keys = ("ModelPackageGroupName", "ModelPackageGroupArn", "CreationTime")
        found = [
            {key: each["told"][key] for key in (*keys, "ModelPackageGroupStatus")}
            for name, each in sorted(self.groups.items())
            if told.get("NameContains", "") in name
        ]
        return {"ModelPackageGroupSummaryList": found}

    def delete_model_package_group(self, told):
        name = told["ModelPackageGroupName"]
        self._group(name)
        if self._of_group(name):
            raise WrongError("Model Package Group has model packages", "ConflictException")
        del self.groups[name]

    def _of_group(self, name):
        return [x for x in self.packages.values() if x["ModelPackageGroupName"] == name]

    def add_tags(self, told):
        tags = self._tagged(told["ResourceArn"])
        new = tags | {each["Key"]: each["Value"] for each in told["Tags"]}
        if len(new) > 50:
            raise WrongError("too many tags", "ResourceLimitExceeded")
        tags |= new
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def list_tags(self, told):
        tags = sorted(self._tagged(told["ResourceArn"]).items())
        page, more = _page(tags, told, 7)
        return {"Tags": [{"Key": key, "Value": value} for key, value in page], **more}

    def delete_tags(self, told):
        for each in told["TagKeys"]:
            self._tagged(told["ResourceArn"]).pop(each, None)

    def create_model_package(self, told):
        told = dict(told)
        name, token = told["ModelPackageGroupName"], told.pop("ClientToken")
        self._group(name)
        if token in self.tokens:
            return {"ModelPackageArn": self.tokens[token]}
        if "Tags" in told:
            raise WrongError("Tags can't be given to a package of a group")
        number = self.numbers[name] = self.numbers.get(name, 0) + 1
        arn = self.tokens[token] = f"{self._arn('model-package', name)}/{number}"
        made = {
            "ModelPackageName": name,
            "ModelPackageVersion": number,
            "ModelPackageArn": arn,
            "CreationTime": self._now(),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": []},
        }
        self.packages[arn] = told | made
        return {"ModelPackageArn": arn}

    def describe_model_package(self, told):
        return self._package(told["ModelPackageName"])

    def list_model_packages(self, told):
        name = told["ModelPackageGroupName"]
        self._group(name)
        keys = ("ModelPackageArn", "ModelPackageGroupName", "ModelPackageVersion", "CreationTime")
        keys += ("ModelPackageStatus", "ModelApprovalStatus")
        found = [
            {key: each[key] for key in keys}
            for each in self._of_group(name)
            if told.get("ModelApprovalStatus") in (None, each["ModelApprovalStatus"])
        ]
        page, more = _page(sorted(found, key=lambda each: -each["ModelPackageVersion"]), told, 2)
        return {"ModelPackageSummaryList": page, **more}

    def update_model_package(self, told):
        told = dict(told)
        package = self._package(told["ModelPackageArn"])
        properties = told.pop("CustomerMetadataProperties", {})
        package |= told
        if properties:
            known = package.get("CustomerMetadataProperties", {})
            package["CustomerMetadataProperties"] = known | properties
        return {"ModelPackageArn": told["ModelPackageArn"]}

    def delete_model_package(self, told):
        self._package(told["ModelPackageName"])
        del self.packages[told["ModelPackageName"]]


def _page(found, told, size):
    """Return a page, and what leads to the next one: small ones, so that there are several."""
    start = int(told.get("NextToken", 0))
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return found[start : start + size], more


class _Exchange(Exchange):
    def take(self):
        operation = self.headers["X-Amz-Target"].removeprefix("SageMaker.")
        try:
            self._answer(200, self.server.double.answer(operation, json.loads(self.content)))
        except WrongError as error:
            self._answer(400, {"__type": error.code, "message": error.message})
        except ConnectionAbortedError:
            self._answer(503, {"__type": "ServiceUnavailable", "message": "try again"})

    def _answer(self, status, value):
        self.say_json(status, value, "application/x-amz-json-1.1")


def sagemaker_double():
    """Start one on a free port of loopback, and end it after a block."""
    return doubled(SagemakerDouble(), _Exchange)


def at_double(address):
    """Return the variables that lead clients of AWS to an address, and to nothing else."""
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


@pytest.fixture(scope="session")
def shared_double():
    with sagemaker_double() as double:
        yield double


@pytest.fixture
def sagemaker(shared_double, monkeypatch):
    """The address of a double that tests share; clients of this process are led there."""
    for name, value in at_double(shared_double.address).items():
        monkeypatch.setenv(name, value)
    return shared_double.address
