"""Curves of a model as blocks of a page: a heading, a picture, and the same as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence import Reason
from mlspec.reporting._pictures import can_draw, draw_reliability, draw_roc, draw_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.gates import Curves
    from mlspec.stats import Bounds

__all__ = ["curve_blocks"]


def curve_blocks(curves: Curves | Reason | None, anchor: str) -> list[Mapping[str, object]]:
    """Return the blocks of a model, none where it has no curves.

    `anchor` starts the identifiers of its pictures.
    """
    if curves is None or isinstance(curves, Reason):
        return []
    blocks = [_roc(curves, f"{anchor}-roc")]
    if curves.reliability:
        blocks.append(_reliability(curves, f"{anchor}-rel"))
    return [*blocks, _scores(curves, f"{anchor}-dist")]


def _roc(curves: Curves, name: str) -> Mapping[str, object]:
    area = curves.area
    return {
        "title": "ROC curve",
        "text": f"Area {area.area:.4g} {_between(area.bounds)} by DeLong; {curves.rows:,} rows, "
        f"{curves.positives:,} of them positive. The band is the 90 % Wilson interval of the true "
        "positive rate at each threshold.",
        "picture": _drawn(lambda: draw_roc(curves.roc, name)),
        "head": ("threshold", "false positive rate", "true positive rate", "90 % interval"),
        "rows": [
            (
                "none" if math.isinf(each.threshold) else f"{each.threshold:.4g}",
                f"{each.false_positive_rate:.4g}",
                f"{each.true_positive_rate:.4g}",
                _between(each.bounds),
            )
            for each in curves.roc
        ],
    }


def _reliability(curves: Curves, name: str) -> Mapping[str, object]:
    return {
        "title": "Reliability",
        "text": "How often a score came true, in bins of equal size; on the dotted line scores "
        "mean what they say. Bars are 90 % Wilson intervals.",
        "picture": _drawn(lambda: draw_reliability(curves.reliability, name)),
        "head": ("scores", "rows", "mean score", "share of positives", "90 % interval"),
        "rows": [
            (
                f"{each.lower:.4g} to {each.upper:.4g}",
                f"{each.positives.trials:,.0f}",
                f"{each.mean_score:.4g}",
                f"{each.positives.value:.4g}",
                _between(each.bounds),
            )
            for each in curves.reliability
        ],
    }


def _scores(curves: Curves, name: str) -> Mapping[str, object]:
    return {
        "title": "Scores of both classes",
        "text": "Each class adds up to 1, however many rows it has.",
        "picture": _drawn(lambda: draw_scores(curves.scores, name)),
        "head": ("scores", "rows with label 0", "rows with label 1"),
        "rows": _counts(curves),
    }


def _counts(curves: Curves) -> Sequence[tuple[str, ...]]:
    return [
        (f"{each.lower:.4g} to {each.upper:.4g}", f"{each.negatives:,}", f"{each.positives:,}")
        for each in curves.scores
    ]


def _drawn(draw: Callable[[], str]) -> str:
    return draw() if can_draw() else ""


def _between(bounds: Bounds) -> str:
    return f"[{bounds.lower:.4g}, {bounds.upper:.4g}]"
