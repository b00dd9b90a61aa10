"""Values of Python expressions, as far as they are told: constants, names, lists, calls of others.

Nothing is run. What can't be told without running it is its text. Steps, depth and sizes are
bounded, so that a few lines that double a list forty times come to an end.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mlspec.importing._python_told import (
    CHARACTERS,
    ITEMS,
    Library,
    Made,
    Module,
    Untold,
    bounded,
    combined,
    constant,
    item_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.importing._python_source import Binding, Position, Python
    from mlspec.importing._python_told import Value

__all__ = ["Reader", "defined"]

_DEPTH: Final = 60
_STEPS: Final = 2_000_000


@dataclass
class Reader:
    """Tells the values of expressions; `find` gives the module of this repository of a name.

    `find` takes the module that imports, a dotted name and how many dots stand before it. Where
    all names of `library` are imported, those that are bound nowhere else are taken for its own.
    Where `steps` are used up, nothing more is told.
    """

    find: Callable[[Python, str, int], Python | None]
    library: str = ""
    steps: int = _STEPS
    depth: int = 0
    known: dict[tuple[int, int], Value] = field(default_factory=dict)
    starred: dict[tuple[int, str], Value] = field(default_factory=dict)

    def bound(self, module: Python, name: str, before: Position | None = None) -> Value:
        """Return the value of a name of a module; before a place in it, or at its end."""
        self.steps -= 1
        found: Value = Untold(name)
        if self.depth < _DEPTH and self.steps > 0:
            self.depth += 1
            found = self._bound(module, name, before)
            self.depth -= 1
        return found

    def _bound(self, module: Python, name: str, before: Position | None) -> Value:
        held = module.names.get(name, [])
        number = bisect_left(held, before, key=_end) if before else len(held)
        if not number:
            key = (id(module), name)
            if key not in self.starred:
                self.starred[key] = self._of_star(module, name)
            return self.starred[key]
        last = held[number - 1]
        return self._once(module, name, last) if last.is_sure or number == 1 else Untold(name)

    def _once(self, module: Python, name: str, binding: Binding) -> Value:
        """Return the value of a binding; one that is made of itself ends with the depth."""
        key = (id(module), id(binding))
        if key not in self.known:
            self.known[key] = self._of_binding(module, name, binding)
        return self.known[key]

    def _of_binding(self, module: Python, name: str, binding: Binding) -> Value:
        node = binding.node
        if isinstance(node, ast.Import):
            return self._of_import(module, name, node)
        if isinstance(node, ast.ImportFrom):
            return self._of_import_from(module, name, node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._of_function(module, node)
        return self.value(module, node) if isinstance(node, ast.expr) else Untold(name)

    def _of_import(self, module: Python, name: str, node: ast.Import) -> Value:
        for alias in node.names:
            if name in (alias.asname, alias.name.partition(".")[0]):
                told = alias.name if alias.asname else name
                found = self.find(module, told, 0)
                return Module(found) if found else Library(told)
        return Untold(name)

    def _of_import_from(self, module: Python, name: str, node: ast.ImportFrom) -> Value:
        told = next((each.name for each in node.names if name in (each.asname, each.name)), name)
        source = node.module or ""
        found = self.find(module, source, node.level)
        if found is not None and told in {*found.names}:
            return self.bound(found, told)
        inner = self.find(module, f"{source}.{told}".lstrip("."), node.level)
        if inner is not None:
            return Module(inner)
        if found is not None:
            return self.bound(found, told)
        return Untold(name) if node.level else Library(f"{source}.{told}")

    def _of_star(self, module: Python, name: str) -> Value:
        for star in reversed(module.stars):
            found = self.find(module, star.module or "", star.level)
            if found is None and self.library and star.module == self.library:
                return Library(f"{self.library}.{name}")
            value = self.bound(found, name) if found else Untold(name)
            if not isinstance(value, Untold):
                return value
        return Untold(name)

    def _of_function(self, module: Python, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value:
        """Return what a decorator makes of a function: it has the name of that."""
        for decorator in node.decorator_list:
            made = self.value(module, decorator)
            if isinstance(made, Made):
                return replace(made, arguments={"name": node.name, **made.arguments})
        return Untold(node.name)

    def value(self, module: Python, node: ast.expr) -> Value:
        """Return the value of an expression of a module; its text where it can't be told."""
        self.steps -= 1
        found: Value = Untold("")
        if self.depth < _DEPTH and self.steps > 0:
            self.depth += 1
            found = self._value(module, node)
            self.depth -= 1
        return Untold(module.text(node)) if isinstance(found, Untold) else found

    def _value(self, module: Python, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):
            return constant(node.value)
        if isinstance(node, ast.Name):
            return self.bound(module, node.id, (node.lineno, node.col_offset))
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._list(module, node)
        if isinstance(node, ast.Dict):
            return self._dict(module, node)
        return self._of_operation(module, node)

    def _of_operation(self, module: Python, node: ast.expr) -> Value:
        if isinstance(node, ast.Call):
            return self._call(module, node)
        if isinstance(node, ast.Attribute):
            return self._attribute(self.value(module, node.value), node.attr)
        if isinstance(node, ast.Subscript):
            base = self.value(module, node.value)
            return item_of(base, self.value(module, node.slice))
        if isinstance(node, ast.BinOp):
            left, right = (self.value(module, each) for each in (node.left, node.right))
            self.steps -= len(left) if isinstance(left, list) else 0
            return combined(node.op, left, right)
        if isinstance(node, ast.JoinedStr):
            return self._joined(module, node)
        return Untold("")

    def _list(self, module: Python, node: ast.List | ast.Tuple | ast.Set) -> Value:
        found: list[Value] = []
        for each in node.elts:
            inner = each.value if isinstance(each, ast.Starred) else each
            value = self.value(module, inner)
            is_many = isinstance(each, ast.Starred)
            found += value if is_many and isinstance(value, list) else [value]
            if len(found) > ITEMS:
                return Untold("")
        return found

    def _dict(self, module: Python, node: ast.Dict) -> Value:
        found: dict[str, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            told = self.value(module, value)
            if key is None:
                found |= self._merged(told)
                continue
            name = self.value(module, key)
            found[name if isinstance(name, str) else module.text(key)] = told
        return found

    def _merged(self, value: Value) -> dict[str, Value]:
        found = value if isinstance(value, dict) else {}
        self.steps -= len(found)
        return found

    def _call(self, module: Python, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            base = self.value(module, node.func.value)
            if isinstance(base, Made):
                return self._renamed(module, base, node)
            made = self._attribute(base, node.func.attr)
        else:
            made = self.value(module, node.func)
        if not isinstance(made, Library):
            return Untold("")
        arguments, is_partial = self._arguments(module, node)
        return Made(
            made.name,
            module.place(node),
            arguments,
            is_partial=is_partial,
            column=node.col_offset,
        )

    def _renamed(self, module: Python, base: Made, node: ast.Call) -> Value:
        """Return a view under another name, or joined by other columns: its features are these."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method == "with_join_key_map":
            return base
        name = self.value(module, node.args[0]) if node.args else None
        if method == "with_name" and isinstance(name, str):
            return replace(base, alias=name)
        return Untold("")

    def _arguments(self, module: Python, node: ast.Call) -> tuple[dict[str, Value], bool]:
        """Return arguments by name, those without one by place; and whether some are untold."""
        found: dict[str, Value] = {}
        is_partial = False
        for at, argument in enumerate(node.args[:ITEMS]):
            is_partial |= isinstance(argument, ast.Starred)
            found[str(at)] = self.value(module, argument)
        for keyword in node.keywords[:ITEMS]:
            value = self.value(module, keyword.value)
            if keyword.arg is not None:
                found[keyword.arg] = value
            else:
                found |= self._merged(value)
                is_partial |= not isinstance(value, dict)
        return found, is_partial

    def _attribute(self, base: Value, name: str) -> Value:
        if isinstance(base, Module):
            return self.bound(base.module, name)
        if isinstance(base, Library):
            return Library(f"{base.name}.{name}"[:CHARACTERS])
        if isinstance(base, Made):
            return base.arguments.get(name, Untold(""))
        return Untold("")

    def _joined(self, module: Python, node: ast.JoinedStr) -> Value:
        parts: list[str] = []
        for each in node.values:
            is_plain = isinstance(each, ast.FormattedValue) and not each.format_spec
            inner = each.value if is_plain and isinstance(each, ast.FormattedValue) else each
            value = self.value(module, inner)
            if not isinstance(value, str | int) or isinstance(value, bool):
                return Untold("")
            parts.append(str(value))
        return bounded("".join(parts))


def _end(binding: Binding) -> Position:
    return binding.end


def defined(module: Python) -> Iterator[tuple[str, Binding]]:
    """Yield the names that a module has at its end and that it did not import, in order."""
    last = {name: held[-1] for name, held in module.names.items()}
    for name, binding in sorted(last.items(), key=lambda each: each[1].end):
        if not isinstance(binding.node, ast.Import | ast.ImportFrom):
            yield name, binding
