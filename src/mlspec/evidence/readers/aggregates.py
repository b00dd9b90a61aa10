"""Counts that an engine of the user returned for a query of `mlspec gate sql`."""

from __future__ import annotations

from mlspec.evidence._aggregates import read_aggregates
from mlspec.evidence._reader import Reader

__all__ = ["READER"]

READER = Reader(
    format="aggregates",
    summary="Rows per bin, value or score that a warehouse counted for `mlspec gate sql`.",
    gives="Aggregates",
    read=read_aggregates,
    marks=("_type", "lines"),
)
