"""What a spec says about the quality of search."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Integer, Share, Text, declare

__all__ = ["Retrieval", "metric_name"]


class Retrieval(GateSpecBase):
    """A floor for the quality of search, by itself or against the champion."""

    type: Literal["retrieval"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    run: Identifier = declare(
        "Name of the source with what was found: one row per query and document.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["search-run"],
    )
    judgements: Identifier = declare(
        "Name of the source with what is relevant: one row per query and document.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["relevance"],
    )
    champion: Identifier | None = declare(
        "Name of the source with what the search in production found.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    metric: Literal["mrr", "ndcg", "precision", "recall", "success"] = declare(
        "The number per query; the requirement is about its mean.",
        FieldClass.GATE,
        Direction.UNKNOWN,
    )
    depth: Integer | None = declare(
        "How many of the first documents count.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        ge=1,
        le=100_000,
    )
    at_least: Share | None = declare(
        "The mean must not be lower.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER, default=None
    )
    margin: Share | None = declare(
        "The loss against the champion that is still acceptable.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
    minimum_gain: Share | None = declare(
        "The gain over the champion that must be exceeded.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
    )
    query: Text = declare(
        "Column of the query.", FieldClass.GATE, Direction.UNKNOWN, default="query"
    )
    document: Text = declare(
        "Column of the document.", FieldClass.GATE, Direction.UNKNOWN, default="document"
    )
    score: Text = declare(
        "Column of the run by which documents are ranked, highest first.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="score",
    )
    relevance: Text = declare(
        "Column of the judgements: how relevant the document is, 0 for not.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="relevance",
    )


def metric_name(spec: Retrieval) -> str:
    """Return the metric with its depth: `recall@10`."""
    return spec.metric if spec.depth is None else f"{spec.metric}@{spec.depth}"
