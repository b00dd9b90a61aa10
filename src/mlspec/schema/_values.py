"""Sentences about values: type, range, form, length, and the values of enumerations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.schema._draft import Fault, draft, replace_value
from mlspec.schema._shape import Leaf, ModelShape, UnionShape, fields_of, pattern_of
from mlspec.schema._units import in_unit_of_key, without_bytes
from mlspec.schema._words import FORMS, NAMES, NEEDED, VERSION, listed, quote, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Fix

__all__ = [
    "endless_number",
    "malformed_text",
    "out_of_range",
    "unknown_value",
    "wrong_count",
    "wrong_length",
    "wrong_type",
]

_BOOLEANS = MappingProxyType(
    {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
)
_LIMITS = MappingProxyType(
    {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
_HUNDRED = 100
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def wrong_type(fault: Fault) -> Diagnostic:
    """Say what is there and what is needed; the fix where the intention is plain."""
    needed = NEEDED.get(fault.type)
    if needed is None:
        message = f"{fault.name} is {say(fault.value)}, which does not suit it"
        return draft("wrong-type", message, fault.span, fault.about)
    if fault.type == "float_type" and type(fault.value) is int:
        return draft("out-of-range", f"{fault.name} is too large for a number", fault.span)
    message = f"{fault.name} is {say(fault.value)}, but {needed} is needed"
    hint, fixes = _type_help(fault, needed)
    return draft("wrong-type", message, fault.span, hint or fault.about, fixes)


def unknown_value(fault: Fault) -> Diagnostic:
    """Say which values are allowed, and which one may be meant."""
    choices = fault.site.shape.choices if isinstance(fault.site.shape, Leaf) else ()
    message = f"{fault.name} is {_plain(fault.value)}, but must be {listed(choices)}"
    texts = [each for each in choices if isinstance(each, str)]
    if not isinstance(fault.value, str):
        return _without_quotes(fault, message, texts)
    close = did_you_mean(fault.value, texts) if fault.wants_suggestion else None
    if close is None:
        return draft("unknown-value", message, fault.span)
    fixes = replace_value(fault, close)
    return draft("unknown-value", message, fault.span, f"did you mean `{close}`?", fixes)


def _without_quotes(fault: Fault, message: str, texts: list[str]) -> Diagnostic:
    raw = fault.place.text(fault.span)
    if raw not in texts:
        return draft("unknown-value", message, fault.span)
    fixes = replace_value(fault, f'"{raw}"', is_sure=True)
    hint = f'write `"{raw}"`: quotes make it a text' if fixes else None
    return draft("unknown-value", message, fault.span, hint, fixes)


def out_of_range(fault: Fault) -> Diagnostic:
    """Say which limit a number breaks; percent written as a share gets its own hint."""
    name, limit = next((each for each in fault.facts.items() if each[0] in _LIMITS), ("ge", 0))
    message = f"{fault.name} is {quote(fault.value)}, but must be {_LIMITS[name]} {_number(limit)}"
    value = fault.value
    is_share = name in {"le", "lt"} and limit == 1
    if is_share and isinstance(value, int | float) and 1 < value <= _HUNDRED:
        share = f"{value / _HUNDRED:.10g}"
        hint = f"write `{share}` for {_number(value)} %"
        return draft("out-of-range", message, fault.span, hint, replace_value(fault, share))
    return draft("out-of-range", message, fault.span, fault.about)


def endless_number(fault: Fault) -> Diagnostic:
    """Say that infinity and NaN are no limits."""
    message = f"{fault.name} is {quote(fault.value)}, but a finite number is needed"
    return draft("out-of-range", message, fault.span, fault.about)


def malformed_text(fault: Fault) -> Diagnostic:
    """Say in words which form a text needs."""
    pattern, value = str(fault.facts.get("pattern", "")), fault.value
    form = _form(fault, pattern)
    if form is None:
        message = f"{fault.name} is {_plain(value)}, which does not have the form it needs"
        return draft("malformed-text", message, fault.span, fault.about)
    there = "" if fault.site.is_key else f" is {_plain(value)}, but"
    message = f"{fault.name}{there} must be {form}"
    repaired = next(_repairs(value, pattern), None) if isinstance(value, str) else None
    if repaired is None:
        return draft("malformed-text", message, fault.span)
    fixes = replace_value(fault, repaired)
    return draft("malformed-text", message, fault.span, f"write `{repaired}`", fixes)


def _form(fault: Fault, pattern: str) -> str | None:
    field = fault.site.field
    return FORMS.get(pattern) or (field.traits.form if field and field.traits else None)


def wrong_length(fault: Fault) -> Diagnostic:
    """Say how long a text is and may be."""
    length = len(fault.value) if isinstance(fault.value, str) else 0
    if fault.type == "string_too_long":
        most = fault.facts.get("max_length", 0)
        message = f"{fault.name} has {_characters(length)}, but at most {most} fit"
    elif length == 0:
        message = f"{fault.name} is an empty text"
    else:
        least = fault.facts.get("min_length", 0)
        message = f"{fault.name} has {_characters(length)}, but needs at least {least}"
    return draft("wrong-length", message, fault.span, fault.about)


def wrong_count(fault: Fault) -> Diagnostic:
    """Say how many entries a list or mapping needs."""
    length = len(fault.value) if isinstance(fault.value, Sequence | Mapping) else 0
    has = f"has {_entries(length)}" if length else "is empty"
    if fault.type == "too_long":
        message = f"{fault.name} {has}, but at most {fault.facts.get('max_length', 0)} fit"
    else:
        least = fault.facts.get("min_length", 1)
        message = f"{fault.name} {has}, but needs at least {_entries(least)}"
    return draft("wrong-count", message, fault.span, fault.about)


def _type_help(fault: Fault, needed: str) -> tuple[str | None, tuple[Fix, ...]]:
    value = fault.value
    is_scalar = isinstance(value, str | bool | int | float)
    if needed == "a list":
        return _as_list(fault, is_scalar=is_scalar)
    if needed == "text" and is_scalar:
        return _as_text(fault, fault.place.text(fault.span))
    if isinstance(value, str):
        return _from_text(fault, value, needed)
    return (_keys_hint(fault) if needed == "a mapping" else None), ()


def _as_list(fault: Fault, *, is_scalar: bool) -> tuple[str | None, tuple[Fix, ...]]:
    if is_scalar:
        raw = fault.place.text(fault.span)
        return "write a list, even of one entry", replace_value(fault, f"[{raw}]")
    is_mapping = isinstance(fault.value, Mapping)
    return ("start each entry of the list with `- `" if is_mapping else None), ()


def _as_text(fault: Fault, raw: str) -> tuple[str | None, tuple[Fix, ...]]:
    pattern = pattern_of(fault.site.field) if fault.site.field else None
    if pattern is None or _fits(raw, pattern):
        return _quotes_hint(fault, raw), replace_value(fault, f'"{raw}"', is_sure=True)
    repaired = next(_repairs(raw, pattern), None)
    if repaired is None:
        form = FORMS.get(pattern)
        return (f"it must be {form}" if form else None), ()
    return f"write `{repaired}`", replace_value(fault, repaired)


def _quotes_hint(fault: Fault, raw: str) -> str:
    """Say what a number loses without quotes: the version `1.10` is read as 1.1."""
    is_number = isinstance(fault.value, int | float) and not isinstance(fault.value, bool)
    if is_number and raw != str(fault.value):
        return f"put it in quotes: without them {quote(raw)} is the number {fault.value}"
    return "put it in quotes"


def _from_text(fault: Fault, value: str, needed: str) -> tuple[str | None, tuple[Fix, ...]]:
    word = _BOOLEANS.get(value.casefold())
    if fault.type == "bool_type" and word is not None:
        return f"write `{word}`", replace_value(fault, word, is_sure=True)
    if "number" in needed:
        return _as_number(fault, value, needed)
    return (_keys_hint(fault) if needed == "a mapping" else None), ()


def _as_number(fault: Fault, value: str, needed: str) -> tuple[str, tuple[Fix, ...]]:
    if _NUMBER.fullmatch(value):
        return "take the quotes away", replace_value(fault, value, is_sure=True)
    if fault.type == "float_type" and (percent := _PERCENT.fullmatch(value)):
        share = f"{float(percent[1]) / _HUNDRED:.10g}"
        return f"write `{share}` for {percent[1]} %", replace_value(fault, share)
    spoken = in_unit_of_key(str(fault.site.path[-1]), value) if fault.site.path else None
    if spoken is not None:
        return f"write `{spoken}`: the key says the unit", replace_value(fault, spoken)
    return f"write {needed} such as `{_example(fault)}`", ()


def _example(fault: Fault) -> object:
    field = fault.site.field
    if field and field.info.examples and isinstance(field.info.examples[0], int | float):
        return field.info.examples[0]
    return 1 if fault.type == "int_type" else 0.5


def _keys_hint(fault: Fault) -> str | None:
    shape = fault.site.shape
    if isinstance(shape, UnionShape):
        return f"it starts with {quote(shape.discriminator)}"
    if not isinstance(shape, ModelShape):
        return None
    fields = fields_of(shape.model)
    keys = [key for key, each in fields.items() if each.required] or sorted(fields)
    return f"its keys are {', '.join(map(quote, keys))}" if keys else None


def _repairs(value: str, pattern: str) -> Iterator[str]:
    """Yield texts that fit: another spelling, and what a name or a version may be meant to be."""
    text = value.strip()
    candidates = [text, text.lower()]
    if pattern in NAMES and "@" not in text:
        candidates.append(re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-"))
    if pattern == VERSION:
        candidates.append(f"v{text}")
    candidates += filter(None, [without_bytes(text)])
    return (each for each in candidates if each != value and _fits(each, pattern))


def _fits(text: str, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern.removesuffix("$"), text) is not None
    except re.error:  # a pattern from an extension, in a dialect that only pydantic reads
        return False


def _plain(value: object) -> str:
    """Name a value among its like: texts need no `the text` in front."""
    return quote(value) if isinstance(value, str) and value else say(value)


def _entries(count: object) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _characters(count: int) -> str:
    return "1 character" if count == 1 else f"{count} characters"


def _number(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
