"""What is known of an expression while it is checked, and the faults that are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.cel._environment import TYPES
from mlspec.cel._errors import Fault, place_of
from mlspec.cel._nodes import Ident, Select
from mlspec.cel._types import ANY, TYPE
from mlspec.diagnostics import did_you_mean
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from mlspec.cel._environment import Environment
    from mlspec.cel._functions import Function
    from mlspec.cel._nodes import Node
    from mlspec.cel._types import Type
    from mlspec.cel._values import TypeValue

    Visits = Mapping[type, Callable[..., Type]]

__all__ = ["Checked", "Scope", "dotted", "listed", "meant"]

_MOST_NAMES = 200
_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """A tree with what its names mean. Nodes are the keys."""

    root: Node
    types: dict[Node, Type] = field(default_factory=dict)
    variables: dict[Node, str] = field(default_factory=dict)
    constants: dict[Node, TypeValue] = field(default_factory=dict)
    functions: dict[Node, Function] = field(default_factory=dict)
    namespaced: set[Node] = field(default_factory=set)


def dotted(node: Node) -> str | None:
    """Return `a.b.c` for a name, or a chain of plain fields that starts with one."""
    words: list[str] = []
    while isinstance(node, Select) and not node.is_optional:
        words.append(node.field)
        node = node.operand
    return ".".join((node.name, *reversed(words))) if isinstance(node, Ident) else None


class Scope:
    """What is known while one tree is gone through: variables in sight, types and faults found."""

    def __init__(
        self, text: str, environment: Environment, checked: Checked, visits: Visits
    ) -> None:
        self.text = text
        self.environment = environment
        self.checked = checked
        self._visits = visits
        self.faults: list[Fault] = []
        self.lacking: list[Select] = []
        self.scopes: list[tuple[str, Type]] = []

    def visit(self, node: Node) -> Type:
        """Return the type of a part, and keep it."""
        found = self._visits[type(node)](self, node)
        self.checked.types[node] = found
        return found

    def refuse(self, node: Node, message: str, hint: str | None = None, *, at: int = -1) -> Type:
        """Tell a fault, and go on with a type that makes no others."""
        place = place_of(self.text, node.start if at < 0 else at, node.end)
        self.faults.append(Fault(printable(message), *place, hint and printable(hint)))
        return ANY

    def lacks(self, node: Node, message: str, extra: str) -> Type:
        """Tell that an extra has to be installed."""
        place = place_of(self.text, node.start, node.end)
        hint = f'install the extra `{extra}`: `pip install "mlspec-compiler[{extra}]"`'
        self.faults.append(Fault(message, *place, hint, needs=extra))
        return ANY

    def written(self, node: Node) -> str:
        """Return a part as it is written."""
        return self.text[node.start : node.end]

    def local(self, name: str) -> Type | None:
        """Return the type of the variable of a macro, if one of the name is in sight."""
        return next((found for each, found in reversed(self.scopes) if each == name), None)

    def global_(self, node: Node) -> Type | None:
        """Return the type of a variable or type of the environment, if a name is that of one."""
        name = dotted(node)
        if name is None or self.starts_local(node):
            return None
        if name in self.environment.variables:
            self.checked.variables[node] = name
            return self.environment.variables[name]
        if name in TYPES:
            self.checked.constants[node] = TYPES[name]
            return TYPE
        return None

    def starts_local(self, node: Node) -> bool:
        """Tell whether a chain of fields starts with the variable of a macro."""
        while isinstance(node, Select):
            node = node.operand
        if not isinstance(node, Ident) or node.is_absolute:
            return False
        return self.local(node.name) is not None


def meant(word: str, names: Collection[str]) -> str | None:
    """Return a hint with the closest of some names."""
    close = did_you_mean(word, names) if len(names) <= _MOST_NAMES else None
    return f"did you mean `{close}`?" if close else None


def listed(names: Collection[str]) -> str:
    """Return the first of some names, in their order, for a hint."""
    shown = sorted(set(names))[:_MOST_LISTED]
    more = "" if len(set(names)) <= _MOST_LISTED else ", ..."
    return ", ".join(f"`{each}`" for each in shown) + more if shown else "none"
