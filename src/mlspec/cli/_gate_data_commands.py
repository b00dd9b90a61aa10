"""The flags of `mlspec gate profile` and `gate sql`, for typer. Nothing is decided here."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Environment, Quiet, taking

__all__ = ["GATE_DATA", "Engine"]


class Engine(StrEnum):
    """What counts: `auto` is numpy for what fits into memory, and DuckDB otherwise."""

    AUTO = "auto"
    NUMPY = "numpy"
    DUCKDB = "duckdb"
    SPARK = "spark"


class Dialect(StrEnum):
    """Whose SQL."""

    BIGQUERY = "bigquery"
    DATABRICKS = "databricks"
    DUCKDB = "duckdb"
    SNOWFLAKE = "snowflake"
    SPARK = "spark"
    TRINO = "trino"


class Shape(StrEnum):
    """What is asked: rows per bin, what bins are made from, or rows per score and label."""

    COUNTS = "counts"
    QUANTILES = "quantiles"
    SCORES = "scores"


Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="NAME", help="Only this column; may be repeated."),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")]
Reference = Annotated[
    Path | None,
    typer.Option("--reference", metavar="PROFILE", help="Use the bins of this profile."),
]


@dataclass(frozen=True, slots=True)
class Counting:
    """Which columns are counted, by what, and how they are read."""

    columns: Columns = None
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="NAME", help="Leave this column out, such as a key."),
    ] = None
    categorical: Annotated[
        list[str] | None,
        typer.Option(
            "--categorical", metavar="NAME", help="A column of categories that look like numbers."
        ),
    ] = None
    engine: Annotated[Engine, typer.Option("--engine", help="What counts.")] = Engine.AUTO
    memory: Annotated[
        str, typer.Option("--memory", metavar="SIZE", help="What DuckDB may use of it.")
    ] = "1GB"
    collected_at: Annotated[
        str,
        typer.Option("--collected-at", metavar="MOMENT", help="When the data were collected."),
    ] = ""


@taking(Counting)
def _profile(
    counting: Counting,
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help="CSV or Parquet, s3:// too; or an answer to `gate sql`."
        ),
    ],
    reference: Reference = None,
    out: Out = None,
    key: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="SSH key that signs it, beside it."),
    ] = None,
    *,
    quiet: Quiet = False,
) -> int:
    """Count how the values of each column are distributed: the reference that drift is told by."""
    from mlspec.api.profiles import ProfileRequest
    from mlspec.cli.gate_profile import profile

    request = ProfileRequest(
        data,
        tuple(counting.columns or ()),
        tuple(counting.without or ()),
        tuple(counting.categorical or ()),
        reference,
        counting.engine,
        counting.collected_at,
        counting.memory,
    )
    return profile(request, out=out, key=key, is_quiet=quiet)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked where no model says it, and how values are rounded."""

    shape: Annotated[
        Shape | None, typer.Option("--shape", help="What is asked; not with a model.")
    ] = None
    reference: Reference = None
    columns: Columns = None
    score: Annotated[str, typer.Option("--score", help="Column of the score.")] = "score"
    label: Annotated[str, typer.Option("--label", help="Column of the label.")] = "label"
    prediction: Annotated[
        str | None, typer.Option("--prediction", help="Column of the predicted class.")
    ] = None
    digits: Annotated[
        int, typer.Option("--digits", min=0, max=9, help="Digits that values are rounded to.")
    ] = 3


@taking(Asked)
def _sql(
    asked: Asked,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="Whose SQL.")],
    tables: Annotated[
        list[str],
        typer.Option(
            "--table",
            metavar="[SOURCE=]NAME",
            help="As the engine names it; with a model, for each source.",
        ),
    ],
    models: Annotated[
        list[str] | None,
        typer.Argument(metavar="MODEL", help="Print what the gates of these models need."),
    ] = None,
    *,
    directory: Directory = None,
    environment: Environment = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write what the answer has to come with; with a model, a folder of such files.",
        ),
    ] = None,
) -> int:
    """Print the queries of gates for the engine that has the tables.

    The answer, with what `--out` writes completed by `lines` and `snapshot`, is judged by
    `mlspec gate run --aggregates FILE`.
    """
    from mlspec.cli import gate_sql

    if not models:
        return gate_sql.of_table(asked, dialect, tables, out=out)
    gate_sql.refuse_with_model(asked)
    asking = gate_sql.asking(dialect, tables, asked.digits, asked.columns)
    return gate_sql.of_models(models, directory, environment, asking, out=out)


GATE_DATA: dict[str, Callable[..., int]] = {"profile": _profile, "sql": _sql}
"""The commands by name."""
