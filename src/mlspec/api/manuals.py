"""`explain` of a kind, a field, a gate type, a format of evidence, and of all of them."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from mlspec.api._field_pages import FIELD_PREFIX, field_ends, field_page
from mlspec.api._kind_pages import KIND_PREFIX, kind_page
from mlspec.evidence import load_readers
from mlspec.gates import common_fields, gate_manuals
from mlspec.kinds import find_kind, kind_names

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.evidence import Reader
    from mlspec.schema import FieldWords

__all__ = ["FormatList", "FormatPage", "GateList", "KindList", "Manual", "manual", "manual_words"]

_TYPE = "type:"
_FORMAT = "format:"


class Manual(Protocol):
    """A page that `mlspec explain WORD` prints for a word that is no code."""

    def to_text(self) -> str:
        """Return the page for a terminal, without a final line end."""

    def to_json(self) -> dict[str, Json]:
        """Return the page as JSON."""


@dataclass(frozen=True, slots=True)
class GateList:
    """Every type of gate with what it requires, and the fields that all have."""

    gates: tuple[tuple[str, str], ...]
    fields: tuple[FieldWords, ...]

    def to_text(self) -> str:
        """Return a line per gate, then one per field."""
        fields = [(each.name, each.text) for each in self.fields]
        return "\n\n".join(
            [
                "\n".join(["Types of gates (`mlspec explain TYPE`)", *_aligned(self.gates)]),
                "\n".join(["Fields of every gate", *_aligned(fields)]),
            ]
        )

    def to_json(self) -> dict[str, Json]:
        """Return gates and fields as JSON."""
        gates: list[Json] = [{"type": name, "summary": text} for name, text in self.gates]
        return {"gates": gates, "fields": [asdict(each) for each in self.fields]}


@dataclass(frozen=True, slots=True)
class KindList:
    """Every kind with what it is for."""

    kinds: tuple[tuple[str, str], ...]

    def to_text(self) -> str:
        """Return a line per kind."""
        return "\n".join(["Kinds of documents (`mlspec explain KIND`)", *_aligned(self.kinds)])

    def to_json(self) -> dict[str, Json]:
        """Return the kinds as JSON."""
        return {"kinds": [{"kind": name, "summary": text} for name, text in self.kinds]}


@dataclass(frozen=True, slots=True)
class FormatList:
    """Every format that `evaluation.sources[].format` may name."""

    readers: tuple[Reader, ...]

    def to_text(self) -> str:
        """Return a line per format."""
        rows = [(each.format, f"{each.summary} Gives {each.gives}.") for each in self.readers]
        return "\n".join(["Formats of evidence (`evaluation.sources[].format`)", *_aligned(rows)])

    def to_json(self) -> dict[str, Json]:
        """Return the formats as JSON."""
        return {"formats": [_format_json(each) for each in self.readers]}


@dataclass(frozen=True, slots=True)
class FormatPage:
    """One format: what is read, what becomes a reason, and an entry of `evaluation.sources`."""

    reader: Reader

    def to_text(self) -> str:
        """Return the page for a terminal."""
        reader = self.reader
        suffixes = ", ".join(f"`{each}`" for each in reader.suffixes)
        taken = f"Files with {suffixes} are taken for it without `format`." if suffixes else ""
        example = f"{{name: NAME, file: PATH, format: {reader.format}}}"
        parts = [
            f"{reader.format} (format of evidence)",
            reader.text or reader.summary,
            f"Gives {reader.gives}. {taken}".rstrip(),
            f"Example\n    evaluation:\n      sources:\n        - {example}",
            _DETAILS,
        ]
        return "\n\n".join(parts)

    def to_json(self) -> dict[str, Json]:
        """Return the page as JSON."""
        return {**_format_json(self.reader), "text": self.reader.text}


_DETAILS = "`mlspec explain type:GATE` says which sources a gate reads."


def _format_json(reader: Reader) -> dict[str, Json]:
    return {
        "format": reader.format,
        "summary": reader.summary,
        "gives": reader.gives,
        "suffixes": list(reader.suffixes),
    }


def manual(word: str, *, is_code: bool = False) -> Manual | None:
    """Return the page of a kind, a gate type, a format, a field, or a list; None for other words.

    Lists are `kinds`, `gates` and `formats`. What is also the name of a code (`is_code`) has to be
    asked for as `kind:KIND`, `type:TYPE`, `format:FORMAT` or `field:FIELD`.
    """
    plain = word.strip().casefold()
    prefix, colon, name = plain.partition(":")
    if colon:
        page = _PAGES.get(prefix + colon)
        return page(name) if page else None
    if is_code:
        return None
    found = _list(plain) or kind_page(plain) or _gate(plain) or _format(plain)
    return found or field_page(word.strip(), is_asked=False)


def manual_words(word: str) -> tuple[str, ...]:
    """Return the words that `manual` knows, written with the prefix that `word` has."""
    prefixed = {KIND_PREFIX: kind_names(), _TYPE: gate_manuals(), _FORMAT: load_readers()}
    ends = field_ends(word.strip().rpartition(":")[2])
    for prefix, names in {**prefixed, FIELD_PREFIX: ends}.items():
        if word.strip().casefold().startswith(prefix):
            return tuple(f"{prefix}{each}" for each in names)
    return ("gates", "formats", "kinds", *kind_names(), *gate_manuals(), *load_readers(), *ends)


def _list(word: str) -> Manual | None:
    if word == "formats":
        return FormatList(tuple(load_readers().values()))
    if word == "kinds":
        kinds = filter(None, map(find_kind, kind_names()))
        return KindList(tuple((each.name, each.summary) for each in kinds))
    if word == "gates":
        gates = tuple((each.type, each.summary) for each in gate_manuals().values())
        return GateList(gates, common_fields())
    return None


def _gate(gate_type: str) -> Manual | None:
    return gate_manuals().get(gate_type)


def _format(file_format: str) -> Manual | None:
    reader = load_readers().get(file_format)
    return None if reader is None else FormatPage(reader)


_PAGES = {KIND_PREFIX: kind_page, _TYPE: _gate, _FORMAT: _format, FIELD_PREFIX: field_page}


def _aligned(rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[str]:
    width = max((len(name) for name, _ in rows), default=0) + 2
    return [
        textwrap.fill(
            text,
            100,
            initial_indent=f"    {name:<{width}}",
            subsequent_indent=" " * (width + 4),
        )
        for name, text in rows
    ]
