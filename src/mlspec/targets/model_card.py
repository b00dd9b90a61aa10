"""`model_card`: what a model, a system or data are, what was proven and what is missing.

The JSON is the card (schema: `schemas/v1/card.json`); Markdown and HTML show it and nothing else.
A bundle says which of them are made. Markdown is written without its template where a workspace
has none of its own: the bytes are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, CardFormat
from mlspec.targets._card_page import card_page
from mlspec.targets._card_view import card_path, card_text, card_view
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Card
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield every card in the formats that are asked for."""
    for card in bundle.cards:
        path = f"cards/{card_path(card)}"
        for each in CardFormat:
            if each in bundle.card_formats:
                text = _text(bundle, card, each, renderer)
                yield Artifact(f"{path}{each.ending}", text, card.source)


def _text(bundle: Bundle, card: Card, wanted: CardFormat, renderer: Renderer) -> str:
    if wanted is CardFormat.JSON:
        return card_text(bundle, card)
    template = f"model_card/card{wanted.ending}.j2"
    if wanted is CardFormat.MARKDOWN and not renderer.replaces(template):
        return card_page(bundle, card)
    return renderer(template, card_view(bundle, card))


TARGET = Target(
    "model_card",
    "Cards of models, systems and data: Markdown, or the formats of `targets.modelCard`.",
    emit,
    is_by_card=True,
)
