"""Files beside the output folders are of all environments, whichever was compiled last."""

from __future__ import annotations

from itertools import permutations

import pytest

from mlspec.api import compile_artifacts
from mlspec.api.build import Choices, compile_environments
from mlspec.api.start import init

OVERRIDES = """\
    canary:
      namespace: shop-canary
      overrides:
        - {kind: Model, name: churn, path: spec.retraining, value: []}
        - {kind: Model, name: churn, path: spec.gates, value: []}
        - kind: Workspace
          name: shop
          path: spec.targets.github.runner
          value: ubuntu-22.04
        - kind: Model
          name: churn
          path: spec.training
          value: {image: registry.example.org/canary, command: [canary]}
    night:
      namespace: shop-night
      overrides:
        - kind: Workspace
          name: shop
          path: spec.targets.training
          value: {image: registry.example.org/tool, repository: 'https://git.example.org/shop'}
        - kind: Model
          name: churn
          path: spec.training
          value: {image: registry.example.org/night, command: [night]}
"""
PLACES = (".github", ".gitlab")


@pytest.fixture
def shop(tmp_path):
    """Return a workspace whose environments differ in all that CI runs."""
    folder = tmp_path / "shop"
    init(folder)
    home = folder / "mlspec.yaml"
    before, environments, after = home.read_text().partition("  environments:\n")
    home.write_text(before + environments + OVERRIDES + after)
    return folder


def repository_files(folder):
    return {
        each.relative_to(folder).as_posix(): each.read_text()
        for place in PLACES
        for each in sorted((folder / place).rglob("*"))
        if each.is_file()
    }


def test_the_order_of_environments_makes_no_difference(shop):
    wanted = None

    for order in list(permutations(["canary", "night", "prod", "staging"]))[::7]:
        for name in order:
            compile_artifacts(shop, name)
        wanted = wanted or repository_files(shop)

        assert wanted == repository_files(shop)
    compile_environments(shop, (), Choices(), every=True)

    assert wanted == repository_files(shop)
    assert compile_artifacts(shop, "night", check=True).is_clean


def test_ci_runs_what_any_environment_has(shop):
    compile_artifacts(shop, "canary")
    files = repository_files(shop)

    assert "model/churn" in files[".github/workflows/mlspec.yml"]
    retrain = files[".github/workflows/mlspec-retrain.yml"]
    assert "registry.example.org/canary" in retrain
    assert "registry.example.org/night" not in retrain
    assert "ubuntu-22.04" not in "".join(files.values())
