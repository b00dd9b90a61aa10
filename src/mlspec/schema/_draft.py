"""What passes between the parts of rewording: an error with its place, and a diagnostic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlspec.diagnostics import Applicability, Diagnostic, Edit, Fix
from mlspec.schema._codes import SCHEMA_CODES
from mlspec.schema._words import describe, label, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.diagnostics import Path, Span
    from mlspec.schema._locate import Site
    from mlspec.schema._place import Place

__all__ = ["Fault", "draft", "rename", "replace_value"]

_CODES = {each.name: each for each in SCHEMA_CODES}


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of pydantic with the place it is about; `type` and `facts` are pydantic's.

    `elsewhere` tells which part of a document has a key that is unknown here; suggestions cost
    time, so a document full of errors gets them for the first ones only.
    """

    type: str
    site: Site
    value: object
    place: Place
    facts: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    wants_suggestion: bool = True

    @property
    def span(self) -> Span:
        """Where the value, or the key that is at fault, is written."""
        site = self.site
        return (self.place.key_span if site.is_key else self.place.span)(site.path)

    @property
    def name(self) -> str:
        """What messages call the place."""
        return f"the key {quote(self.site.path[-1])}" if self.site.is_key else label(self.site.path)

    @property
    def about(self) -> str | None:
        """What the field says about itself, as a phrase."""
        field_shape = self.site.field
        return describe(field_shape) if field_shape else None


def draft(
    name: str, message: str, span: Span, hint: str | None = None, fixes: tuple[Fix, ...] = ()
) -> Diagnostic:
    """Return a diagnostic of the schema family by the name of its code."""
    code = _CODES[name]
    return Diagnostic(code.code, code.name, code.severity, message, span, (), hint, fixes)


def rename(fault: Fault, key: str, *, is_sure: bool) -> tuple[Fix, ...]:
    """Return the fix that writes another key."""
    edit = Edit(fault.place.key_span(fault.site.path), key)
    applicability = Applicability.SAFE if is_sure else Applicability.UNSAFE
    return (Fix(f"rename the key to `{key}`", (edit,), applicability),)


def replace_value(
    fault: Fault, text: str, *, path: Path | None = None, is_sure: bool = False
) -> tuple[Fix, ...]:
    """Return the fix that writes another scalar; none where the value takes several lines."""
    span = fault.span if path is None else fault.place.span(path)
    if not fault.place.text(span):
        return ()
    applicability = Applicability.SAFE if is_sure else Applicability.UNSAFE
    return (Fix(f"write `{text}`", (Edit(span, text),), applicability),)
