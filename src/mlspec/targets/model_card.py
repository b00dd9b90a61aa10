"""`model_card`: what a model, a system or data are, what was proven and what is missing.

The JSON is the card (schema: `schemas/v1/card.json`); Markdown and HTML show it and nothing else.
A bundle says which of them are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, CardFormat
from mlspec.targets._card_view import card_path, card_text, card_view
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield every card in the formats that are asked for."""
    pages = [each for each in bundle.card_formats if each is not CardFormat.JSON]
    for card in bundle.cards:
        path = f"cards/{card_path(card)}"
        if CardFormat.JSON in bundle.card_formats:
            yield Artifact(f"{path}.json", card_text(bundle, card), card.source)
        view = card_view(bundle, card) if pages else {}
        for page in pages:
            text = renderer(f"model_card/card{page.ending}.j2", view)
            yield Artifact(f"{path}{page.ending}", text, card.source)


TARGET = Target(
    "model_card",
    "Cards of models, systems and data: Markdown, or the formats of `targets.modelCard`.",
    emit,
    is_by_card=True,
)
