"""How a prompt and a version at a server say the same, whatever form the server keeps it in.

It is what tags say that is compared, and never the tags: others may say it in other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.registry._server import PromptForm

    Spec = Mapping[str, Json]
    Tags = Mapping[str, str]

__all__ = ["asks_alike", "asks_otherwise"]


def asks_alike(form: PromptForm, told: Spec, seen: Tags) -> bool:
    """Tell whether a version asks the same model the same as the spec of a prompt does."""
    return not list(asks_otherwise(form, told, seen))


def asks_otherwise(form: PromptForm, told: Spec, seen: Tags) -> Iterator[tuple[str, Json]]:
    """Yield the keys of a spec that a version says otherwise, and what it says of each."""
    before = form.spec(form.tags(told))
    yield from ((key, value) for key, value in form.spec(seen).items() if value != before[key])
