"""Tokens -> tree, by the grammar of https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md.

Nothing is evaluated and no name is looked up. Nesting is bounded while reading, the depth of the
tree afterwards, so that what goes through a tree by recursion has an end.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlspec.cel._errors import FaultError
from mlspec.cel._literals import double_of, int_of, text_of, uint_of
from mlspec.cel._macros import expanded
from mlspec.cel._nodes import (
    And,
    Call,
    Conditional,
    Entry,
    Ident,
    Index,
    ListOf,
    Literal,
    MapOf,
    Or,
    Select,
    Spread,
    depth_of,
)
from mlspec.cel._tokens import tokens_of
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.cel._nodes import Node
    from mlspec.cel._tokens import Token

__all__ = ["MOST_DEPTH", "MOST_NESTING", "tree_of"]

MOST_NESTING = 40
"""Brackets, calls and branches inside of one another: a level takes up to a dozen frames here."""
MOST_DEPTH = 100
"""Nodes on the way down: a level takes up to three frames when checked or evaluated."""

_RELATIONS = ("<", "<=", ">=", ">", "==", "!=", "in")
_LEVELS = (("||",), ("&&",), _RELATIONS, ("+", "-"), ("*", "/", "%"))
_LEVEL_OF = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs}
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}
_LITERALS: dict[str, Callable[[Token], object]] = {
    "int": int_of,
    "uint": uint_of,
    "double": double_of,
    "text": text_of,
}
_RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let"),
        *("loop", "package", "namespace", "return", "var", "void", "while", "in"),
    )
)


def tree_of(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        FaultError: it can't be read, or is too large or too deep.
    """
    parser = _Parser(tokens_of(text))
    node = parser.expression()
    parser.end()
    if depth_of(node) > MOST_DEPTH:
        raise FaultError(f"an expression is at most {MOST_DEPTH} steps deep", 0, len(text))
    return node


class _Parser:
    """Reads one expression."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._nesting = 0

    def end(self) -> None:
        """Refuse what stands behind the expression."""
        if self._next.kind != "end":
            raise self._unexpected("an operator or the end")

    def expression(self) -> Node:
        """Read an expression, with its branches if it has some."""
        with self._nested():
            test = self._binary(0)
            if not self._took("?"):
                return test
            then = self._binary(0)
            self._expect(":")
            otherwise = self.expression()
            return Conditional(test.start, otherwise.end, test, then, otherwise)

    def _binary(self, lowest: int) -> Node:
        node = self._unary()
        while (level := self._level()) >= lowest:
            sign = self._take().text
            right = self._binary(level + 1)
            node = _joined(sign, node, right)
        return node

    def _level(self) -> int:
        token = self._next
        return _LEVEL_OF.get(token.text, -1) if token.kind in ("sign", "name") else -1

    def _unary(self) -> Node:
        start = self._next.start
        signs: list[str] = []
        while self._next.kind == "sign" and self._next.text in ("!", "-"):
            signs.append(self._take().text)
        _check_signs(signs, start)
        if signs and signs[-1] == "-" and self._next.kind in ("int", "double"):
            signs.pop()
            node = self._member(self._negative())
        else:
            node = self._member(self._primary())
        for sign in reversed(signs):
            node = Call(start, node.end, f"{sign}_", None, (node,))
        return node

    def _negative(self) -> Node:
        token = self._take()
        whole = token.kind == "int"
        value = int_of(token, is_negative=True) if whole else -double_of(token)
        return Literal(token.start - 1, token.end, value)

    def _member(self, node: Node) -> Node:
        while self._next.kind == "sign" and self._next.text in (".", "["):
            read = self._field if self._take().text == "." else self._index
            node = read(node, is_optional=self._took("?"))
        return node

    def _field(self, node: Node, *, is_optional: bool) -> Node:
        token = self._take()
        if token.kind == "quoted":
            return Select(node.start, token.end, node, token.text[1:-1], is_optional)
        if token.kind != "name":
            raise _unexpected(token, "a name")
        if is_optional or not self._is_next("("):
            return Select(node.start, token.end, node, token.text, is_optional)
        arguments, end = self._arguments()
        return expanded(Call(node.start, end, token.text, node, arguments))

    def _index(self, node: Node, *, is_optional: bool) -> Node:
        index = self.expression()
        end = self._expect("]").end
        return Index(node.start, end, node, index, is_optional)

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in _LITERALS:
            return Literal(token.start, token.end, _LITERALS[token.kind](token))
        if token.kind == "name":
            return self._named(token, is_absolute=False)
        if token.kind == "sign" and token.text in _FORMS:
            return _FORMS[token.text](self, token)
        raise _unexpected(token, "a value")

    def absolute(self, _: Token) -> Node:
        """Read a name behind a dot."""
        name = self._take()
        if name.kind != "name":
            raise _unexpected(name, "a name")
        return self._named(name, is_absolute=True)

    def _named(self, token: Token, *, is_absolute: bool) -> Node:
        name = token.text
        if name in _CONSTANTS and not is_absolute:
            return Literal(token.start, token.end, _CONSTANTS[name])
        if name in _RESERVED or name in _CONSTANTS:
            raise FaultError(f"`{name}` is a reserved word", token.start, token.end)
        if self._is_next("{"):
            raise FaultError("messages are not part of this language", token.start, token.end)
        if not self._is_next("("):
            return Ident(token.start, token.end, name, is_absolute)
        arguments, end = self._arguments()
        return expanded(Call(token.start, end, name, None, arguments))

    def bracketed(self, _: Token) -> Node:
        """Read an expression in brackets."""
        node = self.expression()
        self._expect(")")
        return node

    def list_(self, token: Token) -> Node:
        """Read the elements of a list."""
        elements: list[Node] = []
        while not self._is_next("]"):
            start = self._next.start
            is_optional = self._took("?")
            each = self.expression()
            elements.append(Spread(start, each.end, each) if is_optional else each)
            if not self._took(","):
                break
        return ListOf(token.start, self._expect("]").end, tuple(elements))

    def map_(self, token: Token) -> Node:
        """Read the entries of a map."""
        entries: list[Entry] = []
        while not self._is_next("}"):
            is_optional = self._took("?")
            key = self.expression()
            self._expect(":")
            entries.append(Entry(key, self.expression(), is_optional))
            if not self._took(","):
                break
        return MapOf(token.start, self._expect("}").end, tuple(entries))

    def _arguments(self) -> tuple[tuple[Node, ...], int]:
        self._expect("(")
        arguments: list[Node] = []
        while not self._is_next(")"):
            arguments.append(self.expression())
            if not self._took(","):
                break
            if self._is_next(")"):
                raise self._unexpected("an argument")
        return tuple(arguments), self._expect(")").end

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _is_next(self, sign: str) -> bool:
        return self._next.kind == "sign" and self._next.text == sign

    def _took(self, sign: str) -> bool:
        is_next = self._is_next(sign)
        self._at += is_next
        return is_next

    def _expect(self, sign: str) -> Token:
        if not self._is_next(sign):
            raise self._unexpected(f"`{sign}`")
        return self._take()

    def _unexpected(self, wanted: str) -> FaultError:
        return _unexpected(self._next, wanted)

    @contextmanager
    def _nested(self) -> Iterator[None]:
        self._nesting += 1
        if self._nesting > MOST_NESTING:
            message = f"at most {MOST_NESTING} brackets and branches stand inside of one another"
            raise FaultError(message, self._next.start, self._next.end)
        yield
        self._nesting -= 1


_FORMS: dict[str, Callable[[_Parser, Token], Node]] = {
    "(": _Parser.bracketed,
    "[": _Parser.list_,
    "{": _Parser.map_,
    ".": _Parser.absolute,
}


def _joined(sign: str, left: Node, right: Node) -> Node:
    """Chains of `&&` and `||` are one node: a rule of a hundred conditions is not a deep one."""
    if sign == "&&":
        return And(left.start, right.end, (*_terms(And, left), *_terms(And, right)))
    if sign == "||":
        return Or(left.start, right.end, (*_terms(Or, left), *_terms(Or, right)))
    return Call(left.start, right.end, f"_{sign}_", None, (left, right))


def _terms(kind: type[And | Or], node: Node) -> tuple[Node, ...]:
    return node.terms if type(node) is kind else (node,)


def _check_signs(signs: list[str], start: int) -> None:
    if len(set(signs)) > 1:
        raise FaultError("`!` and `-` stand before one another only in brackets", start, start + 1)


def _unexpected(token: Token, wanted: str) -> FaultError:
    found = "the end" if token.kind == "end" else f"`{printable(token.text[:40])}`"
    return FaultError(f"{found} stands where {wanted} is expected", token.start, token.end)
