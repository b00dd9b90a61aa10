"""The sandbox of templates, in which a value of a mapping costs no more than a look into it.

A page of a card asks for a thousand of them: `row.text`, where `row` is a `dict`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.compiler import Frame
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.visitor import VisitCallable

__all__ = ["sandbox"]


@cache
def sandbox() -> type[ImmutableSandboxedEnvironment]:
    """Return the sandbox of jinja2, with a short way to the values of mappings.

    It looks for an attribute before a key. A `dict` has no attributes but those of its type, so
    for any other name the answer is the same without trying. jinja2 is imported here.
    """
    from jinja2.compiler import CodeGenerator
    from jinja2.nodes import Getattr, Name
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generator(CodeGenerator):
        """Writes `row.text` as a look into a `dict`, or else as the sandbox would have it."""

        def get_visitor(self, node: nodes.Node) -> VisitCallable | None:
            """Return what writes a node."""
            return self.look if isinstance(node, Getattr) else super().get_visitor(node)

        def look(self, node: nodes.Node, frame: Frame) -> None:
            """Write what `node.attr` means."""
            if not isinstance(node, Getattr):
                return
            if not isinstance(node.node, Name) or hasattr(dict, node.attr):
                self.visit_Getattr(node, frame)
                return
            name = frame.symbols.ref(node.node.name)
            self.write(f"({name}[{node.attr!r}] if {name}.__class__ is dict")
            self.write(f" and {node.attr!r} in {name} else ")
            self.visit_Getattr(node, frame)
            self.write(")")

    class Sandbox(ImmutableSandboxedEnvironment):
        """The sandbox of jinja2, compiled by the generator above."""

        code_generator_class: type[CodeGenerator] = Generator

    return Sandbox
