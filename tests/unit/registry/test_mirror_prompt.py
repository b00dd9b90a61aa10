"""How a server's word changes the record of a prompt: laws, without a server."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.canonical import digest_value
from mlspec.mlflow import ModelVersion, RegisteredModel
from mlspec.mlflow.model import PROMPT_TAG, PROMPT_TEXT_TAG
from mlspec.mlflow.prompts import (
    CONFIG_TAG,
    TYPE_TAG,
    prompt_tags,
    stored_text,
    tags_of_spec,
    template_of,
)
from mlspec.registry._mirror_body import declared, server_name
from mlspec.registry._mirror_live import Live, Seen
from mlspec.registry._mirror_prompt import asks_alike
from mlspec.registry._mirror_tag import Tag, described_digest, tag_key
from mlspec.registry._mlflow_server import PROMPTS
from mlspec.state import ObjectRecord

KEY = tag_key("prod")
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
ROLES = st.sampled_from(["assistant", "system", "user"])
MESSAGES = st.lists(st.fixed_dictionaries({"role": ROLES, "content": TEXTS}), min_size=1)
TEMPLATES = st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS}) | (
    st.fixed_dictionaries({"type": st.just("chat"), "messages": MESSAGES})
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "maxTokens": st.integers(1, 9999),
        "topP": st.floats(0, 1),
        "topK": st.integers(1, 99),
        "stop": st.lists(TEXTS, min_size=1, max_size=3),
    },
)
HOSTED = st.fixed_dictionaries({"provider": TEXTS, "id": TEXTS})
MODELS = st.fixed_dictionaries({"hosted": HOSTED}) | st.just({"model": "writer@v2"}) | st.just({})


def body(template=None, **spec):
    template = template or {"type": "text", "text": "Say {{ a }}."}
    return {
        "kind": "Prompt",
        "metadata": {"name": "answer", "version": "v1"},
        "spec": {"template": template, **spec},
    }


def record(told):
    return ObjectRecord(
        address="prompt/answer",
        body=told,
        uid="u1",
        revision=2,
        digest=digest_value(told),
        op_id="p-0001",
    )


def written(told, **tags):
    """What a server holds right after a prompt was written, but for some tags."""
    facts = declared(told)
    tag = Tag("u1", 2, "p-0001", digest_value(told), 100, "1", 101)
    tag = replace(tag, described=described_digest(""))
    kept = {**tags_of_spec(facts.asks), "mlspec.version": facts.version} | tags
    kept = {key: value for key, value in kept.items() if value is not None}
    version = ModelVersion("answer", "1", 101, 101, facts.source, tags=kept)
    marks = {KEY: tag.text(), PROMPT_TAG: "true"}
    return Seen(RegisteredModel("answer", 100, 100, "", marks, {"prod": "1"}, (version,)), version)


def live(told, seen):
    return Live(record(told), seen, KEY, PROMPTS).as_seen()


def specs(choice):
    parameters = choice.draw(PARAMETERS)
    return choice.draw(MODELS) | ({"parameters": parameters} if parameters else {})


@given(choice=st.data(), template=TEMPLATES)
def test_what_was_written_is_seen_as_it_is_recorded(choice, template):
    told = body(template, **specs(choice))

    assert record(told) == live(told, written(told))


@given(template=TEMPLATES)
def test_a_template_comes_back_from_its_tags_as_it_was(template):
    assert template == template_of(prompt_tags(template, ""))


@given(choice=st.data(), one=TEMPLATES, other=TEMPLATES)
def test_two_prompts_ask_alike_only_if_they_say_the_same(choice, one, other):
    first, second = specs(choice), specs(choice)
    told, seen = (body(x, **y)["spec"] for x, y in ((one, first), (other, second)))
    is_same = (one, first) == (other, second)

    assert is_same == asks_alike(PROMPTS.prompts, told, tags_of_spec(seen))


@given(template=TEMPLATES, other=TEMPLATES)
def test_another_template_at_the_server_is_seen_in_its_place(template, other):
    told = body(template)

    found = live(told, written(told, **prompt_tags(other, "")))

    assert other == found.body["spec"]["template"]
    assert digest_value(found.body) == found.digest


@pytest.mark.parametrize(
    ("tags", "key", "value"),
    [
        (
            {CONFIG_TAG: '{"model_name": "m", "provider": "p"}'},
            "hosted",
            {"provider": "p", "id": "m"},
        ),
        ({CONFIG_TAG: '{"temperature": 1}'}, "parameters", {"temperature": 1}),
        ({CONFIG_TAG: '{"model_name": "m"}'}, "model", "m"),
        ({CONFIG_TAG: None}, "hosted", None),
        ({CONFIG_TAG: "no JSON"}, "hosted", None),
        ({CONFIG_TAG: "[1]"}, "hosted", None),
        ({PROMPT_TEXT_TAG: None}, "template", None),
        ({TYPE_TAG: "chat"}, "template", {"type": "text", "text": "Say {{ a }}."}),
        (
            {TYPE_TAG: "chat", PROMPT_TEXT_TAG: '[{"role": "user", "content": "x"}]'},
            "template",
            {"type": "chat", "messages": [{"role": "user", "content": "x"}]},
        ),
        (
            {TYPE_TAG: "chat", PROMPT_TEXT_TAG: "[1]"},
            "template",
            {"type": "text", "text": "[1]"},
        ),
    ],
)
def test_what_tags_say_otherwise_is_seen_in_the_body(tags, key, value):
    told = body(hosted={"provider": "example", "id": "large-1"})

    found = live(told, written(told, **tags))

    if tags != {TYPE_TAG: "chat"}:  # one that can't be read as a conversation is a text
        assert found != record(told)
    assert value == found.body["spec"][key]


def test_the_same_in_other_words_is_no_difference():
    messages = [{"role": "user", "content": "Grüße"}]
    told = body({"type": "chat", "messages": messages})
    theirs = json.dumps(messages)  # as the client of MLflow writes it: with escapes

    assert theirs != stored_text(told["spec"]["template"])
    assert record(told) == live(told, written(told, **{PROMPT_TEXT_TAG: theirs}))


def test_what_a_killed_run_left_is_explained_by_its_tag():
    told = body()
    after = body({"type": "text", "text": "Say {{ b }}."})
    seen = written(after)
    tag = Tag("u1", 3, "p-0002", digest_value(after), 100, "1", 101)
    seen = replace(seen, model=replace(seen.model, tags={KEY: tag.text()}))
    there = Live(record(told), seen, KEY, PROMPTS)

    assert there.is_left_by(frozenset({"p-0002"}))
    assert not there.is_left_by(frozenset({"p-0003"}))


def test_a_prompt_is_called_at_the_server_as_a_model_would_be():
    assert "team-answer" == server_name("prompt/answer", body(), "team-")
    assert "a.b" == server_name("prompt/answer", body(registry={"name": "a.b"}), "team-")
