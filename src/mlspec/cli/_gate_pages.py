"""The reference page of gates and formats of evidence, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cli._reference import NOTE, field_table
from mlspec.evidence import load_readers
from mlspec.gates import GateSpecBase, common_fields, gate_manuals
from mlspec.schema import field_words, models_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import Reader
    from mlspec.gates import GateManual

__all__ = ["gate_page"]

_INTRODUCTION = (
    "`mlspec explain TYPE` prints the same, `mlspec explain gates` the list. How to choose among "
    "them, and what follows from a verdict: [gates](../pages/gates.md). What each reason means: "
    "[gate reasons](../rules/gate-reasons.md)."
)
_FORMATS = (
    "`evaluation.sources[].format`; absent, the suffix of the file decides. What is read of each, "
    "and what becomes a reason: [formats of evidence](../pages/evidence-formats.md)."
)


def gate_page() -> str:
    """Return every gate with its text, example, fields and reasons, then the formats."""
    manuals = gate_manuals().values()
    rows = [f"| [`{each.type}`](#{each.type}) | {_cell(each.summary)} |" for each in manuals]
    parts = [
        f"# Gates\n\n{NOTE}\n\n{_INTRODUCTION}",
        "\n".join(["| type | what passes |", "| --- | --- |", *rows]),
        f"## Fields of every gate\n\n{field_table(common_fields())}",
        *(
            f"### {each.__name__}\n\n{field_table(field_words(each))}"
            for each in models_below(GateSpecBase)
        ),
        *("\n\n".join(_section(each)) for each in manuals),
        "\n".join([f"## Formats of evidence\n\n{_FORMATS}\n", *_formats()]),
    ]
    return "\n\n".join(parts) + "\n"


def _section(manual: GateManual) -> Iterator[str]:
    yield f"## {manual.type}"
    yield manual.summary
    if manual.text:
        yield manual.text
    if manual.example:
        yield f"```yaml\ngates:\n{_entry(manual.example)}\n```"
    for name, fields in manual.fields.items():
        yield f"### {name or f'Fields of {manual.type}'}"
        yield field_table(fields)
    if manual.reasons:
        codes = (f"[`{each}`](../rules/gate-reasons.md#{each})" for each in manual.reasons)
        yield f"Reasons that this gate alone gives: {', '.join(codes)}."


def _entry(example: str) -> str:
    """Return an example as an entry of a list, however it was written."""
    lines = example.splitlines()
    if lines[0].startswith("- "):
        return "\n".join(f"  {each}".rstrip() for each in lines)
    first, *rest = lines
    return "\n".join([f"  - {first}", *(f"    {each}".rstrip() for each in rest)])


def _formats() -> Iterator[str]:
    yield "| format | suffixes | gives | what it is |"
    yield "| --- | --- | --- | --- |"
    for each in load_readers().values():
        yield _format_row(each)


def _format_row(reader: Reader) -> str:
    suffixes = ", ".join(f"`{each}`" for each in reader.suffixes)
    return f"| `{reader.format}` | {suffixes} | {reader.gives} | {_cell(reader.summary)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
