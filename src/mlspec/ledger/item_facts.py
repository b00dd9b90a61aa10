"""What a run tells of evidence items: papers that were kept about what it wrote.

Plain values with one shape in JSON. The statement of an item, and the envelope around it, are kept
beside the run by these digests; the paper itself is named and stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json

__all__ = ["ItemFact", "items_from_json", "items_to_json"]

_TEXTS: Final = ("address", "version", "kind", "part", "status", "digest", "envelope", "paper")


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One evidence item as a run statement names it.

    `version` is that of the resource it is about, `status` how it stood when the run was made.
    `digest` is that of its statement, `envelope` that of the signed envelope around the statement
    ("" where there was none), `paper` that of the paper ("" where there is none).
    """

    address: str
    version: str
    kind: str
    part: str
    status: str
    digest: str
    envelope: str = ""
    paper: str = ""

    @property
    def told(self) -> str:
        """Return what it is, in a sentence: `evidence item `notice` of `model/a``."""
        return f"evidence item `{self.kind}` of `{self.address}`"


def items_to_json(items: Iterable[ItemFact]) -> list[Json]:
    """Return items as members of a run statement, in order of their texts."""
    told = sorted(tuple(getattr(each, name) for name in _TEXTS) for each in items)
    return [dict(zip(_TEXTS, each, strict=True)) for each in told]


def items_from_json(listed: Json) -> tuple[ItemFact, ...]:
    """Return the items that `items_to_json` told.

    Raises:
        KeyError, TypeError: it told none of this.
    """
    if not isinstance(listed, list):
        raise TypeError("items")
    return tuple(_item(each) for each in listed)


def _item(told: Json) -> ItemFact:
    if not isinstance(told, dict):
        raise TypeError("items")
    found = [told[name] for name in _TEXTS]
    if not all(isinstance(each, str) for each in found):
        raise TypeError("items")
    return ItemFact(*map(str, found))
