"""A training that one environment alone has, where CI trains once for all of them."""

from __future__ import annotations

import pytest

from mlspec.rules import check

SCREEN = "name: employment-screen"


def override(path="spec.training.image", value="a", name=SCREEN, kind="Model"):
    return f"{{kind: {kind}, {name}, path: {path}, value: {value}}}"


def found(load_patched, dev, prod, enabled="[github-actions]"):
    patched = load_patched(
        "kind: Workspace\nspec:\n"
        f"  targets: {{enabled: {enabled}}}\n"
        f"  environments:\n    dev: {{overrides: [{dev}]}}\n    prod: {{overrides: [{prod}]}}\n"
    )
    return [each for each in check(patched) if each.code == "MLS459"]


@pytest.mark.parametrize(
    ("dev", "prod", "count"),
    [
        ("", "", 0),
        ("", override(), 1),
        (override(), "", 1),
        (override(), override(), 0),
        (override(value="a"), override(value="b"), 2),
        (override(), override(path="spec.training.command"), 2),
        ("", override(path="spec.training"), 1),
        ("", override(path="spec.trainingNotes"), 0),
        ("", override(path="spec.serving.replicas"), 0),
        ("", override(kind="Dataset"), 0),
        ("", override(name="name: '*'"), 1),
    ],
)
def test_what_one_environment_alone_says_of_a_training_is_told(load_patched, dev, prod, count):
    assert count == len(found(load_patched, dev, prod))


@pytest.mark.parametrize(
    ("enabled", "count"),
    [("[]", 1), ("[gitlab-ci]", 1), ("[argo-workflows, kubeflow]", 0), ("[github-actions]", 1)],
)
def test_engines_with_a_pipeline_for_each_environment_have_no_such_trouble(
    load_patched, enabled, count
):
    assert count == len(found(load_patched, "", override(), enabled))


def test_it_is_told_where_the_override_stands_and_which_training_ci_runs(load_patched):
    (told,) = found(load_patched, "", override())

    assert "`prod` alone says this of a training" in told.message
    assert "as `dev` has it" in told.message
