"""JSON from outside: read once, strictly, and walked with the place of each value.

`NaN` and `Infinity` are read although JSON has no such words: MLflow, DeepEval and Inspect write
them, and a number that is not finite has to be seen to be refused.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent

__all__ = ["MalformedError", "Node", "finite_number", "of_file", "parse_json", "read_document"]

BuiltT = TypeVar("BuiltT")


class _DuplicateNameError(ValueError):
    """An object names a member twice."""


class MalformedError(ValueError):
    """A document that is JSON does not have the shape of its format."""


def parse_json(content: bytes) -> Json | Reason:
    """Return the JSON value of UTF-8 bytes; names in an object are unique, text is Unicode."""
    try:
        text = content.decode("utf-8-sig")
        document: Json = json.loads(text, object_pairs_hook=_object)
    except _DuplicateNameError as error:
        return Reason("duplicate-name", f"the name {shown(str(error))} occurs twice in an object")
    except UnicodeDecodeError as error:
        return Reason("unreadable-file", f"byte {error.start} is not UTF-8")
    except json.JSONDecodeError as error:
        return Reason("malformed-json", f"line {error.lineno}: {error.msg.lower()}")
    except (RecursionError, ValueError):
        return Reason("malformed-json", "the JSON is nested too deeply, or a number is too long")
    return _unicode_problem(text, document) or document


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise _DuplicateNameError(twice)
    return members


def _unicode_problem(text: str, document: Json) -> Reason | None:
    r"""Return why some text cannot be written again: half of a surrogate pair, as `\ud800`."""
    if "\\ud" not in text and "\\uD" not in text:
        return None
    for each in _texts(document):
        try:
            each.encode()
        except UnicodeEncodeError:
            return Reason("malformed-json", f"the text {shown(each)} is not Unicode")
    return None


def _texts(document: Json) -> Iterator[str]:
    """Yield every text of a document, names included, without recursion."""
    waiting: list[Json] = [document]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case list(items):
                waiting.extend(items)
            case dict(members):
                yield from members
                waiting.extend(members.values())
            case _:
                pass


def of_file(content: FileContent, reason: Reason) -> Reason:
    """Return the reason with the file in front: people look for the file first."""
    return Reason(reason.code, f"{shown(content.file)}: {reason.sentence}")


def read_document(
    content: FileContent, build: Callable[[Node], BuiltT | Reason]
) -> BuiltT | Reason:
    """Parse a JSON file and build a value from it; a wrong shape is the reason `malformed-report`.

    `build` may raise `MalformedError`, as the methods of `Node` do, and nothing else.
    """
    document = parse_json(content.content)
    if isinstance(document, Reason):
        return of_file(content, document)
    try:
        built = build(Node(document))
    except MalformedError as error:
        built = Reason("malformed-report", str(error))
    return of_file(content, built) if isinstance(built, Reason) else built


def finite_number(value: Json) -> float | None:
    """Return a finite number as float, None for anything else; a truth value is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and where it stands, as `results[3].success`."""

    value: Json
    path: str = ""

    def at(self, *names: str) -> Node:
        """Return the member of that name, of that name in it, and so on; null where it is not."""
        node = self
        for name in names:
            inner = node.value.get(name) if isinstance(node.value, dict) else None
            node = Node(inner, f"{node.path}.{name}" if node.path else name)
        return node

    def has(self, name: str) -> bool:
        """Tell whether this is an object with that member."""
        return isinstance(self.value, dict) and name in self.value

    @property
    def is_there(self) -> bool:
        """Whether the value is there and not null."""
        return self.value is not None

    def items(self) -> list[Node]:
        """Return the entries of a list.

        Raises:
            MalformedError: this is no list.
        """
        if not isinstance(self.value, list):
            raise self.malformed("a list")
        return [Node(each, f"{self.path}[{place}]") for place, each in enumerate(self.value)]

    def some(self) -> list[Node]:
        """Return the entries of a list, none where it is absent or null.

        Raises:
            MalformedError: this is something else.
        """
        return self.items() if self.is_there else []

    def members(self) -> list[tuple[str, Node]]:
        """Return the members of an object in order of name.

        Raises:
            MalformedError: this is no object.
        """
        if not isinstance(self.value, dict):
            raise self.malformed("an object")
        return [(name, self.at(name)) for name in sorted(self.value)]

    def text(self) -> str:
        """Return a text.

        Raises:
            MalformedError: this is no text.
        """
        if not isinstance(self.value, str):
            raise self.malformed("text")
        return self.value

    def text_or(self, default: str = "") -> str:
        """Return a text, the default where it is absent or something else."""
        return self.value if isinstance(self.value, str) else default

    def truth(self) -> bool:
        """Return a truth value.

        Raises:
            MalformedError: this is neither true nor false.
        """
        if not isinstance(self.value, bool):
            raise self.malformed("true or false")
        return self.value

    def count(self) -> int | None:
        """Return a whole number that is not negative, None where it is absent or null.

        Raises:
            MalformedError: this is something else.
        """
        if not self.is_there:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            raise self.malformed("a count")
        return self.value

    def number(self) -> float:
        """Return a finite number.

        Raises:
            MalformedError: this is something else; a truth value is no number.
        """
        found = finite_number(self.value)
        if found is None:
            raise self.malformed("a finite number")
        return found

    def malformed(self, expected: str) -> MalformedError:
        """Return the error that this is not what it has to be."""
        return MalformedError(f"{shown(self.path or 'the document')} is not {expected}")
