"""Sentences about keys: unknown, missing, and the keys that choose a variant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlspec.diagnostics import Edit, Fix, did_you_mean
from mlspec.schema._draft import Fault, draft, rename, replace_value
from mlspec.schema._shape import ModelShape, UnionShape, fields_of
from mlspec.schema._words import describe, example, label, listed, quote, say

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic, Path, Span
    from mlspec.schema._locate import Site
    from mlspec.schema._place import Place
    from mlspec.schema._shape import FieldShape

__all__ = ["meant_key", "missing_key", "missing_variant", "unknown_key", "unknown_variant"]


def unknown_key(fault: Fault) -> Diagnostic:
    """Say that a key does not exist here, and which one may be meant."""
    path, place = fault.site.path, fault.place
    message = f"unknown key {quote(path[-1])} in {_place_name(path[:-1])}"
    hint, close = _key_hint(fault)
    fixes = () if close is None else rename(fault, close, is_sure=_same(close, str(path[-1])))
    return draft("unknown-key", message, place.key_span(path), hint, fixes)


def missing_key(fault: Fault) -> Diagnostic:
    """Say which key is absent, and show one."""
    path, field = fault.site.path, fault.site.field
    key = str(path[-1])
    message = f"{_place_name(path[:-1])} lacks {quote(key)}"
    hint = _missing_hint(key, field) if field else None
    return draft("missing-key", message, _parent_span(fault.place, fault.site), hint)


def unknown_variant(fault: Fault) -> Diagnostic:
    """Say that a discriminator names no variant, or one that is refused with a reason."""
    union = fault.site.shape
    if not isinstance(union, UnionShape) or not isinstance(fault.value, Mapping):
        return draft("unknown-variant", f"{fault.name} names no known variant", fault.span)
    key, tag = union.discriminator, fault.value.get(union.discriminator)
    span = fault.place.span((*fault.site.path, key))
    reason = dict(union.refused).get(tag) if isinstance(tag, str) else None
    if reason is not None:
        return draft("refused-variant", f"`{key}: {tag}` is not supported: {reason}", span)
    choices = sorted(union.members)
    message = f"{quote(key)} is {say(tag)}, but must be {listed(choices)}"
    close = _meant_tag(fault, tag, choices)
    if close is None:
        return draft("unknown-variant", message, span)
    fixes = replace_value(fault, close, path=(*fault.site.path, key))
    return draft("unknown-variant", message, span, f"did you mean `{close}`?", fixes)


def missing_variant(fault: Fault) -> Diagnostic:
    """Say that the key which chooses a variant is absent."""
    path, union = fault.site.path, fault.site.shape
    if not isinstance(union, UnionShape):
        return draft("missing-key", f"{fault.name} does not say which variant it is", fault.span)
    key, choices = union.discriminator, sorted(union.members)
    close = _misspelt(union, fault.value)
    if close is not None:
        message = f"unknown key {quote(close)} in {_place_name(path)}"
        span = fault.place.key_span((*path, close))
        fix = Fix(f"rename the key to `{key}`", (Edit(span, key),))
        return draft("unknown-key", message, span, f"did you mean `{key}`?", (fix,))
    message = f"{_place_name(path)} lacks {quote(key)}"
    hint = f"add {quote(key)} with {listed(choices)}"
    return draft("missing-key", message, _mapping_span(fault.place, path, fault.value), hint)


def _meant_tag(fault: Fault, tag: object, choices: list[str]) -> str | None:
    if not isinstance(tag, str) or not fault.wants_suggestion:
        return None
    return did_you_mean(tag, choices)


def _misspelt(union: UnionShape, value: object) -> str | None:
    """Return the key that stands for the discriminator, if it has no meaning of its own."""
    if not isinstance(value, Mapping):
        return None
    known = {each for member in union.members.values() for each in fields_of(member.model)}
    close = did_you_mean(union.discriminator, [str(each) for each in value])
    return None if close in known else close


def meant_key(fault: Fault) -> str | None:
    """Return the known key that an unknown one is close to, if its place is free."""
    container, siblings = fault.site.container, fault.site.siblings
    if container is None or not isinstance(siblings, Mapping) or not fault.wants_suggestion:
        return None
    word = str(fault.site.path[-1])
    return _nearest(word, [key for key in fields_of(container.model) if key not in siblings])


def _nearest(word: str, keys: list[str]) -> str | None:
    same = next((key for key in keys if _same(key, word)), None)
    return same or did_you_mean(word, keys)


def _key_hint(fault: Fault) -> tuple[str | None, str | None]:
    word, container = str(fault.site.path[-1]), fault.site.container
    if (part := fault.elsewhere.get(word)) is not None:
        return f"`{word}` belongs in `{part}`", None
    if (close := meant_key(fault)) is not None:
        return f"did you mean `{close}`?", close
    if container is None:
        return None, None
    known = sorted(fields_of(container.model))
    return (f"known keys: {', '.join(map(quote, known))}" if known else "no keys here"), None


def _missing_hint(key: str, field: FieldShape) -> str:
    about = describe(field)
    hint = f"add {quote(key)}" + (f" ({about})" if about else "")
    shown = example(key, field)
    if shown is not None:
        return f"{hint}, for example `{shown}`"
    needed = _required_keys(field)
    return f"{hint} with {', '.join(map(quote, needed))}" if needed else hint


def _required_keys(field: FieldShape) -> list[str]:
    shape = field.shape
    if isinstance(shape, UnionShape):
        return [shape.discriminator]
    if not isinstance(shape, ModelShape):
        return []
    return [key for key, each in fields_of(shape.model).items() if each.required]


def _parent_span(place: Place, site: Site) -> Span:
    return _mapping_span(place, site.path[:-1], site.siblings)


def _mapping_span(place: Place, path: Path, mapping: object) -> Span:
    if path and isinstance(path[-1], str):
        return place.key_span(path)
    if isinstance(mapping, Mapping) and mapping:
        return place.key_span((*path, next(iter(mapping))))
    return place.span(path)


def _place_name(path: Path) -> str:
    return label(path) if path else "the document"


def _same(key: str, word: str) -> bool:
    """Tell whether two keys differ only in case, hyphens and underscores."""
    return _folded(key) == _folded(word)


def _folded(key: str) -> str:
    return key.replace("_", "").replace("-", "").casefold()
