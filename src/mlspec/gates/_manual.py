"""What the documentation says of a gate: the docstring of its module, and the fields of its spec.

The first line of a docstring is `` `TYPE`: what it requires``. A line `Example` starts an indented
entry of `gates` as YAML; what is neither is the text.
"""

from __future__ import annotations

import inspect
import json
import sys
import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlspec.gates._registry import load_gates
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import FieldWords, field_words, models_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import BaseModel

    from mlspec.canonical import Json
    from mlspec.evidence import ReasonWords
    from mlspec.gates._port import Gate

__all__ = ["GateManual", "common_fields", "gate_manuals"]

_EXAMPLE = "Example"
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class GateManual:
    """What `mlspec explain TYPE` says of a gate.

    `fields` are those that this gate adds to the ones of every gate, under `""`; those of a nested
    part stand under its name. `reasons` explains the codes that this gate alone gives.
    """

    type: str
    summary: str
    text: str
    example: str
    fields: Mapping[str, tuple[FieldWords, ...]]
    reasons: Mapping[str, ReasonWords]

    def to_text(self) -> str:
        """Return the manual for a terminal, without a final line end."""
        parts = [f"{self.type} (gate)", self.summary, self.text]
        if self.example:
            parts.append("Example\n" + textwrap.indent(self.example, "    "))
        for name, fields in self.fields.items():
            title = f"Fields of {name}" if name else "Fields, beside those of every gate"
            parts.append("\n".join([title, *_lines(fields)]))
        if self.reasons:
            told = (
                _entry(code, f"{each.cause} {each.step}") for code, each in self.reasons.items()
            )
            parts.append("\n".join(["Reasons that this gate alone gives", *told]))
        return "\n\n".join(filter(None, parts))

    def to_json(self) -> dict[str, Json]:
        """Return the manual as JSON."""
        return {
            "type": self.type,
            "summary": self.summary,
            "text": self.text,
            "example": self.example,
            "fields": {
                name: [asdict(each) for each in fields] for name, fields in self.fields.items()
            },
            "reasons": {code: asdict(each) for code, each in self.reasons.items()},
        }


def gate_manuals() -> Mapping[str, GateManual]:
    """Return the manual of every discovered gate by its type, in order of type."""
    return {name: _manual(gate) for name, gate in load_gates().items()}


def common_fields() -> tuple[FieldWords, ...]:
    """Return the fields that every gate has, without `type`."""
    return field_words(GateSpecBase)


def _manual(gate: Gate[Any]) -> GateManual:
    text, example = _split(_documentation(gate))
    return GateManual(
        gate.type,
        gate.summary,
        text,
        example,
        _fields(gate.spec),
        dict(sorted(gate.reasons.items())),
    )


def _documentation(gate: Gate[Any]) -> str:
    """Return the docstring of the module without its first line, which says the type again."""
    whole = inspect.cleandoc(sys.modules[gate.evaluate.__module__].__doc__ or "")
    return whole.partition("\n")[2].strip("\n")


def _split(documentation: str) -> tuple[str, str]:
    """Return the text, and the example that stands indented below the line `Example`."""
    lines = documentation.splitlines()
    if _EXAMPLE not in lines:
        return documentation, ""
    start = lines.index(_EXAMPLE)
    end = next(
        (place for place in range(start + 1, len(lines)) if lines[place][:1].strip()), len(lines)
    )
    example = textwrap.dedent("\n".join(lines[start + 1 : end])).strip("\n")
    text = "\n".join([*lines[:start], *lines[end:]]).strip("\n")
    return text, example


def _fields(spec: type[GateSpecBase]) -> dict[str, tuple[FieldWords, ...]]:
    common = {each.name for each in common_fields()} | {"type"}
    found = {"": tuple(each for each in field_words(spec) if each.name not in common)}
    _add_below(spec, found, set(models_below(GateSpecBase)))
    return {name: fields for name, fields in found.items() if fields}


def _add_below(
    model: type[BaseModel],
    found: dict[str, tuple[FieldWords, ...]],
    known: set[type[BaseModel]],
) -> None:
    for below in models_below(model):
        if below not in known:
            known.add(below)
            found[below.__name__] = field_words(below)
            _add_below(below, found, known)


def _lines(fields: Iterable[FieldWords]) -> Iterator[str]:
    for each in fields:
        kind = each.type.replace("`", "").partition("](")[0].replace("[", "")
        yield _entry(", ".join(filter(None, [f"{each.name}: {kind}", _default(each)])), each.text)


def _default(field: FieldWords) -> str:
    if field.required:
        return "required"
    return "" if field.default is None else f"default {json.dumps(field.default)}"


def _entry(head: str, text: str) -> str:
    body = textwrap.fill(
        text,
        _WIDTH,
        initial_indent=" " * 8,
        subsequent_indent=" " * 8,
        break_on_hyphens=False,
    )
    return f"    {head}\n{body}"
