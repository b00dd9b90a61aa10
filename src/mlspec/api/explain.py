"""`explain` and `schema`: what a code means, and what a kind may hold."""

from __future__ import annotations

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.kinds import kind_names
from mlspec.resources import data_path
from mlspec.rules import Explanation, explain_all

__all__ = ["Explanation", "explain", "explanations", "schema_text"]
