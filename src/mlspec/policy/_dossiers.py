"""What a law wants to see in a file about a system: points, and where each of them is told.

The list is a document of a pack, like its rules: `kind: DossierMap` in the folder `dossiers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from mlspec.schema import FieldClass, Identifier, Items, SpecModel, Text, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path

__all__ = ["DossierMapSpec", "HeldSpec", "PartSpec", "PointSpec", "fields_of", "held_by"]

_POLICY = FieldClass.POLICY
_PATH = r"^(metadata|spec)(\.[a-z][A-Za-z0-9]{0,62}){1,8}$"
_PATH_FORM = "a path such as `spec.purpose`"
_Point = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\([a-z]\))?(-[a-z-]{1,40})?$")]


class HeldSpec(SpecModel):
    """Where something is told; exactly one of the four places is named."""

    label: Text = declare("What is told there.", _POLICY)
    field: str | None = declare(
        "A field of the model.",
        _POLICY,
        default=None,
        pattern=_PATH,
        form=_PATH_FORM,
        examples=["spec.purpose"],
    )
    data: str | None = declare(
        "A field of every data set behind it.",
        _POLICY,
        default=None,
        pattern=_PATH,
        form=_PATH_FORM,
        examples=["spec.origin"],
    )
    item: Identifier | None = declare("A kind of evidence items.", _POLICY, default=None)
    record: str | None = declare(
        "A record of mlspec: `gates`, `signature` (of the gates), `history` (the ledger), "
        "`versions` (earlier ones, by the ledger) or `policy`.",
        _POLICY,
        default=None,
        pattern=r"^(gates|history|policy|signature|versions)$",
        form="`gates`, `history`, `policy`, `signature` or `versions`",
    )

    @property
    def places(self) -> tuple[str, ...]:
        """The places that are named; a list is sound where there is one for each entry."""
        return tuple(filter(None, (self.field, self.data, self.item, self.record)))


class PartSpec(SpecModel):
    """A part of a point."""

    id: _Point = declare("Its place in the text.", _POLICY, form="a place such as `2(g)`")
    asks: Text = declare("What the text asks for, in short.", _POLICY)
    holds: Items[HeldSpec] = declare("Where it is told.", _POLICY, list_key="label", min_length=1)


class PointSpec(SpecModel):
    """A point of the list."""

    id: _Point = declare("Its number in the text.", _POLICY, form="a number such as `2`")
    title: Text = declare("What it is about.", _POLICY)
    parts: Items[PartSpec] = declare("Its parts.", _POLICY, list_key="id", min_length=1)


class DossierMapSpec(SpecModel):
    """The points that a law lists for the file about a system."""

    source: Identifier = declare("Id of the source in the pack.", _POLICY)
    cite: Text = declare("Where in it.", _POLICY, examples=["Art. 11(1), Annex IV"])
    points: Items[PointSpec] = declare("The points.", _POLICY, list_key="id", min_length=1)


def held_by(spec: DossierMapSpec) -> Iterator[tuple[Path, HeldSpec]]:
    """Yield everything that is listed, with its place in the document."""
    for number, point in enumerate(spec.points):
        for index, part in enumerate(point.parts):
            for entry, held in enumerate(part.holds):
                yield ("spec", "points", number, "parts", index, "holds", entry), held


def fields_of(spec: DossierMapSpec) -> Iterator[tuple[Path, str, str]]:
    """Yield each field that is named: its place in the document, its kind, and its path."""
    for path, held in held_by(spec):
        for key, kind, found in (("field", "Model", held.field), ("data", "Dataset", held.data)):
            if found:
                yield (*path, key), kind, found
