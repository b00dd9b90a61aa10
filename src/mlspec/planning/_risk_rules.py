"""Which class of fields each rule of the risk engine is about: it tells who answers for it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.schema import FieldClass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNKNOWN", "class_of_rule"]

UNKNOWN: Final = "unknown"
_CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"R-{each.value.upper()}-{suffix}": each.value
        for each in FieldClass
        for suffix in ("TIGHTENED", "CHANGED", "LOOSENED")
    }
    | {
        "R-CONTRACT-BREAKING": FieldClass.CONTRACT.value,
        "R-GUARD-LOWERED": FieldClass.POLICY.value,
        "R-TIER-LOWERED": FieldClass.TIER.value,
        "R-TIER-RAISED": FieldClass.TIER.value,
        "R-UNKNOWN-FIELD": UNKNOWN,
        "R-WITHDRAWN-LIVE": FieldClass.SERVING.value,
    }
)


def class_of_rule(rule: str) -> str:
    """Return the class of fields that a rule is about; "" for one about the whole resource."""
    return _CLASSES.get(rule, "")
