"""An expression that has been read and checked, ready to run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.cel._budget import Budget
from mlspec.cel._checker import check
from mlspec.cel._compiler import compiled
from mlspec.cel._errors import EvaluationError, Fault, FaultError, place_of
from mlspec.cel._frame import Frame
from mlspec.cel._nodes import And, Literal, Select, walk
from mlspec.cel._parser import tree_of
from mlspec.cel._trace import Fact, Part, Trace, deepest, observed
from mlspec.cel.library._charge import RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.cel._compiler import Compiled
    from mlspec.cel._environment import Environment
    from mlspec.cel._nodes import Node
    from mlspec.cel._scope import Checked
    from mlspec.cel._types import Type

__all__ = ["TOO_DEEP", "Explanation", "Program", "Term", "compile_expression", "parse"]

TOO_DEEP = Fault("the expression is nested too deep for what is left of the stack", 1, 1, 2)


def parse(text: str) -> Node | Fault:
    """Return the tree of an expression, or why it can't be read."""
    try:
        return tree_of(text)
    except FaultError as error:
        return error.fault(text)
    except RecursionError:
        return TOO_DEEP


def compile_expression(text: str, environment: Environment) -> Program | tuple[Fault, ...]:
    """Return a program, or all faults of an expression in the order of its text.

    One that can't be read has a single fault; one that can is checked as a whole: names, fields,
    values of closed sets, functions and what they take.
    """
    root = parse(text)
    if isinstance(root, Fault):
        return (root,)
    try:
        found = check(text, root, environment)
    except RecursionError:
        return (TOO_DEEP,)
    return found.faults or Program(text, found.checked, found.unguarded)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an expression gave what it gave.

    `value` is the result, or the error in place of one. `facts` are those that were read, each at
    its deepest path, in the order of reading. `parts` are the parts of the expression that were
    evaluated just once (not those inside of a macro), in the order of the text.
    """

    value: object
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]

    @property
    def is_error(self) -> bool:
        """Tell whether there is no result."""
        return isinstance(self.value, EvaluationError)


class Term:
    """A condition of those that `&&` joins: as it is written, where it starts, and compiled.

    `variables` are the nodes that read variables.
    """

    def __init__(self, text: str, checked: Checked) -> None:
        root = checked.root
        self.text = text[root.start : root.end]
        self.start = root.start
        self.variables = checked.variables
        self._checked = checked

    @cached_property
    def plain(self) -> Compiled:
        """What evaluates it."""
        return compiled(self._checked)

    @cached_property
    def watched(self) -> Compiled:
        """What evaluates it, and tells a trace what it reads."""
        return compiled(self._checked, observed)


class Program:
    """An expression whose names and types are known. Programs keep nothing of an evaluation.

    `unguarded` names fields that may be absent and that are read without asking `has`: no faults,
    but where one is absent, there is no value.
    """

    def __init__(self, text: str, checked: Checked, unguarded: tuple[Fault, ...] = ()) -> None:
        self.text = text
        self.unguarded = unguarded
        self._checked = checked

    @property
    def type(self) -> Type:
        """Return the type of the result; `dyn` where it follows from the facts."""
        return self._checked.types[self._checked.root]

    @cached_property
    def cost(self) -> int:
        """Return the steps of one evaluation, without those of macros and of large values."""
        return self._ready(is_watched=False).cost

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The conditions that `&&` joins at the top, in order; or the whole expression alone."""
        root = self._checked.root
        nodes = root.terms if isinstance(root, And) else (root,)
        return tuple(Term(self.text, replace(self._checked, root=each)) for each in nodes)

    def evaluate(self, facts: Mapping[str, object], budget: Budget | None = None) -> object:
        """Return the value of the expression for some facts: values of variables by name.

        Facts are values as JSON gives them, or other values of the language. `budget` may be
        shared by several evaluations; without one, this evaluation has one of its own.

        Raises:
            EvaluationError: there is no value: a fact is missing or of another type than
                declared, a number too large, ...; its `line` and `column` are set.
            BudgetError: the steps ran out (one of `EvaluationError`).
        """
        program = self._ready(is_watched=False)
        return self._run(program, Frame(facts, budget or Budget(), program.size))

    def explain(self, facts: Mapping[str, object], budget: Budget | None = None) -> Explanation:
        """Return the value, or the error, with the facts that were read and what parts gave."""
        program = self._ready(is_watched=True)
        trace = Trace(program, self._checked.variables)
        frame = Frame(facts, budget or Budget(), program.size, trace)
        try:
            value = self._run(program, frame)
        except EvaluationError as error:
            value = error
        return Explanation(value, tuple(deepest(trace.facts)), tuple(self._parts(trace)))

    def reads(self) -> frozenset[tuple[str, ...]]:
        """Return the paths that the expression names, such as `("spec", "risk", "tier")`.

        A path ends where the expression goes on by an index, a call or a macro.
        """
        return frozenset(_named_paths(self._checked))

    @cached_property
    def _compiled(self) -> Compiled:
        return compiled(self._checked)

    @cached_property
    def _observed(self) -> Compiled:
        return compiled(self._checked, observed)

    def _ready(self, *, is_watched: bool) -> Compiled:
        try:
            return self._observed if is_watched else self._compiled
        except RecursionError:
            raise EvaluationError(TOO_DEEP.message) from None

    def _run(self, program: Compiled, frame: Frame) -> object:
        token = RUNNING.set(frame.budget)
        try:
            frame.budget.take(program.cost)
            return program.run(frame)
        except EvaluationError as error:
            error.count_lines(self.text)
            raise
        except RecursionError:
            raise EvaluationError(TOO_DEEP.message) from None
        finally:
            RUNNING.reset(token)

    def _parts(self, trace: Trace) -> Iterator[Part]:
        found = sorted(trace.values.items(), key=lambda each: (each[0].start, -each[0].end))
        for node, value in found:
            if not isinstance(node, Literal):
                line, column, _ = place_of(self.text, node.start, node.end)
                yield Part(self.text[node.start : node.end], line, column, value)


def _named_paths(checked: Checked) -> Iterator[tuple[str, ...]]:
    inner: set[Node] = set()
    for node in walk(checked.root):
        words: list[str] = []
        below: Node = node
        while isinstance(below, Select) and below not in checked.variables:
            words.append(below.field)
            below = below.operand
        if below in checked.variables and node not in inner:
            yield (checked.variables[below], *reversed(words))
        if isinstance(node, Select):
            inner.add(node.operand)
