"""Pictures of verdicts as SVG: the same numbers give the same bytes.

matplotlib draws (the extra `plots`); it is imported when the first picture is drawn. No fonts are
embedded, no dates, no scripts; ink follows the colours of the page. Names are shown as they are:
what looks like mathematics is not set as such.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean, clipped
from mlspec.reporting._svg import INK, inline_svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

    from mlspec.stats import ReliabilityBin, RocPoint, ScoreBin

__all__ = ["Mark", "can_draw", "draw_marks", "draw_reliability", "draw_roc", "draw_scores"]

_STYLE: Mapping[RcKeyType, object] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "path.simplify": False,
}
_BLUE, _ORANGE = "#3b7dd8", "#d9822b"
_LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a comparison: a name, a number, its interval, and whether it passed."""

    name: str
    estimate: float
    lower: float
    upper: float
    passed: bool


def can_draw() -> bool:
    """Tell whether the extra `plots` is installed."""
    return find_spec("matplotlib") is not None


def draw_roc(points: Sequence[RocPoint], name: str) -> str:
    """Return the ROC curve with the interval of each true positive rate."""
    with _picture(name, "ROC curve", (3.6, 3.4)) as (axes, finished):
        x = [each.false_positive_rate for each in points]
        lower = [each.bounds.lower for each in points]
        upper = [each.bounds.upper for each in points]
        axes.fill_between(x, lower, upper, color=_BLUE, alpha=0.25, linewidth=0)
        axes.plot(x, [each.true_positive_rate for each in points], color=_BLUE, linewidth=1.5)
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.6, linestyle=":")
        _unit(axes, "false positive rate", "true positive rate")
    return finished[0]


def draw_reliability(bins: Sequence[ReliabilityBin], name: str) -> str:
    """Return how often each score came true, with the interval of each share."""
    with _picture(name, "reliability curve", (3.6, 3.4)) as (axes, finished):
        x = [each.mean_score for each in bins]
        y = [each.positives.value for each in bins]
        down = [max(0.0, each.positives.value - each.bounds.lower) for each in bins]
        up = [max(0.0, each.bounds.upper - each.positives.value) for each in bins]
        axes.errorbar(
            x, y, yerr=[down, up], color=_BLUE, marker="o", markersize=3, linewidth=1, capsize=2
        )
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.6, linestyle=":")
        _unit(axes, "mean score", "share of positives")
    return finished[0]


def draw_scores(bins: Sequence[ScoreBin], name: str) -> str:
    """Return a histogram of the scores of each class, as shares of the class."""
    with _picture(name, "scores of both classes", (3.6, 3.4)) as (axes, finished):
        edges = [*(each.lower for each in bins), bins[-1].upper]
        for label, colour, counts in (
            ("label 0", _ORANGE, [each.negatives for each in bins]),
            ("label 1", _BLUE, [each.positives for each in bins]),
        ):
            whole = sum(counts) or 1
            shares = [each / whole for each in counts]
            axes.stairs(shares, edges, fill=True, color=colour, alpha=0.45, label=label)
        axes.set_xlabel("score")
        axes.set_ylabel("share of the class")
        axes.legend()
    return finished[0]


def draw_marks(marks: Sequence[Mark], name: str, unit: str) -> str:
    """Return parts of a gate below each other: groups, features, slices, steps."""
    with _picture(name, unit, (7.2, 0.9 + 0.26 * len(marks))) as (axes, finished):
        for place, each in enumerate(reversed(marks)):
            colour = _BLUE if each.passed else _ORANGE
            axes.plot([each.lower, each.upper], [place, place], color=colour, linewidth=1.5)
            shape = "o" if each.passed else "D"
            axes.plot([each.estimate], [place], color=colour, marker=shape, markersize=4)
        names = [clipped(clean(each.name), _LONGEST_NAME) for each in reversed(marks)]
        axes.set_yticks(range(len(marks)), names)
        axes.set_ylim(-0.6, len(marks) - 0.4)
        axes.set_xlabel(clipped(clean(unit), 100))
    return finished[0]


def _unit(axes: Axes, across: str, up: str) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel(across)
    axes.set_ylabel(up)


@contextmanager
def _picture(
    name: str, title: str, inches: tuple[float, float]
) -> Iterator[tuple[Axes, list[str]]]:
    """Open axes to draw on; the SVG is in the list when the block has ended.

    `name` is unique on the page: identifiers inside of the picture start with it.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    finished: list[str] = []
    with mpl.rc_context({**mpl.rcParamsDefault, **_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=inches, layout="constrained")
        yield figure.add_subplot(), finished
        finished.append(inline_svg(_written(figure), name, title))


def _written(figure: Figure) -> str:
    out = io.BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(out, format="svg", metadata=nothing)
    return out.getvalue().decode()
