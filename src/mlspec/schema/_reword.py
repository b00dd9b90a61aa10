"""From pydantic's errors to diagnostics in our own words, at the place in the document.

In: the errors of one model. Out: one diagnostic per cause; an error that only follows from
another one is dropped. No text of pydantic passes through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.schema import _keys, _values
from mlspec.schema._draft import Fault
from mlspec.schema._locate import locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.schema._place import Place

__all__ = ["REWORDED", "reword"]

REWORDED: Mapping[str, Callable[[Fault], Diagnostic]] = MappingProxyType(
    {
        "extra_forbidden": _keys.unknown_key,
        "missing": _keys.missing_key,
        "union_tag_invalid": _keys.unknown_variant,
        "union_tag_not_found": _keys.missing_variant,
        "literal_error": _values.unknown_value,
        "finite_number": _values.endless_number,
        "greater_than": _values.out_of_range,
        "greater_than_equal": _values.out_of_range,
        "less_than": _values.out_of_range,
        "less_than_equal": _values.out_of_range,
        "string_pattern_mismatch": _values.malformed_text,
        "string_too_long": _values.wrong_length,
        "string_too_short": _values.wrong_length,
        "string_unicode": _values.malformed_text,
        "too_long": _values.wrong_count,
        "too_short": _values.wrong_count,
    }
)
"""The errors with a sentence of their own; all others are about the type of a value."""

_SUGGESTIONS = 50


def reword(
    errors: Sequence[ErrorDetails],
    model: type[BaseModel],
    data: object,
    prefix: Path,
    place: Place,
    elsewhere: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """Yield the diagnostics of one model whose data stands at `prefix` of a document."""
    faults = []
    for index, each in enumerate(errors):
        site = locate(each["loc"], model, data, prefix)
        here = elsewhere if len(site.path) == len(prefix) + 1 else {}
        facts = each.get("ctx", {})
        suggest = index < _SUGGESTIONS
        faults.append(Fault(each["type"], site, each["input"], place, facts, here, suggest))
    for fault in _without_consequences(faults):
        yield REWORDED.get(fault.type, _values.wrong_type)(fault)


def _without_consequences(faults: Sequence[Fault]) -> Iterator[Fault]:
    """Drop what a fix of another error removes: the missing key that was only misspelt."""
    meant = {
        (*fault.site.path[:-1], _keys.meant_key(fault))
        for fault in faults
        if fault.type == "extra_forbidden"
    }
    for fault in faults:
        is_misspelt = fault.type == "missing" and fault.site.path in meant
        if not is_misspelt and not _is_emptied(fault):
            yield fault


def _is_emptied(fault: Fault) -> bool:
    """Tell whether a list is only too short because its entries have errors."""
    least = fault.facts.get("min_length", 0)
    is_full = isinstance(fault.value, Sized) and len(fault.value) >= least
    return fault.type == "too_short" and is_full
