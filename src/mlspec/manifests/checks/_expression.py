"""Parse conditions of Argo Rollouts, written in the expression language expr-lang.

What its evaluator (`utils/evaluate/evaluate.go`) would refuse when it compiles a condition is
refused here: syntax, unknown names, and results that are no truth value. Nothing is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.manifests.checks._expression_tokens import END, ExpressionError, tokens_of
from mlspec.manifests.checks._expression_words import (
    BINARY,
    CALLS,
    CONSTANTS,
    NEGATED,
    OWN,
    RESULT,
    RIGHT,
    TAKE_PREDICATES,
    TRUTHS,
    UNARY,
    Kind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.manifests.checks._expression_tokens import Token

__all__ = ["Condition", "ExpressionError", "Kind", "parse_condition"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a condition gives, and the names and functions that stand in it."""

    kind: Kind
    names: frozenset[str]
    calls: frozenset[str]


_DEEPEST = 64
_OPENERS = ("(", "[", "{")


def parse_condition(text: str) -> Condition:
    """Return what is known of a condition.

    Raises:
        ExpressionError: it does not parse, is too long or too deep, or names what there is not.
    """
    parser = _Parser(tokens_of(text))
    kind = parser.whole()
    return Condition(kind, frozenset(parser.names), frozenset(parser.calls))


class _Parser:
    """Climbs over precedences; each method returns the kind of what it read."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._variables: list[str] = []
        self._inside_predicate = 0
        self.names: set[str] = set()
        self.calls: set[str] = set()

    def whole(self) -> Kind:
        """Read everything."""
        kind = self._sequence()
        if self._token.kind != END:
            raise self._unexpected("an operator")
        return kind

    @property
    def _token(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._token
        self._place += token.kind != END
        return token

    def _at(self, *texts: str) -> bool:
        return self._token.kind in ("mark", "name") and self._token.text in texts

    def _take(self, text: str) -> bool:
        taken = self._at(text)
        self._place += taken
        return taken

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._unexpected(f"`{text}`")

    def _unexpected(self, wanted: str) -> ExpressionError:
        message = f"expected {wanted}, found {self._token.told}"
        return ExpressionError(message, self._token.column)

    def _sequence(self) -> Kind:
        """Read `let` and `;`: only the last part is the value."""
        while self._take("let"):
            name = self._next()
            if name.kind != "name":
                raise ExpressionError(f"expected a name, found {name.told}", name.column)
            self._expect("=")
            self._expression(0)
            self._variables.append(name.text)
            self._expect(";")
        kind = self._expression(0)
        while self._take(";"):
            kind = self._expression(0)
        return kind

    def _expression(self, least: int) -> Kind:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError("the expression is nested too deep", self._token.column)
        kind = self._unary()
        while self._at(*BINARY) and BINARY[self._token.text] >= least:
            kind = self._binary(kind)
        if least == 0:
            kind = self._choice(kind)
        self._depth -= 1
        return kind

    def _binary(self, left: Kind) -> Kind:
        word = self._next().text
        if word == "|":
            return self._pipe()
        if word == "not" and not self._at(*NEGATED):
            raise self._unexpected("`in`, `contains` or another comparison")
        if word == "not":
            self._next()
        self._expression(BINARY[word] + (word not in RIGHT))
        if word in TRUTHS:
            return Kind.TRUTH
        if word == "+":
            return left if left is Kind.TEXT else Kind.NUMBER
        return Kind.NUMBER if word in ("-", "*", "/", "%", "**", "^") else Kind.UNKNOWN

    def _pipe(self) -> Kind:
        name = self._next()
        if name.kind != "name" or not self._at("("):
            raise ExpressionError("expected a function after `|`", name.column)
        return self._postfix(self._call(name))

    def _choice(self, kind: Kind) -> Kind:
        if self._take("?:"):
            return self._expression(0)
        if not self._take("?"):
            return kind
        first = self._expression(0)
        self._expect(":")
        second = self._expression(0)
        return first if first is second else Kind.UNKNOWN

    def _unary(self) -> Kind:
        if self._at(*UNARY):
            word = self._next().text
            self._expression(UNARY[word])
            return Kind.TRUTH if word in ("not", "!") else Kind.NUMBER
        return self._postfix(self._primary())

    def _postfix(self, kind: Kind) -> Kind:
        while self._at(".", "?.", "["):
            kind = Kind.UNKNOWN
            if self._take("["):
                self._index()
            else:
                self._member()
        return kind

    def _member(self) -> None:
        dotted = self._next()
        if dotted.text == "?." and self._take("["):
            self._index()
            return
        name = self._next()
        if name.kind != "name":
            raise ExpressionError(f"expected a name, found {name.told}", name.column)
        if self._take("("):
            self._arguments(")")

    def _index(self) -> None:
        if not self._at(":"):
            self._expression(0)
        if self._take(":") and not self._at("]"):
            self._expression(0)
        self._expect("]")

    def _primary(self) -> Kind:
        token = self._next()
        if token.kind in ("number", "string"):
            return Kind.NUMBER if token.kind == "number" else Kind.TEXT
        if token.kind == "name":
            return self._name(token)
        if token.text in _OPENERS and token.kind == "mark":
            return self._bracketed(token)
        if self._inside_predicate and token.text in ("#", "."):
            return self._element(token)
        raise ExpressionError(f"expected a value, found {token.told}", token.column)

    def _bracketed(self, token: Token) -> Kind:
        if token.text == "(":
            kind = self._sequence()
            self._expect(")")
            return kind
        if token.text == "[":
            self._arguments("]")
        else:
            self._map()
        return Kind.OTHER

    def _element(self, token: Token) -> Kind:
        """Read `#`, `#acc`, `#index` or `.field` of a predicate."""
        if (token.text == "." or self._at("acc", "index")) and self._next().kind != "name":
            raise ExpressionError("expected a name after `.`", token.column)
        return Kind.UNKNOWN

    def _map(self) -> None:
        while not self._take("}"):
            if self._take("("):
                self._expression(0)
                self._expect(")")
            elif self._next().kind not in ("name", "string", "number"):
                raise self._unexpected("a key")
            self._expect(":")
            self._expression(0)
            if not self._at("}"):
                self._expect(",")

    def _name(self, token: Token) -> Kind:
        if token.text in CONSTANTS:
            return CONSTANTS[token.text]
        if self._at("("):
            return self._call(token)
        if token.text == RESULT or token.text in self._variables:
            self.names.add(token.text)
            return Kind.UNKNOWN
        if token.text in OWN:
            return Kind.OTHER
        raise _unknown(token, (RESULT, *CONSTANTS, *self._variables))

    def _call(self, token: Token) -> Kind:
        if token.text not in CALLS:
            raise _unknown(token, CALLS)
        self._expect("(")
        self.calls.add(token.text)
        takes_predicate = token.text in TAKE_PREDICATES
        self._inside_predicate += takes_predicate
        self._arguments(")")
        self._inside_predicate -= takes_predicate
        return CALLS[token.text]

    def _arguments(self, closing: str) -> None:
        while not self._take(closing):
            if self._inside_predicate and closing == ")" and self._take("{"):
                self._sequence()
                self._expect("}")
            else:
                self._expression(0)
            if not self._at(closing):
                self._expect(",")


def _unknown(token: Token, known: Iterable[str]) -> ExpressionError:
    close = did_you_mean(token.text, known)
    hint = f", did you mean `{close}`?" if close else ""
    return ExpressionError(f"there is no `{token.text}`{hint}", token.column)
