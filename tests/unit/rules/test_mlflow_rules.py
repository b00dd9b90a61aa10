"""What an MLflow server would refuse is told before anything is sent."""

from __future__ import annotations

import pytest
from tests.unit.rules.conftest import merged

from mlspec.mlflow.limits import (
    trouble_with_alias,
    trouble_with_name,
    trouble_with_new_source,
    trouble_with_source,
    trouble_with_text,
)
from mlspec.rules import check


def found(load_patched, patch, code):
    return [each.message for each in check(load_patched(patch)) if each.code == code]


@pytest.mark.parametrize(
    ("registry", "told"),
    [
        ("{name: a-b, source: 's3://m/a'}", []),
        ("{name: 'Churn (EU)', source: 'gs://m/a'}", []),
        (f"{{name: '{'n' * 257}', source: 's3://m/a'}}", ["257 characters"]),
        ("{name: 'a:b', source: 's3://m/a'}", ["holds `:`"]),
        ("{source: /srv/model}", ["path of one machine"]),
        ("{source: 'file:///srv/model'}", ["path of one machine"]),
        ("{source: 'https://m.example.com/a'}", ["`https:` address"]),
        ("{source: 's3://m/../a'}", ["upwards"]),
        (f"{{source: 's3://{'m' * 500}'}}", ["505 characters"]),
    ],
)
def test_what_a_server_refuses_of_a_model_is_told(load_patched, registry, told):
    patch = f"kind: Model\nspec:\n  registry: {registry}\n"

    messages = found(load_patched, patch, "MLS480")

    assert len(told) == len(messages)
    for word, message in zip(told, messages, strict=True):
        assert word in message


def test_every_model_whose_name_an_earlier_one_has_is_told(baseline_documents, load_documents):
    (model,) = (each for each in baseline_documents if each["kind"] == "Model")
    own = {"name": model["metadata"]["name"], "source": "s3://m/a"}
    taken = {"spec": {"registry": own}}
    others = [merged(model, {"metadata": {"name": name}} | taken) for name in ("zy", "zz")]

    found = check(load_documents([*baseline_documents, *others]))

    told = {each.about: each for each in found if each.code == "MLS480"}
    assert ["model/zy", "model/zz"] == sorted(told)
    for each in told.values():
        assert f"`model/{own['name']}` is registered as `{own['name']}`, too" == each.message
        assert "the other one" == each.related[0].message


@pytest.mark.parametrize(
    ("dev", "prod", "count"),
    [
        ("{}", "{}", 0),
        ("{alias: champion}", "{alias: live}", 0),
        ("{alias: champion}", "{alias: champion}", 1),
        ("{alias: champion, uri: 'https://a.example'}", "{alias: champion}", 0),
        ("{alias: latest}", "{alias: Latest}", 2),
        ("{alias: v1}", "{alias: V22}", 2),
        ("{alias: a.b}", "{alias: 'a b'}", 2),
        (f"{{alias: {'a' * 256}}}", "{}", 1),
    ],
)
def test_an_alias_is_one_that_can_be_used_and_nobody_else_has(load_patched, dev, prod, count):
    patch = f"kind: Workspace\nspec:\n  environments:\n    dev: {{mlflow: {dev}}}\n"
    patch += f"    prod: {{mlflow: {prod}}}\n"

    assert count == len(found(load_patched, patch, "MLS481"))


def test_the_name_of_an_environment_is_its_alias_at_a_server(load_patched):
    patch = "kind: Workspace\nspec:\n  registry: {backend: mlflow}\n  environments: {v1: {}}\n"

    (message,) = found(load_patched, patch, "MLS481")

    assert "the alias `v1`" in message


@pytest.mark.parametrize(
    ("trouble", "good", "bad"),
    [
        (trouble_with_name, "n" * 256, "n" * 257),
        (trouble_with_name, "é 漢", "a\x00b"),
        (trouble_with_name, "a.b", "a/b"),
        (trouble_with_name, "...", ".."),
        (trouble_with_name, "x", " "),
        (trouble_with_alias, "a" * 255, "a" * 256),
        (trouble_with_alias, "v1x", "v1"),
        (trouble_with_alias, "latest-1", "LATEST"),
        (trouble_with_alias, "A_-9", ""),
        (trouble_with_source, "s3://m/" + "m" * 493, "s3://m/" + "m" * 494),
        (trouble_with_source, "hf://a/b", "a/b"),
        (trouble_with_source, "runs:/abc/model", "file:/abc"),
        (trouble_with_source, "s3://bucket/a", "s3://bucket"),
        (trouble_with_source, "models:/m-1", "models:m-1"),
        (trouble_with_source, "dbfs:/a", "s3://bucket/"),
        (trouble_with_source, "s3://a/..b", "s3://a/%2e%2E/b"),
        (trouble_with_new_source, "s3://runs/abc", "runs:/abc/model"),
        (trouble_with_new_source, "models:/churn/1", "models:/m-1"),
        (trouble_with_new_source, "models:/churn@live", "Models:/m-1/"),
        (trouble_with_new_source, "s3://b/mlflow-artifacts:/a", "mlflow-artifacts:/1/a"),
        (trouble_with_text, "t" * 5000, "t" * 5001),
        (trouble_with_text, "line\nline", "a\x00b"),
    ],
)
def test_each_limit_is_exact(trouble, good, bad):
    assert None is trouble(good)
    assert trouble(bad).hint


@pytest.mark.parametrize("registration", [{"id": 1_712_000_000_000}, {}])
def test_what_a_run_keeps_is_for_models_that_are_taken_over(load_patched, registration):
    given = "".join(f", {key}: {value}" for key, value in registration.items())
    patch = (
        "kind: Workspace\nspec: {registry: {backend: mlflow}}\n---\n"
        f"kind: Model\nspec:\n  registry: {{name: churn{given}, source: 'runs:/abc/model'}}\n"
    )

    messages = found(load_patched, patch, "MLS480")

    assert bool(registration) != any("belongs to a run" in each for each in messages)
