"""Checked tree -> closures: what a name means and how much a part may cost is settled here.

The steps of all that is evaluated once are counted before; only macros count while they run. A
part that is not reached (a branch not taken) counts too, so that steps do not depend on facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel import _access as access
from mlspec.cel import _logic as logic
from mlspec.cel import _parts as made
from mlspec.cel._calls import call_of, or_else
from mlspec.cel._loops import LOOPS, Loop
from mlspec.cel._nodes import (
    And,
    Bind,
    Call,
    Comprehension,
    Conditional,
    Has,
    Ident,
    Index,
    ListOf,
    Literal,
    MapOf,
    Or,
    Select,
    Spread,
)
from mlspec.cel._reads import read_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._frame import Frame, Run
    from mlspec.cel._nodes import Entry, Node
    from mlspec.cel._scope import Checked

__all__ = ["Compiled", "compiled", "field_place"]


class Compiled(NamedTuple):
    """What evaluates an expression, how many local variables it has, and its least steps.

    `locals` says which variable an identifier is, `over` what the macro of a slot goes through,
    `once` are the nodes that are not in a loop.
    """

    run: Run
    size: int
    cost: int
    locals: dict[Node, made.Local]
    over: dict[int, Node]
    once: frozenset[Node]


def compiled(checked: Checked, observe: Callable[[Node, Run], Run] | None = None) -> Compiled:
    """Return what evaluates a checked tree; with `observe` put around each of its parts."""
    compiler = _Compiler(checked, observe)
    run = compiler.build(checked.root)
    once = frozenset(compiler.once)
    return Compiled(run, compiler.size, compiler.cost, compiler.locals, compiler.over, once)


def field_place(node: Select | Has | Index) -> int:
    """Return where in the text the field or index of a node stands."""
    if isinstance(node, Index):
        return node.index.start
    brackets = 1 if isinstance(node, Has) else 0
    return max(node.start, node.end - len(node.field) - brackets)


class _Compiler:
    """Builds the closures of one tree."""

    def __init__(self, checked: Checked, observe: Callable[[Node, Run], Run] | None) -> None:
        self.checked = checked
        self.observe = observe
        self.scopes: list[made.Local] = []
        self.size = 0
        self.cost = 0
        self.loops = 0
        self.locals: dict[Node, made.Local] = {}
        self.over: dict[int, Node] = {}
        self.once: set[Node] = set()

    def build(self, node: Node) -> Run:
        """Return what evaluates a part, watched if evaluations are to be."""
        self.cost += 1
        if not self.loops:
            self.once.add(node)
        run = _BUILDS[type(node)](self, node)
        return self.observe(node, run) if self.observe else run

    def literal(self, node: Literal) -> Run:
        """Return what gives a value that is written out."""
        value = node.value
        return lambda _: value

    def ident(self, node: Ident) -> Run:
        """Return what reads a variable."""
        if node in self.checked.variables or node in self.checked.constants:
            return self.named(node)
        local = next(each for each in reversed(self.scopes) if each.name == node.name)
        self.locals[node] = local
        return read_as(self.checked.types[node], made.local_part(local), node.start)

    def named(self, node: Node) -> Run:
        """Return what reads a variable of the environment, or is a type."""
        if node in self.checked.constants:
            constant = self.checked.constants[node]
            return lambda _: constant
        name = self.checked.variables[node]
        return read_as(self.checked.types[node], made.variable(name, node.start), node.start)

    def select(self, node: Select) -> Run:
        """Return what reads a field, or a variable whose name has dots."""
        if node in self.checked.variables or node in self.checked.constants:
            return self.named(node)
        operand, at = self.build(node.operand), field_place(node)
        if node.is_optional:
            return access.maybe_field_of(operand, node.field, at)
        return read_as(self.checked.types[node], access.select_of(operand, node.field, at), at)

    def has(self, node: Has) -> Run:
        """Return what tells whether a field is there."""
        return access.has_field(self.build(node.operand), node.field, field_place(node))

    def index(self, node: Index) -> Run:
        """Return what reads an element."""
        operand, index, at = self.build(node.operand), self.build(node.index), field_place(node)
        if node.is_optional:
            return access.maybe_index_of(operand, index, at)
        return read_as(self.checked.types[node], access.index_of(operand, index, at), at)

    def call(self, node: Call) -> Run:
        """Return what calls a function, a method or an operator."""
        if node.function in _OPERATORS:
            return _OPERATORS[node.function](self, node)
        function = self.checked.functions[node]
        is_method = node.target is not None and node not in self.checked.namespaced
        targets = (node.target,) if node.target is not None and is_method else ()
        parts = [self.build(each) for each in (*targets, *node.arguments)]
        if function.is_method and function.name in ("or", "orValue"):
            return or_else(function, parts[0], parts[1], node.start)
        return call_of(function, parts, node.start)

    def equality(self, node: Call) -> Run:
        """Return what compares two parts."""
        left, right = node.arguments
        if isinstance(right, Literal) and isinstance(right.value, str):
            self.build(right)
            return logic.equality_to_text(self.build(left), right.value)
        return logic.equality(self.build(left), self.build(right))

    def inequality(self, node: Call) -> Run:
        """Return the opposite of `equality`."""
        return logic.negated(self.equality(node))

    def membership(self, node: Call) -> Run:
        """Return what looks for a value in a list, or for a key in a map."""
        element, over = (self.build(each) for each in node.arguments)
        texts = _texts(node.arguments[1])
        if texts is not None:
            return logic.membership_in_texts(element, texts)
        return logic.membership(element, over, node.start)

    def terms(self, node: And | Or) -> Run:
        """Return what joins conditions."""
        terms = tuple((self.build(each), each.start) for each in node.terms)
        return logic.junction(terms, decisive=isinstance(node, Or))

    def conditional(self, node: Conditional) -> Run:
        """Return what takes one of two branches."""
        test, then, otherwise = map(self.build, (node.test, node.then, node.otherwise))
        return logic.branch(test, then, otherwise, node.test.start)

    def list_(self, node: ListOf) -> Run:
        """Return what makes a list."""
        parts = tuple(self.build(each) for each in node.elements)
        if any(isinstance(each, Spread) for each in node.elements):
            return lambda frame: [
                each for each in (part(frame) for part in parts) if each is not made.ABSENT
            ]
        return lambda frame: [part(frame) for part in parts]

    def spread(self, node: Spread) -> Run:
        """Return what gives the value of an optional, if it has one."""
        return made.held(self.build(node.value), node.start)

    def map_(self, node: MapOf) -> Run:
        """Return what makes a map."""
        entries = tuple(self.entry(each) for each in node.entries)

        def run(frame: Frame) -> object:
            found: dict[object, object] = {}
            for key, value, at in entries:
                made.enter(found, key(frame), value(frame), at)
            return found

        return run

    def entry(self, entry: Entry) -> tuple[Run, Run, int]:
        """Return what gives key and value of an entry, and its place."""
        value = self.build(entry.value)
        at = entry.key.start
        return self.build(entry.key), made.held(value, at) if entry.is_optional else value, at

    def comprehension(self, node: Comprehension) -> Run:
        """Return the loop of a macro, whose body costs its steps for each element."""
        over = self.build(node.over)
        slot, self.size = self.size, self.size + 1
        self.over[slot] = node.over
        outer, before = len(self.scopes), self.cost
        is_paired = len(node.variables) > 1
        parts = (0, 1) if is_paired else (None,)
        names = zip(node.variables, parts, strict=True)
        self.scopes += [made.Local(name, slot, part) for name, part in names]
        self.loops += 1
        test = None if node.filter is None else self.build(node.filter)
        body = self.build(node.body)
        self.loops -= 1
        del self.scopes[outer:]
        cost, self.cost = self.cost - before, before
        loop = Loop(over, body, test, slot, cost, node.over.start, node.body.start, is_paired)
        return LOOPS[node.kind](loop)

    def bind(self, node: Bind) -> Run:
        """Return what keeps a value under a name while a body is evaluated."""
        value = self.build(node.value)
        slot, self.size = self.size, self.size + 1
        self.scopes.append(made.Local(node.name, slot))
        body = self.build(node.body)
        self.scopes.pop()
        return (
            made.bound(value, body, slot)
            if node.kind == "bind"
            else made.opened(value, body, slot, node)
        )


_BUILDS: dict[type, Callable[..., Run]] = {
    And: _Compiler.terms,
    Bind: _Compiler.bind,
    Call: _Compiler.call,
    Comprehension: _Compiler.comprehension,
    Conditional: _Compiler.conditional,
    Has: _Compiler.has,
    Ident: _Compiler.ident,
    Index: _Compiler.index,
    ListOf: _Compiler.list_,
    Literal: _Compiler.literal,
    MapOf: _Compiler.map_,
    Or: _Compiler.terms,
    Select: _Compiler.select,
    Spread: _Compiler.spread,
}
_OPERATORS: dict[str, Callable[[_Compiler, Call], Run]] = {
    "_==_": _Compiler.equality,
    "_!=_": _Compiler.inequality,
    "_in_": _Compiler.membership,
}


def _texts(node: Node) -> tuple[str, ...] | None:
    """Return the elements of a list that has only texts which are written out."""
    if not isinstance(node, ListOf):
        return None
    values = [each.value for each in node.elements if isinstance(each, Literal)]
    texts = tuple(each for each in values if isinstance(each, str))
    return texts if len(texts) == len(node.elements) else None
