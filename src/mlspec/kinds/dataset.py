"""`Dataset`: where data lies, what it holds, and what is known to be missing.

Example
    apiVersion: mlspec.dev/v1
    kind: Dataset
    metadata: {name: customers-2024, version: v1, owner: growth}
    spec:
      uri: s3://lake/customers/2024.parquet
      digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
      format: parquet
      columns:
        - {name: customer_id, type: int}
        - {name: left, type: bool, description: Whether the customer left.}
      licence: Internal
      origin: Exported from the customer database.
"""

from __future__ import annotations

from typing import Literal

from mlspec.kinds._port import Kind
from mlspec.schema import (
    Count,
    Date,
    Digest,
    Direction,
    FieldClass,
    Identifier,
    Items,
    Reference,
    SpecModel,
    Text,
    declare,
)

__all__ = ["KIND", "Column", "DatasetSpec", "Period"]

ColumnType = Literal["bool", "date", "float", "int", "string", "timestamp"]
COLUMN_NAME = r"^[A-Za-z_][A-Za-z0-9_.-]{0,127}$"
COLUMN_FORM = "a column name: letters, digits, `_`, `.` and `-`, starting with a letter or `_`"


class Column(SpecModel):
    """One column of a data set."""

    name: str = declare(
        "Name of the column.", FieldClass.DATA, pattern=COLUMN_NAME, form=COLUMN_FORM
    )
    type: ColumnType = declare("Type of the values.", FieldClass.DATA)
    description: Text | None = declare("What it holds.", FieldClass.COSMETIC, default=None)
    sensitive: bool = declare(
        "The column tells something protected about a person (sex, race, age, health ...).",
        FieldClass.DATA,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )


class Period(SpecModel):
    """The time the rows cover, both ends included."""

    start: Date = declare("First day covered.", FieldClass.DATA, examples=["2015-01-01"])
    end: Date = declare("Last day covered.", FieldClass.DATA, examples=["2015-12-31"])


class DatasetSpec(SpecModel):
    """A fixed body of data, bound to the digest of its bytes."""

    uri: Text = declare("Where the data lies.", FieldClass.DATA, examples=["data/acs-2015.parquet"])
    digest: Digest | None = declare(
        "SHA-256 of the bytes; without it nobody can prove which data was used.",
        FieldClass.DATA,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    format: Literal["csv", "delta", "iceberg", "json", "parquet", "table"] = declare(
        "How the data is stored.", FieldClass.DATA
    )
    rows: Count | None = declare("Number of rows.", FieldClass.DATA, default=None)
    period: Period | None = declare("The time the rows cover.", FieldClass.DATA, default=None)
    columns: Items[Column] = declare(
        "The columns that specs rely on.", FieldClass.DATA, list_key="name", default=()
    )
    licence: Text | None = declare("Licence of the data.", FieldClass.DATA, default=None)
    origin: Text | None = declare("Who collected it, and how.", FieldClass.DATA, default=None)
    preparation: Text | None = declare("What was done to it.", FieldClass.DATA, default=None)
    gaps: Items[Text] = declare(
        "Known gaps and biases, one sentence each.", FieldClass.DATA, default=()
    )
    produced_by: Identifier | None = declare(
        "The model that produces the data: such data is a feedback loop when it trains again.",
        FieldClass.DATA,
        default=None,
        ref="Model",
    )
    derived_from: Items[Reference] = declare(
        "Data sets this one is made of.", FieldClass.DATA, default=(), ref="Dataset"
    )


KIND = Kind("Dataset", DatasetSpec, "Data with a digest, a period, a licence and known gaps.")
