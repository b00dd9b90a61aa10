"""Objects of several folders that one kustomization joins."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.manifests import read_manifests
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText


def config(name="fraud", namespace="ml"):
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        "data: {a: b}\n"
    )


def joins(*entries, **settings):
    lines = [f"{key}: {value}" for key, value in settings.items()]
    resources = "".join(f"  - {each}\n" for each in entries)
    head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
    return head + "".join(f"{line}\n" for line in lines) + f"resources:\n{resources}"


def found(files):
    sources = [SourceText(file, text.encode()) for file, text in sorted(files.items())]
    folder = read_manifests(sources)
    told = find_problems(folder.manifests)
    return [(each.span.file, each.message) for each in told if each.code == "MLS1102"]


TWO = {
    "a/kustomization.yaml": joins("all.yaml"),
    "a/all.yaml": config(),
    "b/kustomization.yaml": joins("all.yaml"),
    "b/all.yaml": config(),
}
TOLD = [
    (
        "b/all.yaml",
        "`kustomization.yaml` joins this ConfigMap `fraud` and the one at a/all.yaml:3",
    )
]


def test_two_folders_that_nothing_joins_may_hold_the_same():
    assert [] == found(TWO)


def test_one_kustomization_over_both_is_told_once():
    assert TOLD == found(TWO | {"kustomization.yaml": joins("a", "b")})
    assert TOLD == found(TWO | {"kustomization.yaml": joins("./a", "b/")})


@pytest.mark.parametrize(
    "settings", [{"namespace": "other"}, {"namePrefix": "x-"}, {"nameSuffix": "-x"}]
)
def test_a_folder_that_renames_its_objects_meets_no_other(settings):
    renamed = TWO | {"b/kustomization.yaml": joins("all.yaml", **settings)}

    assert [] == found(renamed | {"kustomization.yaml": joins("a", "b")})


@pytest.mark.parametrize(
    ("own", "settings"),
    [
        (config(namespace="ml2"), {"namespace": "ml"}),
        (config(name="aud"), {"namePrefix": "fr"}),
        (config(name="fr"), {"nameSuffix": "aud"}),
    ],
)
def test_a_folder_may_rename_its_objects_to_those_of_another(own, settings):
    files = TWO | {"b/all.yaml": own, "b/kustomization.yaml": joins("all.yaml", **settings)}

    ((file, message),) = found(files | {"kustomization.yaml": joins("a", "b")})

    assert "b/all.yaml" == file
    assert message.endswith("and the one at a/all.yaml:3")


def test_a_base_that_two_overlays_bring_along_is_told():
    files = {
        "base/kustomization.yaml": joins("all.yaml"),
        "base/all.yaml": config(),
        "a/kustomization.yaml": joins("../base"),
        "b/kustomization.yaml": joins("../base"),
    }

    assert [] == found(files)
    assert [("base/all.yaml", "`kustomization.yaml` joins this ConfigMap `fraud` twice")] == found(
        files | {"kustomization.yaml": joins("a", "b")}
    )


def test_steps_of_a_rollout_are_not_for_one_kustomization():
    steps = {"step-00-a.yaml": config(), "step-01-b.yaml": config()}

    assert [] == found(steps)
    assert ["step-01-b.yaml"] == [
        file for file, _ in found(steps | {"kustomization.yaml": joins(*steps)})
    ]


def test_what_one_folder_holds_twice_is_told_without_a_kustomization():
    files = {"a.yaml": config(), "b.yaml": config()}
    ((file, message),) = found(files | {"kustomization.yaml": joins(*files)})

    assert ("b.yaml", "there is a ConfigMap `fraud` already, at a.yaml:3") == (file, message)


@pytest.mark.parametrize("entry", [".", "../x", "x", "", "/", "https://git.example.org/ml?ref=v1"])
def test_kustomizations_that_join_each_other_or_nothing_end(entry):
    files = {
        "x/kustomization.yaml": joins(f"'{entry}'", "'.'"),
        "kustomization.yaml": joins("x", "'.'", f"'{entry}'"),
    }

    assert [] == found(files)


@settings(max_examples=100)
@given(
    st.dictionaries(st.sampled_from("abcd"), st.sets(st.sampled_from("uvw")), max_size=4),
    st.sets(st.sampled_from("abcd")),
)
def test_what_is_told_is_what_comes_twice(folders, joined):
    files = {}
    for folder, names in folders.items():
        files |= {f"{folder}/{name}.yaml": config(name) for name in names}
        files[f"{folder}/kustomization.yaml"] = joins(*(f"{name}.yaml" for name in sorted(names)))
    files["kustomization.yaml"] = joins(*sorted(joined))
    counted = Counter(name for folder in joined for name in folders.get(folder, ()))

    told = Counter(file.split("/")[1].removesuffix(".yaml") for file, _ in found(files))

    assert {name: count - 1 for name, count in counted.items() if count > 1} == dict(told)
