"""Folders of manifests: what is an object, what is a file of a tool, what can't be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.manifests import FileKind, file_kind, read_folder, read_manifests
from mlspec.syntax import SourceText

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"


def read(text, file="a.yaml"):
    return read_manifests([SourceText(file, text.encode())])


def named(folder):
    return [(each.kind, each.name) for each in folder.manifests.manifests]


def codes(folder):
    return [each.code for each in folder.diagnostics]


def test_documents_and_lists_are_objects_in_order_of_place():
    items = (
        "- {apiVersion: v1, kind: Service, metadata: {name: b}}\n- {apiVersion: v1, kind: Pod}\n"
    )
    folder = read(SERVICE + "---\napiVersion: v1\nkind: List\nitems:\n" + items)

    assert [("Service", "a"), ("Service", "b"), ("Pod", "")] == named(folder)
    assert 8 == folder.manifests.manifests[1].span(("metadata", "name")).start.line
    assert not folder.diagnostics


def test_an_object_is_found_by_group_and_name():
    folder = read(SERVICE + "---\n" + SERVICE.replace("v1", "example.org/v1"))
    objects = folder.manifests

    assert objects.manifests[0] == objects.find("", "Service", "a")
    assert objects.manifests[1] == objects.find("example.org", "Service", "a", "anywhere")
    assert objects.find("", "Service", "b") is None


@pytest.mark.parametrize(
    ("text", "file", "kind"),
    [
        ("groups: []\n", "a.yaml", FileKind.PROMETHEUS_RULES),
        ("rule_files: []\ntests: []\n", "a.yaml", FileKind.PROMETHEUS_TESTS),
        ("scrape_configs: []\n", "a.yaml", FileKind.PROMETHEUS_CONFIG),
        ("route: {}\nreceivers: []\n", "a.yaml", FileKind.ALERTMANAGER),
        ('{"title": "a", "panels": []}', "a.json", FileKind.GRAFANA),
        ("on: push\njobs: {}\n", "a.yml", FileKind.GITHUB),
        ("resources: []\n", "x/kustomization.yaml", FileKind.KUSTOMIZATION),
        ("apiVersion: mlspec.dev/v1\nkind: Team\n", "a.yaml", FileKind.SPEC),
        ("name: a\nversion: 1.0.0\n", "Chart.yaml", FileKind.CHART),
        ('{"format": "mlspec.plan/1.0"}', "a.json", FileKind.REPORT),
        ("- a\n", "a.yaml", FileKind.UNKNOWN),
        ("text\n", "a.yaml", FileKind.UNKNOWN),
    ],
)
def test_files_of_tools_are_known_by_their_shape(text, file, kind):
    folder = read(text, file)

    assert [kind] == [file_kind(each) for each in folder.manifests.files]
    assert () == folder.manifests.manifests
    assert ["MLS1005"] * (kind is FileKind.UNKNOWN) == codes(folder)


@pytest.mark.parametrize(
    "text",
    [
        "kind: Service\n",
        "apiVersion: v1\n",
        "apiVersion: 1\nkind: Service\n",
        "kind: \napiVersion: v1",
    ],
)
def test_what_was_meant_as_an_object_is_told(text):
    assert ["MLS1006"] == codes(read(text))


def test_json_may_be_indented_with_tabs():
    folder = read('{\n\t"apiVersion": "v1",\n\t"kind": "Pod"\n}', "a.json")

    assert [("Pod", "")] == named(folder)
    assert not folder.diagnostics


def test_a_duplicate_key_is_told_and_the_object_is_kept():
    folder = read(SERVICE + "spec: {}\nspec: {}\n")

    assert ["MLS002"] == codes(folder)
    assert [("Service", "a")] == named(folder)


def test_a_template_of_a_chart_is_one_warning_and_elsewhere_an_error():
    template = SourceText("c/templates/a.yaml", b"a: {{ .Values.a }}\n{{- if .b }}\n")
    chart = SourceText("c/Chart.yaml", b"name: c\n")

    assert ["MLS1004"] == codes(read_manifests([chart, template]))
    assert "MLS041" in codes(read_manifests([template]))


def test_files_with_merge_keys_are_not_checked_and_that_is_told():
    folder = read("x: &x {a: 1}\n---\n" + SERVICE + "spec: &s {a: 1}\nmore: {<<: *s}\n")

    assert "MLS1008" in codes(folder)
    assert () == folder.manifests.manifests


def test_names_of_files_begin_as_asked(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/two.yml", "one.yaml", ".hidden.yaml", "other.txt"):
        (tmp_path / name).write_text(SERVICE)

    folder = read_folder(tmp_path, "deploy/")

    assert ["deploy/b/two.yml", "deploy/one.yaml"] == [*folder.sources]
    assert ["deploy/one.yaml"] == [*read_folder(tmp_path / "one.yaml", "deploy/one.yaml").sources]


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@settings(max_examples=200)
def test_whatever_a_file_holds_nothing_raises(content):
    for name in ("a.yaml", "a.json", "kustomization.yaml"):
        read_manifests([SourceText(name, content)])
