"""How MLflow keeps a prompt: as a registered model with a tag, its text in a tag of the version.

Measured on 2.22.5 and 3.17.2. A conversation is a JSON list of roles and contents, and a tag says
so, which clients of 2.22 don't look at: they read the list as text. 3.17 takes no source of a
version but a word of its own. Searches leave prompts out unless they ask for them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mlspec.canonical import strict_json
from mlspec.members import entries, section
from mlspec.mlflow.model import PROMPT_TAG, PROMPT_TEXT_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = [
    "CONFIG_TAG",
    "MOST_CHARACTERS",
    "PROMPT_SOURCE",
    "TYPE_TAG",
    "prompt_tags",
    "spec_of_tags",
    "stored_text",
    "tags_of_spec",
    "template_of",
]

MOST_CHARACTERS: Final = 100_000
"""Characters that servers of 3.x keep of a prompt; those of 2.22 keep 5,000."""
PROMPT_SOURCE: Final = "dummy-source"
TYPE_TAG: Final = "_mlflow_prompt_type"
CONFIG_TAG: Final = "_mlflow_prompt_model_config"
_TEXT, _CHAT = "text", "chat"
_PARAMETERS: Final = {
    "maxTokens": "max_tokens",
    "stop": "stop_sequences",
    "temperature": "temperature",
    "topK": "top_k",
    "topP": "top_p",
}


def tags_of_spec(spec: Mapping[str, Json]) -> dict[str, str]:
    """Return the tags of a version that says what the spec of a prompt says."""
    return prompt_tags(spec.get("template"), _config_tag(spec))


def spec_of_tags(tags: Mapping[str, str]) -> dict[str, Json]:
    """Return what the tags of a version say, by key of a spec; None for what they don't say."""
    return {"template": template_of(tags), **_spec_of_config(tags.get(CONFIG_TAG, ""))}


def stored_text(template: Json) -> str:
    """Return the text that is kept of a template, as a spec has it; a conversation as JSON."""
    facts = template if isinstance(template, dict) else {}
    if facts.get("type") != _CHAT:
        text = facts.get("text")
        return text if isinstance(text, str) else ""
    messages = [
        {"role": each.get("role"), "content": each.get("content")}
        for each in entries(facts, "messages")
        if isinstance(each, dict)
    ]
    return json.dumps(messages, ensure_ascii=False)


def template_of(tags: Mapping[str, str]) -> Json:
    """Return the template as a spec has it, from the tags of a version; None where there is none.

    A conversation that can't be read as one is a text.
    """
    text = tags.get(PROMPT_TEXT_TAG)
    if text is None:
        return None
    messages = _messages(text) if tags.get(TYPE_TAG) == _CHAT else None
    if messages is None:
        return {"type": _TEXT, "text": text}
    return {"type": _CHAT, "messages": messages}


def _config_tag(spec: Mapping[str, Json]) -> str:
    """Return the value of the tag that says which model is asked, and how; "" for none."""
    hosted, parameters = section(spec, "hosted"), section(spec, "parameters")
    model = spec.get("model")
    name = hosted.get("id") or (model.partition("@")[0] if isinstance(model, str) else None)
    told: dict[str, Json] = {"provider": hosted.get("provider"), "model_name": name}
    told |= {theirs: parameters.get(ours) for ours, theirs in _PARAMETERS.items()}
    stated = {key: value for key, value in told.items() if value not in (None, [])}
    return json.dumps(stated, ensure_ascii=False, sort_keys=True) if stated else ""


def _spec_of_config(text: str) -> dict[str, Json]:
    """Return `hosted`, `model` and `parameters` of a spec, as a tag says; None for what it lacks.

    What a spec has no word for is left out, and all of it where the tag can't be read.
    """
    told = _read(text)
    facts = told if isinstance(told, dict) else {}
    name, provider = facts.get("model_name"), facts.get("provider")
    is_hosted = provider is not None
    parameters = {x: facts[theirs] for x, theirs in _PARAMETERS.items() if theirs in facts}
    return {
        "hosted": {"provider": provider, "id": name} if is_hosted else None,
        "model": None if is_hosted else name,
        "parameters": parameters or None,
    }


def prompt_tags(template: Json, config: str) -> dict[str, str]:
    """Return the tags of a version that make it the version of a prompt."""
    facts = template if isinstance(template, dict) else {}
    tags = {
        PROMPT_TAG: "true",
        PROMPT_TEXT_TAG: stored_text(template),
        TYPE_TAG: _CHAT if facts.get("type") == _CHAT else _TEXT,
    }
    return tags | ({CONFIG_TAG: config} if config else {})


def _messages(text: str) -> list[Json] | None:
    found = _read(text)
    if not isinstance(found, list) or not found:
        return None
    messages: list[Json] = [
        {"role": each.get("role"), "content": each.get("content")}
        for each in found
        if isinstance(each, dict)
    ]
    return messages if len(messages) == len(found) else None


def _read(text: str) -> Json:
    try:
        return strict_json(text)
    except ValueError:
        return None
