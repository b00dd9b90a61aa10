"""What Unity Catalog would refuse, or would mix up, is told before anything is sent."""

from __future__ import annotations

import pytest
from tests.unit.rules.conftest import documents_of, merged, patched

from mlspec.rules import check

WHERE = "unityCatalog: {catalog: ml, schema: growth}"


def patch(environments="{dev: {}}", where=WHERE, model="registry: null"):
    told = f"{{backend: unity-catalog, {where}}}"
    settings = f"kind: Workspace\nspec:\n  registry: {told}\n  environments: {environments}\n"
    return f"{settings}---\nkind: Model\nspec:\n  {model}\n"


def found(load_patched, text, code):
    return [each.message for each in check(load_patched(text)) if each.code == code]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("registry: {name: churn_2}", []),
        ("registry: {name: ml.growth.churn}", ["holds a `.`"]),
        ("registry: {name: growth/churn}", ["holds a `.`, a `/`"]),
        ("registry: {name: Churn}", ["has capital letters"]),
        (f"registry: {{name: {'n' * 256}}}", ["256 characters"]),
    ],
)
def test_what_unity_catalog_refuses_of_a_model_is_told(load_patched, model, told):
    messages = found(load_patched, patch(model=model), "MLS487")

    assert len(told) == len(messages)
    for word, message in zip(told, messages, strict=True):
        assert word in message


def test_limits_of_mlflow_are_not_those_of_unity_catalog(load_patched):
    text = patch(model="registry: {name: 'a:b', source: 'file:///srv/a'}")

    assert [] == found(load_patched, text, "MLS480")


def test_two_models_can_not_have_one_name(baseline_documents, load_documents):
    documents = patched(baseline_documents, documents_of(patch()))
    (model,) = (each for each in documents if each["kind"] == "Model")
    other = merged(
        model,
        {"metadata": {"name": "zz"}, "spec": {"registry": {"name": model["metadata"]["name"]}}},
    )

    told = check(load_documents([*documents, other]))

    (message,) = [each.message for each in told if each.code == "MLS487"]
    assert "is registered as" in message


@pytest.mark.parametrize(
    ("environments", "where", "told"),
    [
        ("{dev: {}, prod: {}}", WHERE, []),
        ("{dev: {}}", "unityCatalog: {catalog: ml}", ["`dev` has no catalog", "`prod` has no"]),
        (
            "{dev: {unityCatalog: {schema: s}}}",
            "unityCatalog: {catalog: ml}",
            ["`prod` has no catalog and schema"],
        ),
        ("{latest: {}}", WHERE, ["reads as a version"]),
        ("{dev: {unityCatalog: {alias: v2}}}", WHERE, ["reads as a version"]),
        (
            "{dev: {unityCatalog: {alias: a}}, prod: {unityCatalog: {alias: a}}}",
            WHERE,
            ["`dev` and `prod` have the same alias `a`"],
        ),
        (
            "{dev: {unityCatalog: {alias: a}}, prod: {unityCatalog: {alias: a, catalog: p}}}",
            WHERE,
            [],
        ),
    ],
)
def test_an_environment_that_can_not_be_one_is_told(load_patched, environments, where, told):
    messages = found(load_patched, patch(environments, where), "MLS488")

    assert len(told) == len(messages)
    for word, message in zip(told, messages, strict=True):
        assert word in message
