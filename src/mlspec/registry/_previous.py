"""How an alias moves at a server that has some, so that there is a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mlspec.errors import AbsentError

if TYPE_CHECKING:
    from mlspec.registry._server import ServedModel

__all__ = ["Aliases", "move"]


class Aliases(Protocol):
    """What sets and deletes the aliases of models by name."""

    def set_alias(self, name: str, alias: str, number: str) -> None:
        """Let an alias lead to a version, wherever it led before."""

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias; none is there afterwards."""


def move(aliases: Aliases, model: ServedModel, alias: str, number: str) -> None:
    """Set the alias `previous-ALIAS` to where an alias leads, then the alias itself.

    A version that is gone since can't be led to: then nothing was before.
    """
    before, previous = model.aliases.get(alias, ""), f"previous-{alias}"
    if before == number:
        return
    if before:
        try:
            aliases.set_alias(model.name, previous, before)
        except AbsentError:
            aliases.delete_alias(model.name, previous)
    aliases.set_alias(model.name, alias, number)
