"""What an evaluation looked at: facts by their paths, and the values of parts of the expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._compiler import field_place
from mlspec.cel._errors import EvaluationError
from mlspec.cel._frame import Watcher
from mlspec.cel._nodes import Has, Ident, Index, Select
from mlspec.cel._values import Maybe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.cel._compiler import Compiled
    from mlspec.cel._frame import Frame, Run
    from mlspec.cel._nodes import Node

__all__ = ["MISSING", "MOST_FACTS", "Fact", "FactPath", "Part", "Trace", "deepest", "observed"]

MOST_FACTS = 1_000
"""Facts that are kept of one evaluation."""

FactPath = tuple[str | int, ...]


class _Missing:
    """Stands for the value of a fact that is not there."""

    def __repr__(self) -> str:
        return "<missing>"


MISSING = _Missing()


class Fact(NamedTuple):
    """A fact that was read: where it is, such as `("spec", "owners", 0, "email")`, and its value.

    The value is `MISSING` where an expression asked for what is not there.
    """

    path: FactPath
    value: object

    @property
    def name(self) -> str:
        """Return the path as an expression writes it: `spec.owners[0].email`."""
        first, *rest = self.path
        words = [f"[{each}]" if isinstance(each, int) else f".{each}" for each in rest]
        return "".join((str(first), *words))


class Part(NamedTuple):
    """A part of an expression as it is written, where it stands, and what it gave."""

    text: str
    line: int
    column: int
    value: object


class Trace(Watcher):
    """Collects what one evaluation sees."""

    def __init__(self, compiled: Compiled, variables: dict[Node, str]) -> None:
        self._compiled = compiled
        self._variables = variables
        self._paths: dict[Node, FactPath | None] = {}
        self._entered: dict[int, object] = {}
        self._indexes: dict[Node, object] = {}
        self.facts: dict[FactPath, object] = {}
        self.values: dict[Node, object] = {}

    def enters(self, slot: int, position: object) -> None:
        """Keep which element a macro looks at."""
        self._entered[slot] = position

    def saw(self, node: Node, value: object) -> None:
        """Keep what a part gave."""
        if node in self._compiled.once:
            self.values[node] = value
        self._indexes[node] = value
        path = self._path(node)
        self._paths[node] = path
        if path is not None and not isinstance(node, Has):
            self._keep(path, _held(value))
        elif path is not None and value is False:
            self._keep(path, MISSING)

    def missed(self, node: Node, error: EvaluationError) -> None:
        """Keep that a part is missing, if it is this one that the error is about."""
        if isinstance(node, Select | Index) and error.at == field_place(node):
            path = self._path(node)
            if path is not None:
                self._keep(path, MISSING)

    def _keep(self, path: FactPath, value: object) -> None:
        if path in self.facts or len(self.facts) < MOST_FACTS:
            self.facts[path] = value

    def _path(self, node: Node) -> FactPath | None:
        if node in self._variables:
            return (self._variables[node],)
        if isinstance(node, Ident):
            return self._path_of_local(node)
        if isinstance(node, Select | Has):
            above = self._paths.get(node.operand)
            return None if above is None else (*above, node.field)
        if isinstance(node, Index):
            return self._path_of_element(self._paths.get(node.operand), node)
        return None

    def _path_of_local(self, node: Ident) -> FactPath | None:
        local = self._compiled.locals.get(node)
        if local is None or local.slot not in self._compiled.over or local.part == 0:
            return None
        above = self._paths.get(self._compiled.over[local.slot])
        return _below(above, self._entered.get(local.slot))

    def _path_of_element(self, above: FactPath | None, node: Index) -> FactPath | None:
        return _below(above, self._indexes.get(node.index))


def _held(value: object) -> object:
    if not isinstance(value, Maybe):
        return value
    return value.value if value.has_value else MISSING


def _below(above: FactPath | None, step: object) -> FactPath | None:
    if above is None or not isinstance(step, str | int):
        return None
    return (*above, step)


def deepest(facts: Mapping[FactPath, object]) -> Iterator[Fact]:
    """Yield facts, but for those of which a part was read as well."""
    above = {path[:-1] for path in facts}
    for path, value in facts.items():
        if path not in above or value is MISSING:
            yield Fact(path, value)


def observed(node: Node, run: Run) -> Run:
    """Return a part that tells the trace of its evaluation what it gives."""

    def observe(frame: Frame) -> object:
        trace = frame.watcher
        try:
            value = run(frame)
        except EvaluationError as error:
            if isinstance(trace, Trace):
                trace.missed(node, error)
            raise
        if isinstance(trace, Trace):
            trace.saw(node, value)
        return value

    return observe
