"""`gate sql`: the queries that gates need, for the engine that has the tables."""

from __future__ import annotations

from mlspec.evidence import QueryRequest, make_query

__all__ = ["QueryRequest", "make_query"]
