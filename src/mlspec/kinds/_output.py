"""The contract with those who use the answers of a model or of a prompt."""

from __future__ import annotations

from mlspec.kinds._model_parts import Consumer
from mlspec.kinds.dataset import COLUMN_FORM, COLUMN_NAME, ColumnType
from mlspec.schema import Direction, FieldClass, Items, Number, SpecModel, Text, Version, declare

__all__ = ["Output", "OutputField"]


class OutputField(SpecModel):
    """One field of the answer."""

    name: str = declare(
        "Name of the field.", FieldClass.CONTRACT, pattern=COLUMN_NAME, form=COLUMN_FORM
    )
    type: ColumnType = declare("Type of the value.", FieldClass.CONTRACT)
    minimum: Number | None = declare("Least value.", FieldClass.CONTRACT, default=None)
    maximum: Number | None = declare("Greatest value.", FieldClass.CONTRACT, default=None)
    description: Text | None = declare("What it says.", FieldClass.COSMETIC, default=None)


class Output(SpecModel):
    """The contract with those who use the answers."""

    version: Version = declare("Version of the contract.", FieldClass.CONTRACT)
    fields: Items[OutputField] = declare(
        "The fields of an answer.", FieldClass.CONTRACT, list_key="name", min_length=1
    )
    consumers: Items[Consumer] = declare(
        "Who uses the answers.",
        FieldClass.CONTRACT,
        Direction.NONE,
        list_key="system",
        default=(),
    )
