"""What SageMaker would refuse, or would mix up, is told before anything is sent."""

from __future__ import annotations

import pytest
from tests.sagemaker_double import WrongError, require, shape_of
from tests.unit.rules.conftest import documents_of, merged, patched

from mlspec.rules import check
from mlspec.sagemaker import trouble_with_group, trouble_with_image, trouble_with_source

APART = "{dev: {sagemaker: {namePrefix: dev-}}}"
SOUND = "source: 's3://m/a'"


def patch(environments=APART, registry="", model=f"registry: {{{SOUND}}}"):
    told = f"{{backend: sagemaker{registry}}}"
    settings = f"kind: Workspace\nspec:\n  registry: {told}\n  environments: {environments}\n"
    return f"{settings}---\nkind: Model\nspec:\n  {model}\n"


def found(load_patched, text, code):
    return [each.message for each in check(load_patched(text)) if each.code == code]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("registry: {source: 's3://m/a'}", []),
        ("registry: {source: 'https://m.example.com/a'}", []),
        ("registry: {source: 'gs://m/a'}", ["none that SageMaker reads"]),
        ("registry: {source: /srv/a}", ["none that SageMaker reads"]),
        (f"registry: {{source: 's3://{'m' * 1020}'}}", ["1,025 characters"]),
        (f"registry: {{name: churn.eu, {SOUND}}}", ["no name of a model package group"]),
        (f"registry: {{name: {'n' * 64}, {SOUND}}}", ["64 characters"]),
        (
            f"registry: {{{SOUND}}}\n  serving: {{image: null, runtime: triton}}",
            ["is missing, and SageMaker keeps no version without one"],
        ),
    ],
)
def test_what_sagemaker_refuses_of_a_model_is_told(load_patched, model, told):
    messages = found(load_patched, patch(model=model), "MLS485")

    assert len(told) == len(messages)
    for word, message in zip(told, messages, strict=True):
        assert word in message


def test_what_one_model_is_in_one_environment_is_no_other_one_in_another(
    baseline_documents, load_documents
):
    """`dev-employment-screen` in prod, and `employment-screen` in dev behind the prefix `dev-`."""
    documents = patched(baseline_documents, documents_of(patch()))
    (model,) = (each for each in documents if each["kind"] == "Model")
    other = merged(model, {"metadata": {"name": f"dev-{model['metadata']['name']}"}})

    found = check(load_documents([*documents, other]))

    (message,) = [each.message for each in found if each.code == "MLS485"]
    assert "is registered as `dev-employment-screen`, too" in message


def test_nothing_is_told_where_the_registry_is_another(load_patched):
    text = patch(model="registry: {source: /srv/a}").replace("backend: sagemaker", "path: a.db")

    assert [] == found(load_patched, text, "MLS485") + found(load_patched, text, "MLS486")


@pytest.mark.parametrize(
    ("environments", "registry", "told"),
    [
        (APART, "", []),
        ("{}", "", ["have the same groups"]),
        ("{dev: {sagemaker: {namePrefix: ''}}}", "", ["have the same groups"]),
        ("{dev: {sagemaker: {region: eu-west-1}}}", "", []),
        ("{dev: {sagemaker: {region: eu-west-1}}}", ", sagemaker: {region: eu-west-1}", ["same"]),
        ("{dev: {sagemaker: {namePrefix: a-}}}", ", sagemaker: {namePrefix: a-}", ["same"]),
        (
            "{dev: {mlflow: {alias: champion}, sagemaker: {namePrefix: dev-}}}",
            "",
            ["SageMaker has no aliases, so `champion`"],
        ),
        (
            f"{{dev: {{sagemaker: {{namePrefix: {'d' * 40}}}}}}}",
            "",
            ["which locks `dev` during a run, has 64 characters"]
            if len("d" * 40 + "mlspec-lock-dev-999999") > 63
            else [],
        ),
    ],
)
def test_an_environment_has_groups_of_its_own(load_patched, environments, registry, told):
    messages = found(load_patched, patch(environments, registry), "MLS486")

    assert len(told) == len(messages), messages
    for word, message in zip(told, messages, strict=True):
        assert word in message


def test_a_name_of_a_spec_is_one_group_for_all_environments_of_a_region(load_patched):
    named = f"registry: {{name: churn, {SOUND}}}"

    (message,) = found(load_patched, patch(model=named), "MLS486")

    assert "has a `registry.name`" in message
    elsewhere = patch("{dev: {sagemaker: {region: eu-west-1}}}", model=named)
    assert [] == found(load_patched, elsewhere, "MLS486")


@pytest.mark.parametrize(
    ("trouble", "shape", "good", "bad"),
    [
        (trouble_with_group, "EntityName", "n" * 63, "n" * 64),
        (trouble_with_group, "EntityName", "a-b--c", "a-"),
        (trouble_with_group, "EntityName", "7", "a.b"),
        (trouble_with_group, "EntityName", "A9", "é"),
        (trouble_with_image, "ContainerImage", "i" * 255, "i" * 256),
        (trouble_with_image, "ContainerImage", "a/b@sha256:c", "a b"),
        (trouble_with_source, "Url", "s3://" + "m" * 1019, "s3://" + "m" * 1020),
        (trouble_with_source, "Url", "s3://m/", "gs://m/a"),
    ],
)
def test_each_limit_is_that_of_the_model_of_the_service(trouble, shape, good, bad):
    assert trouble(good) is None
    assert trouble(bad).hint
    require(shape_of(shape), good)
    with pytest.raises(WrongError):
        require(shape_of(shape), bad)
