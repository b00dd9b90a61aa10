"""`explain` of a gate type, of all gates, and of the formats of evidence."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from mlspec.evidence import load_readers
from mlspec.gates import common_fields, gate_manuals

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.evidence import Reader
    from mlspec.schema import FieldWords

__all__ = ["FormatList", "GateList", "Manual", "manual"]

_TYPE = "type:"


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
class FormatList:
    """Every format that `evaluation.sources[].format` may name."""

    readers: tuple[Reader, ...]

    def to_text(self) -> str:
        """Return a line per format."""
        rows = [(each.format, f"{each.summary} Gives {each.gives}.") for each in self.readers]
        return "\n".join(["Formats of evidence (`evaluation.sources[].format`)", *_aligned(rows)])

    def to_json(self) -> dict[str, Json]:
        """Return the formats as JSON."""
        formats: list[Json] = [
            {
                "format": each.format,
                "summary": each.summary,
                "gives": each.gives,
                "suffixes": list(each.suffixes),
            }
            for each in self.readers
        ]
        return {"formats": formats}


def manual(word: str, *, is_code: bool = False) -> Manual | None:
    """Return the page of a gate type, of `gates` or of `formats`; None for another word.

    A type that is also the name of a code (`is_code`) has to be asked for as `type:TYPE`.
    """
    plain = word.strip().casefold()
    if plain.startswith(_TYPE):
        return gate_manuals().get(plain.removeprefix(_TYPE))
    if is_code:
        return None
    if plain == "formats":
        return FormatList(tuple(load_readers().values()))
    found = gate_manuals()
    if plain == "gates":
        gates = tuple((each.type, each.summary) for each in found.values())
        return GateList(gates, common_fields())
    return found.get(plain)


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
