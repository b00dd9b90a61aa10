"""Text of a template, read again before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.errors import OutputError

__all__ = ["one_mapping"]


def one_mapping(file: str, text: str, refusal: Callable[[str], OutputError]) -> dict[str, Json]:
    """Return the only document of a rendered file; `refusal` makes the error of a reason.

    Raises:
        OutputError: the text is no YAML, or not one mapping.
    """
    parsed = parse(SourceText(file, text.encode()))
    if parsed.diagnostics:
        first = parsed.diagnostics[0]
        line = first.span.start.line if first.span else 1
        raise refusal(f"line {line}: {first.message}")
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].data, dict):
        raise refusal("it is not one YAML mapping")
    return parsed.documents[0].data
