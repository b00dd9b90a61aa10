"""Estimates with their intervals below each other, as SVG that is the same on every machine.

A card is a compiled artifact and must not depend on which version of a plotting library is there.
The report of `gate run`, which is not, has richer pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.targets._quoting import quote_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Mark", "draw_intervals"]

_FEWEST = 2
_LINE, _LEFT, _WIDTH, _EDGE = 20, 190, 300, 10
_LONGEST = 28
_COLOURS = {"pass": "var(--good)", "fail": "var(--bad)"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One line: a name, a number, its interval, and its verdict: `pass`, `fail` or any other."""

    name: str
    estimate: float
    lower: float
    upper: float
    verdict: str


def draw_intervals(marks: Sequence[Mark], name: str) -> str:
    """Return the picture, empty for fewer than two marks; `name` is unique on the page."""
    if len(marks) < _FEWEST:
        return ""
    low, high = min(each.lower for each in marks), max(each.upper for each in marks)
    height, label = _LINE * (len(marks) + 1), quote_html(name)
    box = f"0 0 {_LEFT + _WIDTH + _EDGE} {height}"
    body = [line for place, each in enumerate(marks) for line in _line(place, each, (low, high))]
    title = quote_html(f"Estimates with intervals, from {low:.4g} to {high:.4g}")
    return "".join(
        [
            f'<svg viewBox="{box}" style="max-width: 38rem" role="img" aria-labelledby="{label}">',
            f'<title id="{label}">{title}</title>',
            *body,
            _text(_LEFT, height - 6, f"{low:.4g}", "start"),
            _text(_LEFT + _WIDTH, height - 6, f"{high:.4g}", "end"),
            "</svg>",
        ]
    )


def _line(place: int, mark: Mark, ends: tuple[float, float]) -> Iterator[str]:
    y = _LINE * place + _LINE // 2
    left, middle, right = (_at(each, ends) for each in (mark.lower, mark.estimate, mark.upper))
    colour = _COLOURS.get(mark.verdict, "var(--doubt)")
    short = mark.name if len(mark.name) <= _LONGEST else f"{mark.name[: _LONGEST - 1]}…"
    yield _text(_LEFT - 10, y + 4, short, "end")
    yield f'<path d="M {left} {y} L {right} {y}" style="stroke: {colour}; stroke-width: 2"/>'
    dot = f"M {middle} {y - 4} l 4 4 l -4 4 l -4 -4 z"
    yield f'<path d="{dot}" style="fill: {colour}"/>'


def _at(value: float, ends: tuple[float, float]) -> str:
    low, high = ends
    share = (value - low) / (high - low) if high > low else 0.5
    return f"{_LEFT + _WIDTH * min(1.0, max(0.0, share)):.1f}"


def _text(x: int, y: int, text: str, anchor: str) -> str:
    style = f"font-size: 11px; fill: currentColor; text-anchor: {anchor}"
    return f'<text x="{x}" y="{y}" style="{style}">{quote_html(text)}</text>'
