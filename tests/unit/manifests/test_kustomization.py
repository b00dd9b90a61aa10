"""Files that a kustomization names."""

from __future__ import annotations

import pytest

from mlspec.manifests import Catalogue, read_manifests, verify
from mlspec.syntax import SourceText

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
EMPTY = "resources: []\n"


def missing(text, *files, home="app", shown=""):
    sources = [SourceText(f"{shown}{home}/kustomization.yaml", text.encode())]
    sources += [
        SourceText(shown + name, (EMPTY if "kustomization" in name else CONFIG).encode())
        for name in files
    ]
    folder = read_manifests(sources)
    folder = type(folder)(folder.manifests, folder.diagnostics, folder.sources, shown)
    found = verify(folder, Catalogue()).diagnostics
    return [(each.message, each.hint) for each in found if each.code == "MLS1052"]


@pytest.mark.parametrize(
    "name", ["a.yaml", "./a.yaml", "../base", "../base/", "b/c.yaml", "../app/a.yaml"]
)
@pytest.mark.parametrize("key", ["resources", "components", "patchesStrategicMerge"])
def test_files_that_are_there_are_not_reported(key, name):
    files = ("app/a.yaml", "app/b/c.yaml", "base/kustomization.yaml")

    assert [] == missing(f"{key}: [{name}]\n", *files)


@pytest.mark.parametrize(
    "name",
    [
        *("https://example.org/a.yaml", "github.com/example/base?ref=v1", "git@example.org:a/b"),
        *("../../outside.yaml", "../../outside", ".hidden.yaml", "/etc/a.yaml", "chart.tgz"),
    ],
)
def test_what_lies_elsewhere_is_left_alone(name):
    assert [] == missing(f"resources: ['{name}']\n", shown="deploy/")


def test_a_file_that_is_not_there_is_reported_with_the_nearest():
    ((message, hint),) = missing("resources: [servce.yaml]\n", "app/service.yaml")

    assert "there is no `servce.yaml` in the folder" == message
    assert "did you mean `service.yaml`?" == hint


def test_a_folder_needs_a_kustomization():
    ((message, _),) = missing("resources: [../base]\n", "base/a.yaml")

    assert "the folder `../base` has no kustomization" == message


def test_patches_in_files_are_looked_for():
    text = "patches:\n  - path: a.yaml\n  - {patch: 'a: 1'}\n  - path: b.yaml\n"

    assert 1 == len(missing(text, "app/a.yaml"))


@pytest.mark.parametrize("text", ["resources: 5\n", "patches: [5]\n", "- a\n", "resources: [[]]\n"])
def test_other_shapes_are_left_to_kustomize(text):
    assert [] == missing(text)
