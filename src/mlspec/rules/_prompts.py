"""What rules read of prompts: their texts, and the variables that stand in them.

Nothing is rendered: a template is looked through once, from its start to its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.prompt import PromptSpec
    from mlspec.workspace import Resource

__all__ = ["Opening", "has_logic", "openings", "prompt_of", "texts_of"]

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
_BRACES: Final = re.compile(r"\{{2,}(?:\s*(" + _NAME + r")\s*\}\})?|\{(?=[%#])")
"""A variable, as MLflow reads it, with braces before it; or braces that begin something else."""
_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a text begins something in braces: a variable by `name`, or what is none ("").

    `text` is how it begins, in at most 24 characters of one line.
    """

    path: Path
    text: str
    name: str = ""


def prompt_of(resource: Resource) -> PromptSpec:
    """Return the spec of a `Prompt`."""
    return cast("PromptSpec", resource.spec)  # binding gives each resource the spec of its kind


def texts_of(resource: Resource) -> Iterator[tuple[Path, str]]:
    """Yield each text of the template of a `Prompt`, and where it stands."""
    template, path = prompt_of(resource).template, ("spec", "template")
    if template.type == "text":
        yield (*path, "text"), template.text
        return
    for index, message in enumerate(template.messages):
        yield (*path, "messages", index, "content"), message.content


def openings(resource: Resource) -> Iterator[Opening]:
    """Yield what the template of a `Prompt` has in braces, in order.

    Braces right before a variable belong to the text around it: `{{{ a }}}` is a value in braces.
    """
    for path, text in texts_of(resource):
        for each in _BRACES.finditer(text):
            yield Opening(path, _beginning(text, each.start()), each[1] or "")


def has_logic(resource: Resource) -> bool:
    """Tell whether a template has statements in it, which may use variables, too."""
    return any("{%" in text for _, text in texts_of(resource))


def _beginning(text: str, start: int) -> str:
    shown, _, _ = text[start : start + _SHOWN].partition("\n")
    return shown.rstrip()
