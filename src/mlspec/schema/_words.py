"""How values, types and forms are named in messages; none of it comes from a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from mlspec.printable import printable
from mlspec.schema import _model
from mlspec.schema._shape import Leaf

if TYPE_CHECKING:
    from mlspec.diagnostics import Path
    from mlspec.schema._shape import FieldShape

__all__ = [
    "FORMS",
    "NAMES",
    "NEEDED",
    "VERSION",
    "describe",
    "example",
    "label",
    "listed",
    "quote",
    "say",
]

_SHOWN_CHARACTERS = 60
_SHOWN_CHOICES = 12
_CONTAINERS = ((Mapping, "a mapping"), (Sequence, "a list"))

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "bool_type": "`true` or `false`",
        "dict_type": "a mapping",
        "float_type": "a number",
        "frozen_set_type": "a list",
        "int_type": "a whole number",
        "list_type": "a list",
        "model_attributes_type": "a mapping",
        "model_type": "a mapping",
        "set_type": "a list",
        "string_type": "text",
        "tuple_type": "a list",
    }
)
"""What a value of the right type is called, by the type of pydantic's error."""


def _pattern(annotated: object) -> str:
    return next(str(each.pattern) for each in get_args(annotated) if hasattr(each, "pattern"))


NAMES = frozenset({_pattern(_model.Identifier), _pattern(_model.Reference)})
"""The patterns of names: a phrase can be made one."""

VERSION = _pattern(_model.Version)
"""The pattern of versions."""

FORMS: Mapping[str, str] = MappingProxyType(
    {
        _pattern(_model.Identifier): (
            "a name of at most 63 lower-case letters, digits and hyphens that starts with a letter "
            "and does not end with a hyphen"
        ),
        VERSION: "a version such as `v2` or `v1.4.0`",
        _pattern(_model.Reference): (
            "the name of a resource, followed by `@` and a version to pin it, such as "
            "`applicant-profile@v2`"
        ),
        _pattern(_model.Digest): "`sha256:` followed by 64 lower-case hexadecimal digits",
        _pattern(_model.Date): "a date such as `2026-03-31`",
        _pattern(_model.Moment): "a moment in UTC such as `2026-12-18T00:00:00Z`",
        _pattern(_model.Address): "an address such as `model/churn`",
    }
)
"""What a text of the right form is, by its pattern; other patterns say it with `form`."""


def say(value: object) -> str:
    """Name a value that is not what it should be: `the text ...`, `a list`, `empty`."""
    if value is None:
        return "empty"
    if isinstance(value, str):
        return f"the text {quote(value)}" if value else "an empty text"
    if isinstance(value, bool | int | float):
        return quote(value)
    names = (name for kind, name in _CONTAINERS if isinstance(value, kind))
    return next(names, "something else")


def quote(value: object) -> str:
    """Return a value in backticks, shortened, with unprintable characters escaped."""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, int) and value.bit_length() > 8 * _SHOWN_CHARACTERS // 3:
        return "a number of very many digits"
    text = str(value)
    short = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
    return f"`{printable(short)}`"


def label(path: Path) -> str:
    """Return the short name of a place: the last key with the indices behind it."""
    text = ""
    for step in reversed(path):
        text = f"[{step}]{text}" if isinstance(step, int) else f"{step}{text}"
        if isinstance(step, str):
            break
    return quote(text) if text else "the document"


def listed(choices: Sequence[object]) -> str:
    """Return choices as a phrase: `a`, `b` or `c`; long lists are cut."""
    shown = [quote(each) for each in choices[:_SHOWN_CHOICES]]
    if len(choices) > len(shown):
        return f"{', '.join(shown)} and {len(choices) - len(shown)} more"
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else ""


def describe(field: FieldShape) -> str | None:
    """Return the description of a field as a phrase: no capital, no full stop."""
    text = (field.info.description or "").rstrip(".")
    if not text:
        return None
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def example(key: str, field: FieldShape) -> str | None:
    """Return a line of YAML that shows the field, or None where no example is known."""
    if field.info.examples:
        return f"{key}: {_flow(field.info.examples[0])}"
    if isinstance(field.shape, Leaf) and field.shape.choices:
        return f"{key}: {_flow(field.shape.choices[0])}"
    return None


def _flow(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(each) for each in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
