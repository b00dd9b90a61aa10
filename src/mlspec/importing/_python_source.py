"""A Python file as a tree, and where its names are bound. It is never compiled, run or imported."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.importing._model import Unread
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Binding", "Position", "Python", "read_python"]

Position = tuple[int, int]
"""Line and byte in it."""
_MOST_BYTES: Final = 1 << 20
_LONGEST: Final = 120
_LINES = re.compile("\r\n|\r|\n")
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BRANCHES = ("body", "handlers", "orelse", "finalbody", "cases")
_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name is bound to from a place on; `is_sure` where no branch or loop decides it.

    `node` is an expression, a function, an import, or anything else that gives no value here.
    """

    end: Position
    node: ast.AST
    is_sure: bool


@dataclass
class Python:
    """One file: its tree, its names, and the modules all of whose names it takes."""

    file: str
    tree: ast.Module
    lines: list[bytes]
    names: dict[str, list[Binding]] = field(default_factory=dict)
    """What each name is bound to, one place after the other."""
    stars: list[ast.ImportFrom] = field(default_factory=list)

    def place(self, node: ast.AST) -> str:
        """Return where a node stands."""
        return f"{printable(self.file)}:{getattr(node, 'lineno', 1)}"

    def text(self, node: ast.AST) -> str:
        """Return what is written there, its first line, cut where it is long."""
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        last, end = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
        if not 0 < line <= len(self.lines):
            return ""
        held = self.lines[line - 1][column : end if last == line else None]
        told = held.decode(errors="replace").strip()
        is_cut = len(told) > _LONGEST or last != line
        return printable(told[:_LONGEST]) + (" ..." if is_cut else "")


def read_python(file: str, content: bytes) -> Python | Unread:
    """Return a file as a tree, or why it can't be read; nothing of it is run."""
    shown = printable(file)
    if len(content) > _MOST_BYTES:
        return Unread(shown, f"it is larger than {_MOST_BYTES >> 20} MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Unread(shown, "it is not UTF-8")
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except SyntaxError as error:
        return Unread(f"{shown}:{error.lineno or 1}", "it is no Python that can be read")
    except (ValueError, RecursionError, MemoryError):
        return Unread(f"{shown}:1", "it is no Python that can be read, or is nested too deeply")
    found = Python(file, tree, [each.encode() for each in _LINES.split(text)])
    for name, binding in _bindings(found, tree.body, is_sure=True):
        found.names.setdefault(name, []).append(binding)
    return found


def _bindings(
    module: Python, body: Iterable[ast.AST], *, is_sure: bool, depth: int = 0
) -> Iterator[tuple[str, Binding]]:
    """Yield what statements bind, those in branches and loops too; not what functions do."""
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            module.stars.append(statement)
        elif isinstance(statement, _DEFINED):
            yield statement.name, Binding(_end(statement), statement, is_sure)
        else:
            for name, node, end in _bound(statement):
                yield name, Binding(end, node, is_sure)
        for part in _BRANCHES if depth < _DEPTH and not isinstance(statement, _DEFINED) else ():
            inner = getattr(statement, part, ())
            if isinstance(inner, list):
                yield from _bindings(module, inner, is_sure=False, depth=depth + 1)


def _bound(statement: ast.AST) -> Iterator[tuple[str, ast.AST, Position]]:
    """Yield the names that one statement binds, what gives the value, and from where on."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0], statement, _end(statement)
    for target, node in _targets(statement):
        end = _end(target if node is statement else statement)
        yield from ((name, node, end) for name in _stored(target))


def _targets(statement: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Yield what is bound and to what; of loops, contexts and `+=` nobody can tell that."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield target, statement.value if isinstance(target, ast.Name) else statement
    elif isinstance(statement, ast.AnnAssign):
        if statement.value is not None:
            yield statement.target, statement.value
    elif isinstance(statement, ast.With | ast.AsyncWith):
        for target in filter(None, (item.optional_vars for item in statement.items)):
            yield target, statement
    elif isinstance(statement, ast.AugAssign | ast.For | ast.AsyncFor):
        yield statement.target, statement


def _end(statement: ast.AST) -> Position:
    return getattr(statement, "end_lineno", None) or 0, getattr(statement, "end_col_offset", 0)


def _stored(target: ast.AST) -> Iterator[str]:
    for each in ast.walk(target):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
