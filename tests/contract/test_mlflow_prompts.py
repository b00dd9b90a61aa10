"""Prompts at real MLflow servers: what is written is what MLflow's own client reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.contract.mlflow_proxy import proxied
from tests.contract.mlflow_shop import Shop
from tests.contract.shops import ENVIRONMENT
from tests.contract.tools import require

from mlspec.mlflow.model import PROMPT_TAG, PROMPT_TEXT_TAG
from mlspec.mlflow.reading import find_versions, list_models, read_model
from mlspec.mlflow.writing import (
    create_model,
    create_version,
    delete_model,
    set_alias,
    set_version_tag,
)

BESIDE = Path(__file__).with_name("in_mlflow_prompt.py")
TEXT = "Answer «{{ question }}» in two lines:\n\n  - no more\n"
PROMPT = """\
apiVersion: mlspec.dev/v1
kind: Prompt
metadata: {{name: {name}, version: v1, owner: growth, description: Answers.}}
spec:
  purpose: Answers questions.
  template: {template}
  variables: [{{name: question}}]
  hosted: {{provider: example, id: large-1}}
  parameters: {{temperature: 0, maxTokens: 300, stop: [END]}}
"""
CONFIG = {
    "max_tokens": 300,
    "model_name": "large-1",
    "provider": "example",
    "stop_sequences": ["END"],
    "temperature": 0.0,
}
MESSAGES = [
    {"role": "system", "content": "Be «short»."},
    {"role": "user", "content": "{{ question }}"},
]


@pytest.fixture(scope="module")
def fresh(fresh, tmp_path_factory):
    """A workspace of prompts alone."""
    root = shutil.copytree(fresh, tmp_path_factory.mktemp("prompts") / "shop")
    (root / "specs" / "churn.yaml").write_text(
        "apiVersion: mlspec.dev/v1\nkind: Team\nmetadata: {name: growth}\n"
        "spec: {members: [ana@example.org]}\n"
    )
    for each in (root / "specs").iterdir():
        if each.name != "churn.yaml":
            each.unlink()
    return root


@pytest.fixture
def shop_at(forks, fresh, tmp_path, unique):
    def at(server):
        shop = Shop(forks, shutil.copytree(fresh, tmp_path / "shop"), server, unique)
        write(shop, "answer", {"type": "text", "text": TEXT})
        return shop

    return at


@pytest.fixture
def applied(shop_at, mlflow):
    shop = shop_at(mlflow)
    run(shop)
    return shop


def write(shop, name, template, *changes):
    text = PROMPT.format(name=name, template=json.dumps(template, ensure_ascii=False))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (shop.root / "specs" / f"{name}.yaml").write_text(text)


def run(shop):
    shop.plan()
    shop.apply()
    shop.require_settled()


def versions(shop, name):
    with shop.client() as client:
        return find_versions(client, shop.prefix + name, prompts=True)


def by_mlflow(generation, *arguments):
    """What MLflow's own client says, in its own environment."""
    program, *_ = require(f"mlflow-{generation}")
    env = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    done = subprocess.run(
        [Path(program).with_name("python"), BESIDE, *arguments],
        env=env,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("server", "generation"), [("mlflow", "3"), ("mlflow_2", "2")])
def test_the_client_of_mlflow_loads_the_prompt_that_was_applied(
    request, shop_at, server, generation
):
    shop = shop_at(request.getfixturevalue(server))
    run(shop)
    uri = f"prompts:/{shop.prefix}answer@{ENVIRONMENT}"

    found = by_mlflow(generation, shop.server, uri)

    assert (TEXT, ["question"], 1) == (found["template"], found["variables"], found["version"])
    model = shop.model("answer")
    assert (True, "Answers.") == (model.is_prompt, model.description)
    assert {ENVIRONMENT: "1"} == dict(model.aliases)
    assert "v1" == versions(shop, "answer")[0].tags["mlspec.version"]


def test_a_conversation_and_its_model_are_loaded_as_they_were_written(shop_at, mlflow):
    shop = shop_at(mlflow)
    write(shop, "chat", {"type": "chat", "messages": MESSAGES})
    run(shop)

    found = by_mlflow("3", shop.server, f"prompts:/{shop.prefix}chat@{ENVIRONMENT}")

    assert (MESSAGES, ["question"]) == (found["template"], found["variables"])
    (version,) = versions(shop, "chat")
    assert CONFIG == json.loads(version.tags["_mlflow_prompt_model_config"])


def change_the_text(client, name):
    set_version_tag(client, name, "1", PROMPT_TEXT_TAG, TEXT.replace("no more", "no less"))


def change_the_model(client, name):
    config = json.dumps({"provider": "other", "model_name": "small", "temperature": 2.0})
    set_version_tag(client, name, "1", "_mlflow_prompt_model_config", config)


def move_the_alias(client, name):
    tags = {PROMPT_TAG: "true", PROMPT_TEXT_TAG: "Ignore all that.", "by": "them"}
    made_here = create_version(client, name, "dummy-source", tags, "by")
    set_alias(client, name, ENVIRONMENT, made_here.number)


def delete_it(client, name):
    delete_model(client, name)


MEDDLING = {
    change_the_text: ["spec.template.text", "no more", "no less"],
    change_the_model: ["spec.hosted.provider", "other", "spec.parameters.temperature"],
    move_the_alias: ["metadata.version", "mlflow:2", "Ignore all that."],
    delete_it: ["prompt/answer"],
}


@pytest.mark.parametrize("meddle", MEDDLING, ids=lambda each: each.__name__)
def test_what_others_do_to_a_prompt_is_drift_and_a_plan_brings_it_back(applied, meddle):
    applied.plan()
    with applied.client() as client:
        meddle(client, f"{applied.prefix}answer")

    drift = applied.run("drift", "--env", ENVIRONMENT).expect(3).out

    for each in MEDDLING[meddle]:
        assert each in drift
    run(applied)
    live = applied.model("answer").aliases[ENVIRONMENT]
    (found,) = [each for each in versions(applied, "answer") if each.number == live]
    assert TEXT == found.prompt_text


def test_texts_move_forth_and_back_and_no_version_is_made_twice(applied):
    other = {"type": "text", "text": "Answer: {{ question }}"}
    for template, version in ((other, "v2"), ({"type": "text", "text": TEXT}, "v1"), (other, "v2")):
        write(applied, "answer", template, ("version: v1", f"version: {version}"))
        run(applied)

    assert [TEXT, other["text"]] == [each.prompt_text for each in versions(applied, "answer")]
    assert {ENVIRONMENT: "2", f"previous-{ENVIRONMENT}": "1"} == dict(
        applied.model("answer").aliases
    )


def test_a_model_of_that_name_is_left_alone(shop_at, mlflow):
    shop = shop_at(mlflow)
    with shop.client() as client:
        create_model(client, f"{shop.prefix}answer", {"team": "theirs"})
    shop.plan()

    refused = shop.apply(code=23)

    assert "is the name of a model on the MLflow server already" in refused.out
    assert {"team": "theirs"} == dict(shop.model("answer").tags)


def test_a_prompt_that_is_too_long_for_the_server_is_refused_before_it_is_made(shop_at, mlflow_2):
    shop = shop_at(mlflow_2)
    settings = shop.root / "mlspec.yaml"
    settings.write_text(settings.read_text().replace("mlflow: {", "mlflow: {oldestServer: 3, "))
    write(shop, "answer", {"type": "text", "text": TEXT + "x" * 5000})
    shop.plan()

    refused = shop.apply(code=23)

    assert "keeps 5,000" in refused.out
    assert None is shop.model("answer")


def test_a_long_prompt_with_any_letters_is_kept_by_every_database(shop_at, mlflow_postgres):
    shop = shop_at(mlflow_postgres)
    settings = shop.root / "mlspec.yaml"
    settings.write_text(settings.read_text().replace("mlflow: {", "mlflow: {oldestServer: 3, "))
    text = TEXT + "漢 \U0001f9ea " * 20_000
    write(shop, "answer", {"type": "text", "text": text})
    run(shop)

    assert [text] == [each.prompt_text for each in versions(shop, "answer")]


def test_a_prompt_that_somebody_registered_is_taken_over(shop_at, mlflow):
    shop = shop_at(mlflow)
    name = f"{shop.prefix}answer"
    by_mlflow("3", shop.server, name, json.dumps(TEXT))
    shop.plan()
    assert "not from here" in shop.apply(code=23).out
    with shop.client() as client:
        theirs = read_model(client, name)

    without = "  hosted: {provider: example, id: large-1}\n"
    parameters = "  parameters: {temperature: 0, maxTokens: 300, stop: [END]}\n"
    adopted = (
        f"  hosted: {{provider: example, id: large-1}}\n  registry: {{id: {theirs.created_ms}}}\n"
    )
    write(shop, "answer", {"type": "text", "text": TEXT}, (without, adopted), (parameters, ""))
    run(shop)

    assert theirs.created_ms == shop.model("answer").created_ms
    assert [TEXT, TEXT] == [each.prompt_text for each in versions(shop, "answer")]
    assert "2" == shop.model("answer").aliases[ENVIRONMENT]  # the first one names no model


def say_503_after(exchange):
    exchange.pass_on()
    exchange.answer(503, b"busy")


def test_an_answer_that_is_lost_makes_no_second_version(shop_at, mlflow):
    with proxied(mlflow) as proxy:
        shop = shop_at(proxy.address)
        shop.plan()
        proxy.forget(at_first=say_503_after)
        shop.apply()
        shop.require_settled()

        assert "POST model-versions/create" in proxy.writes
        assert ["1"] == [each.number for each in versions(shop, "answer")]
        assert [] == shop.locks()


def test_prompts_are_listed_by_themselves(applied):
    with applied.client() as client:
        prompts = {each.name for each in list_models(client, prompts=True)}
        models = {each.name for each in list_models(client)}

    assert f"{applied.prefix}answer" in prompts - models
