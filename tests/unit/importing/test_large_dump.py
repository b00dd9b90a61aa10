"""Dumps that are too large to be read as a whole are read object by object."""

from __future__ import annotations

import json

import pytest
from tests.unit.importing.dumps import workspace

from mlspec.api.importing import ImportOptions, import_models
from mlspec.importing import Unread
from mlspec.importing._large_dump import LARGE, MOST, pieces
from mlspec.manifests import read_manifests
from mlspec.syntax import SourceText, emit_documents

OBJECTS = [
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"c{index}"},
        "data": {"a": "- x\n\n  {\n", "items": ["{", "}"]},
        "spec": {"items": [{"a": [{"b": 1}]}, []]},
    }
    for index in range(3)
]
LIST = {"apiVersion": "v1", "items": OBJECTS, "kind": "List", "metadata": {"resourceVersion": ""}}
INDENTED = """\
kind: List
items:
  - kind: A
    apiVersion: v1
  # more
  - kind: B
    apiVersion: v1
"""
FORMS = {
    "documents": emit_documents(OBJECTS),
    "json": json.dumps(LIST, indent=4),
    "json at two": json.dumps(LIST, indent=2),
    "indented": INDENTED,
    "two lists": f"{INDENTED}---\n{INDENTED}",
    "one object": json.dumps(OBJECTS[0]),
    "nothing": "items:\nkind: List\n",
}
KUBECTL = "apiVersion: v1\nitems:\n" + "".join(
    "- " + emit_documents([each]).replace("\n", "\n  ").rstrip() + "\n" for each in OBJECTS
)
FORMS["kubectl"] = f"{KUBECTL}kind: List\nmetadata:\n  resourceVersion: ''\n"


def whole(text):
    return [
        each.data for each in read_manifests([SourceText("x", text.encode())]).manifests.manifests
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_dump_in_pieces_is_the_dump_as_a_whole(tmp_path, form, ends):
    file = tmp_path / "live.yaml"
    text = FORMS[form].replace("\n", ends)
    file.write_bytes(text.encode())

    found = [each for piece in pieces(file) for each in whole(piece.content.decode())]

    expected = [each for each in whole(text) if each.get("kind") != "List"]
    assert expected == found
    assert found or form == "nothing"


def test_a_piece_is_named_by_the_line_that_it_begins_at(tmp_path):
    file = tmp_path / "live.yaml"
    file.write_text(FORMS["kubectl"])

    lines = file.read_text().splitlines()
    for piece in pieces(file):
        start = int(piece.file.rpartition(" ")[2])
        assert "- apiVersion: v1" == lines[start - 1]


def test_a_large_dump_is_read_but_for_an_object_that_is_too_large(tmp_path):
    shop = workspace(tmp_path / "shop")
    service = (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: %s}\n"
    )
    large = f"kind: Secret\napiVersion: v1\nx: {'y' * (LARGE + 1)}\n"
    file = tmp_path / "live.yaml"
    file.write_text("---\n".join([service % "a", large, "kind: [\n", service % "b"]))

    report = import_models(ImportOptions("kserve", str(file)), shop)

    assert ["default/a", "default/b"] == [each.found.name for each in report.models]
    assert ["live.yaml from line 5", "live.yaml from line 9:1"] == [
        each.source for each in report.unread
    ]
    assert "as one object" in report.unread[0].why


def test_a_dump_beyond_all_bounds_is_told_with_a_way_to_split_it(tmp_path):
    file = tmp_path / "live.yaml"
    with file.open("wb") as stream:
        stream.truncate(MOST + 1)

    (told,) = pieces(file)

    assert isinstance(told, Unread)
    assert "256 MiB" in told.why
    assert "for each namespace" in told.why
