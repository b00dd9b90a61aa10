"""`explain` of a kind: what it is for, a document of it, and its fields."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mlspec.kinds import Kind, find_kind, kind_names
from mlspec.schema import field_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.schema import FieldWords

__all__ = ["KIND_PREFIX", "KindPage", "field_lines", "kind_page", "plain_type"]

KIND_PREFIX = "kind:"
_EXAMPLE = "\nExample\n"
_WIDTH = 96
_LINK = re.compile(r"\[([A-Za-z]+)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class KindPage:
    """One kind: the fields of its `spec`, and a document of it as its module tells one."""

    kind: Kind
    text: str
    example: str

    @property
    def fields(self) -> tuple[FieldWords, ...]:
        """The fields of `spec`, in order; those of their parts are in the schema."""
        return field_words(self.kind.spec)

    def to_text(self) -> str:
        """Return the page for a terminal."""
        name = self.kind.name
        parts = [f"{name} (kind)", self.kind.summary, self.text]
        if self.example:
            parts.append("Example\n" + textwrap.indent(self.example, "    "))
        parts.append("\n".join(["Fields of `spec`", *field_lines(self.fields)]))
        parts.append(f"`mlspec schema {name}` prints all fields, those of parts too, for editors.")
        return "\n\n".join(filter(None, parts))

    def to_json(self) -> dict[str, Json]:
        """Return the page as JSON."""
        return {
            "kind": self.kind.name,
            "summary": self.kind.summary,
            "text": self.text,
            "example": self.example,
            "fields": [asdict(each) for each in self.fields],
        }


def field_lines(fields: Iterable[FieldWords]) -> Iterator[str]:
    """Yield each field with its type and what absent means, then what it says."""
    for each in fields:
        told = f"{each.name}: {plain_type(each.type)}{_absent(each)}"
        yield textwrap.indent(told, "    ")
        yield textwrap.indent(textwrap.fill(each.text, _WIDTH - 8), "        ")


def kind_page(word: str) -> KindPage | None:
    """Return the page of a kind by its name or its prefix in addresses, in any case."""
    plain = word.replace("-", "").casefold()
    name = next((each for each in kind_names() if each.casefold() == plain), "")
    kind = find_kind(name) if name else None
    return None if kind is None else KindPage(kind, *_documentation(kind))


def _documentation(kind: Kind) -> tuple[str, str]:
    """Return the text of the module of a kind without its first line, and its example."""
    whole = sys.modules[kind.spec.__module__].__doc__ or ""
    text, _, example = whole.partition(_EXAMPLE)
    return text.partition("\n")[2].strip("\n"), textwrap.dedent(example).strip("\n")


def plain_type(markdown: str) -> str:
    """Return a type in words: a part by its name, without the link to its table."""
    return _LINK.sub(r"\1", markdown).replace("`", "")


def _absent(field: FieldWords) -> str:
    if field.required:
        return ", required"
    return "" if field.default in (None, [], {}) else f", default {json.dumps(field.default)}"
