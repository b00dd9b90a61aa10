"""`model_card`: what a model, a system or data are, what was proven and what is missing.

The JSON is the card (schema: `schemas/v1/card.json`); Markdown and HTML show it and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.targets._card_view import card_path, card_text, card_view
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield JSON, Markdown and HTML of every card."""
    for card in bundle.cards:
        view = card_view(bundle, card)
        path = f"cards/{card_path(card)}"
        yield Artifact(f"{path}.json", card_text(card, view["card"]), card.source)
        for suffix in ("md", "html"):
            text = renderer(f"model_card/card.{suffix}.j2", view)
            yield Artifact(f"{path}.{suffix}", text, card.source)


TARGET = Target(
    "model_card",
    "Cards of models, systems and data: JSON, Markdown and HTML.",
    emit,
    is_by_card=True,
)
