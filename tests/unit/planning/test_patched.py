"""Which models the patches of a workspace may reach, by what they say."""

from __future__ import annotations

import pytest

from mlspec.planning._patched import models_of_patches

MODELS = ("churn", "churn-eu", "fraud")


def body(*patches, files=(), everywhere=()):
    spec = {"environments": {"prod": {"patches": [*patches]}}, "targets": {"patches": everywhere}}
    return {"spec": spec, "governed": {"signers": [], "patchFiles": dict(files)}}


def patch(**words):
    return {"id": "a", "merge": {"spec": {}}, **words}


@pytest.mark.parametrize(
    ("words", "models"),
    [
        ({"target": {"kind": "Deployment"}}, MODELS),
        ({"target": {"name": "fraud"}}, ("fraud",)),
        ({"target": {"name": "chu*"}}, ("churn", "churn-eu")),
        ({"target": {"name": "fraud-champion"}}, ("fraud",)),
        ({"merge": {"kind": "Service", "metadata": {"name": "churn"}}}, ("churn",)),
        ({"path": "prometheus/churn.rules.yaml"}, ("churn",)),
        ({"path": "prometheus/*.yaml"}, MODELS),
        ({"path": "rollout/fraud/step-00.yaml"}, ("fraud",)),
        ({"path": "kubernetes/kustomization.yaml"}, ()),
    ],
)
def test_a_new_patch_reaches_the_models_that_it_names(words, models):
    assert models == models_of_patches(body(), body(patch(**words)), MODELS)
    assert models == models_of_patches(body(patch(**words)), body(), MODELS)


def test_a_patch_that_stays_reaches_nobody():
    same, other = patch(target={"name": "fraud"}), patch(target={"name": "churn"}, id="b")

    assert ("churn",) == models_of_patches(body(same), body(same, other), MODELS)


def test_the_file_of_a_patch_is_a_part_of_it():
    named = {"id": "a", "target": {"name": "fraud"}, "file": "patches/a.yaml"}
    old, new = (body(everywhere=[named], files={"patches/a.yaml": each}) for each in ("x", "y"))

    assert ("fraud",) == models_of_patches(old, new, MODELS)
