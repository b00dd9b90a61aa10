"""The base of every spec model, and what each field declares beside its type.

Every field carries a class and a direction (`x-mlspec` in the published JSON Schema), so that
a diff can say whether a change tightens or loosens without knowing the field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

__all__ = [
    "Address",
    "Count",
    "Date",
    "Digest",
    "Direction",
    "FieldClass",
    "FieldTraits",
    "Identifier",
    "Integer",
    "Items",
    "Moment",
    "Number",
    "Reference",
    "Refused",
    "Share",
    "SpecModel",
    "Text",
    "Version",
    "declare",
    "is_identifier",
    "traits",
]


class FieldClass(StrEnum):
    """What kind of promise a field makes; risk is judged per class."""

    ARTIFACT = "artifact"
    CONTRACT = "contract"
    COSMETIC = "cosmetic"
    COST = "cost"
    DATA = "data"
    FEATURE = "feature"
    GATE = "gate"
    MONITORING = "monitoring"
    OVERSIGHT = "oversight"
    OWNER = "owner"
    POLICY = "policy"
    RETRAINING = "retraining"
    ROLLOUT = "rollout"
    SERVING = "serving"
    TIER = "tier"


class Direction(StrEnum):
    """Which way a change of the value tightens the promise."""

    HIGHER_IS_TIGHTER = "higherIsTighter"
    LOWER_IS_TIGHTER = "lowerIsTighter"
    GROWTH_IS_TIGHTER = "growthIsTighter"
    """Entries or values added tighten, removed loosen."""
    GROWTH_IS_LOOSER = "growthIsLooser"
    """Entries or values added loosen, removed tighten."""
    NONE = "none"
    """Neither way is safer: the change is to be read."""
    UNKNOWN = "unknown"
    """Another value asks for something else, which may be less: nobody can tell from the values."""


@dataclass(frozen=True, slots=True)
class FieldTraits:
    """What a field declares beside its type.

    `ref` names the kind that a reference points to, and `or_ref` the one that stands in where there
    is none of that name yet; `list_key` the field that identifies an
    entry of a list; `order` the values of an ordered enumeration, loosest first; `form` says in
    words what the pattern of a text asks for.

    `replacing` is what another value means where only growth has a direction: a digest that comes
    tightens, another digest is another promise. `reversed_by` names a field beside this one and
    its value that turns the direction around. `fallback` is the key of the entry of a keyed list
    that stands for all that the list does not name.
    """

    field_class: FieldClass
    direction: Direction = Direction.NONE
    ref: str | None = None
    or_ref: str | None = None
    list_key: str | None = None
    order: tuple[str, ...] = ()
    form: str | None = None
    replacing: Direction = Direction.NONE
    reversed_by: tuple[str, str] | None = None
    fallback: str | None = None
    default: object = None
    """What an absent value stands for; None where it stands for nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Variants of a union that people ask for and that are left out, each with the reason.

    Goes into the `Annotated` of a discriminated union; `variants` are (value, reason).
    """

    variants: tuple[tuple[str, str], ...]


class SpecModel(BaseModel):
    """A part of a spec: frozen, strict, camelCase on the wire, unknown keys refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        allow_inf_nan=False,
        extra="forbid",
        frozen=True,
        strict=True,
    )


def declare(  # noqa: PLR0913  (keyword-only facts of one field)
    description: str,
    field_class: FieldClass,
    direction: Direction = Direction.NONE,
    *,
    default: Any = ...,  # noqa: ANN401  (the type stands at the field)
    ref: str | None = None,
    or_ref: str | None = None,
    list_key: str | None = None,
    order: tuple[str, ...] = (),
    form: str | None = None,
    replacing: Direction = Direction.NONE,
    reversed_by: tuple[str, str] | None = None,
    fallback: str | None = None,
    examples: list[Any] | None = None,
    **constraints: Any,  # noqa: ANN401  (pydantic's own constraints: ge, le, min_length ...)
) -> Any:  # noqa: ANN401  (pydantic's convention for field functions)
    """Declare a field: what it says, and what a change of it means."""
    extra: dict[str, Any] = {"class": field_class.value, "direction": direction.value}
    extra |= {"ref": ref} if ref else {}
    extra |= {"orRef": or_ref} if or_ref else {}
    extra |= {"listKey": list_key} if list_key else {}
    extra |= {"order": list(order)} if order else {}
    extra |= {"form": form} if form else {}
    extra |= _conditions(replacing, reversed_by, fallback)
    return Field(
        default,
        description=description,
        examples=examples,
        json_schema_extra={"x-mlspec": extra},
        **constraints,
    )


def _conditions(
    replacing: Direction, reversed_by: tuple[str, str] | None, fallback: str | None
) -> dict[str, Any]:
    """Return what the direction of a change depends on beside its two values."""
    found: dict[str, Any] = {}
    found |= {} if replacing is Direction.NONE else {"replacing": replacing.value}
    found |= {"reversedBy": list(reversed_by)} if reversed_by else {}
    return found | ({"fallback": fallback} if fallback else {})


def traits(field: FieldInfo) -> FieldTraits | None:
    """Read back what `declare` wrote; None for a field that was not declared."""
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or not isinstance(written := extra.get("x-mlspec"), dict):
        return None
    return FieldTraits(
        field_class=FieldClass(str(written["class"])),
        direction=Direction(str(written["direction"])),
        ref=_text(written.get("ref")),
        or_ref=_text(written.get("orRef")),
        list_key=_text(written.get("listKey")),
        order=_texts(written.get("order")),
        form=_text(written.get("form")),
        replacing=Direction(str(written.get("replacing", Direction.NONE.value))),
        reversed_by=_pair(written.get("reversedBy")),
        fallback=_text(written.get("fallback")),
        default=None if field.is_required() else field.default,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _pair(value: object) -> tuple[str, str] | None:
    match _texts(value):
        case (field, stated):
            return field, stated
        case _:
            return None


def _integral(value: object) -> object:
    """JSON Schema calls 3.0 an integer; so do we, or schema and parser would disagree."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


T = TypeVar("T")

Items = Annotated[tuple[T, ...], Strict(strict=False)]
"""A list in the spec, a tuple in the model."""

Integer = Annotated[int, BeforeValidator(_integral)]
Count = Annotated[int, Field(ge=0), BeforeValidator(_integral)]
Number = float
Share = Annotated[float, Field(ge=0, le=1)]
"""A share or probability in 0..1."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_IDENTIFIER = r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
Identifier = Annotated[str, StringConstraints(pattern=_IDENTIFIER)]
"""A DNS label: fits Kubernetes, Prometheus labels, every model registry we know."""
Version = Annotated[str, StringConstraints(pattern=r"^v[0-9]{1,9}(\.[0-9]{1,9}){0,2}$")]
Reference = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?(@v[0-9]{1,9}(\.[0-9]{1,9}){0,2})?$"
    ),
]
"""The name of a resource, optionally pinned: `applicant-profile@v2`."""
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
"""A text in the form of a date; that it is on the calendar is a rule's business."""
Moment = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    ),
]
"""A moment in UTC, to the second."""
Address = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?/[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"),
]
"""The identity of a resource across the workspace: `model/churn`."""


def is_identifier(text: str) -> bool:
    """Tell whether a text may be the name of a resource."""
    return re.fullmatch(_IDENTIFIER.removesuffix("$"), text) is not None
