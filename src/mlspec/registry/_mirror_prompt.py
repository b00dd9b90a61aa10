"""What of a prompt's body a server is told, and how a version there says the same.

A prompt is kept as a model whose versions have the template and its model in tags. Tags that others
wrote may say the same in other words, so it is what they say that is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.mlflow.prompts import CONFIG_TAG, config_tag, prompt_tags, spec_of_config, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json

    Tags = Mapping[str, str]

__all__ = ["PROMPT", "asks_alike", "asks_otherwise", "tags_of_prompt"]

PROMPT = "prompt/"


def tags_of_prompt(spec: Json) -> dict[str, str]:
    """Return the tags of a version that says what the spec of a prompt says."""
    facts = spec if isinstance(spec, dict) else {}
    return prompt_tags(facts.get("template"), config_tag(facts))


def asks_alike(one: Tags, other: Tags) -> bool:
    """Tell whether two versions of prompts ask the same model the same."""
    return _asked(one) == _asked(other)


def asks_otherwise(told: Tags, seen: Tags) -> Iterator[tuple[str, Json]]:
    """Yield the keys of a spec that a version says otherwise, and what it says of each."""
    before, after = _asked(told), _asked(seen)
    yield from ((key, value) for key, value in after.items() if value != before[key])


def _asked(tags: Tags) -> dict[str, Json]:
    return {"template": template_of(tags), **spec_of_config(tags.get(CONFIG_TAG, ""))}
