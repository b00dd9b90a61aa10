"""`verify` gives the verdicts that a kube-apiserver gave, and says where."""

from __future__ import annotations

import json
import re

import pytest
from tests.contract.crd import CONFORMANCE, WHY_SKIPPED, every_definition

from mlspec.cel import Program
from mlspec.diagnostics import Severity
from mlspec.manifests import Catalogue, read_manifests, verify
from mlspec.manifests.definitions import (
    core_kinds,
    core_versions,
    definition_from_text,
    definition_to_text,
)
from mlspec.manifests.definitions._rules import RuleBook
from mlspec.manifests.definitions._words import place
from mlspec.syntax import SourceText, emit_documents

VERDICTS = CONFORMANCE / "verdicts.jsonl"
JUDGED_BY_SERVERS = re.compile(r"MLS10\d\d|MLS110[01]")
"""What an API server refuses in a custom resource: its shape, and its names and labels."""

pytestmark = pytest.mark.skipif(not VERDICTS.exists(), reason=WHY_SKIPPED)


def records():
    if not VERDICTS.exists():
        return []
    return [json.loads(line) for line in VERDICTS.read_text("utf-8").splitlines()]


def is_custom(record):
    return "." in record["object"]["apiVersion"].partition("/")[0].removesuffix(".k8s.io") or (
        record["object"]["apiVersion"].startswith("gateway.")
    )


CUSTOM = [each for each in records() if is_custom(each)]
REJECTED = [each for each in CUSTOM if each["kube_apiserver"] == "reject"]


def errors(resource):
    folder = read_manifests([SourceText("object.yaml", emit_documents([resource]).encode())])
    found = verify(folder, Catalogue(every_definition()))
    assert not found.unchecked
    assert not [each for each in found.diagnostics if each.name == "unchecked-rule"]
    return [each for each in found.diagnostics if each.severity is Severity.ERROR]


@pytest.mark.parametrize("record", CUSTOM, ids=lambda record: record["id"])
def test_the_verdict_on_a_custom_resource_is_that_of_the_api_server(record):
    found = [each for each in errors(record["object"]) if JUDGED_BY_SERVERS.fullmatch(each.code)]

    assert record["kube_apiserver"] == ("reject" if found else "accept"), found


@pytest.mark.parametrize("definition", every_definition(), ids=lambda each: each.name)
def test_every_rule_of_a_recorded_definition_can_be_read_with_the_types_of_its_place(definition):
    for name in definition.versions:
        schema = definition.version(name).schema
        book = RuleBook(schema)
        for number, node in enumerate(schema.nodes):
            for rule in node.get("rules", ()):
                texts = [rule["rule"], *filter(None, [rule.get("messageExpression")])]
                for text in texts:
                    is_read = isinstance(book.program(number, text), Program)
                    assert is_read is not ("oldSelf" in text), text


@pytest.mark.parametrize(
    "record", [each for each in records() if "reject" in str(each)], ids=lambda each: each["id"]
)
def test_whatever_a_server_or_controller_refuses_is_an_error(record):
    rejected = "reject" in (record["kube_apiserver"], record.get("argo_rollouts_1_9_1"))

    assert bool(errors(record["object"])) is rejected


@pytest.mark.parametrize(
    "record", [each for each in records() if each["id"].startswith("good/")], ids=lambda r: r["id"]
)
def test_what_a_server_accepts_and_is_meant_to_work_has_no_error(record):
    assert [] == errors(record["object"])


@pytest.mark.parametrize("record", REJECTED, ids=lambda record: record["id"])
def test_a_rejection_names_the_field_that_the_server_names(record):
    match = re.search(
        r'unknown field "([^"]+)"|: (spec[^:]*): (?:Required|Invalid|Unsupported|Duplicate)',
        record["message"],
    )
    field = re.sub(r"\[\d+\]$", "", match[1] or match[2])  # of two entries, we name the list

    found = errors(record["object"])

    assert any(field.rpartition(".")[2] in each.message for each in found), found


@pytest.mark.parametrize("record", REJECTED, ids=lambda record: record["id"])
def test_a_rejection_underlines_something_on_one_line(record):
    lines = emit_documents([record["object"]]).splitlines()

    for each in errors(record["object"]):
        line = lines[each.span.start.line - 1]
        assert each.span.start.line == each.span.end.line
        assert line[each.span.start.column - 1 : each.span.end.column - 1].strip()


def test_verdicts_of_both_kinds_are_recorded():
    assert {"accept", "reject"} == {each["kube_apiserver"] for each in CUSTOM}
    assert len(records()) == 65


@pytest.mark.parametrize("definition", every_definition(), ids=lambda each: each.name)
def test_a_definition_survives_its_file_and_is_small(definition):
    text = definition_to_text(definition)

    assert definition == definition_from_text(text)
    assert len(text) < 64_000
    assert text == definition_to_text(definition_from_text(text))


@pytest.mark.parametrize(
    "record",
    [each for each in CUSTOM if each["id"].startswith("good/")],
    ids=lambda record: record["id"],
)
def test_filling_in_defaults_twice_changes_nothing(record):
    resource = record["object"]
    group, _, version = resource["apiVersion"].partition("/")
    found = next(
        each for each in every_definition() if (each.group, each.kind) == (group, resource["kind"])
    ).version(version)

    once = found.defaulted(resource)

    assert once == found.defaulted(once)
    assert [] == found.findings(once)


@pytest.mark.parametrize(
    "record",
    [each for each in records() if not is_custom(each)],
    ids=lambda record: record["id"],
)
def test_core_kinds_fit_the_schemas_of_the_newest_kubernetes_and_faults_do_not(record):
    resource = record["object"]
    group, _, version = resource["apiVersion"].rpartition("/")
    newest = max(core_versions())
    definition = core_kinds(newest).find(group, version, resource["kind"])
    spoiled = json.loads(json.dumps(resource))
    spoiled["spec"] = {**spoiled["spec"], "nonsense": 1}
    spoiled["metadata"] = {"name": 5}

    assert [] == definition.findings(resource)
    assert {"spec.nonsense", "metadata.name"} == {
        place(each.path).strip("`") for each in definition.findings(spoiled)
    }
