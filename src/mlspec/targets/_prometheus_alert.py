"""An alert, the situations that prove it, and both as data for Prometheus and promtool."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from mlspec.targets._prometheus_query import Series, amount, duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json

__all__ = ["UNKNOWN", "VALUE", "Alert", "Record", "Samples", "Situation", "Words", "words"]


class _Marker(Enum):
    VALUE = "value"


VALUE: Final = _Marker.VALUE
"""Stands for the value of the expression within the words of an annotation."""

UNKNOWN: Final = ("state", "unknown")
"""The label of alerts that tell that nobody knows, and not that something is beyond its limit."""

Words = tuple[str | _Marker, ...]

# Annotations and labels are Go templates. A brace that ends a piece counts too: a template of
# ours may follow it.
_BRACES = re.compile(r"\{{2,}|\{\Z")


@dataclass(frozen=True, slots=True)
class Samples:
    """An input series of promtool: a value at zero, and what every second adds."""

    series: Series
    start: float
    step: float = 0.0

    def elsewhere(self, label: str) -> Samples:
        """Return the same samples where one label has another value; they stay if it has none."""
        moved = tuple(
            (name, sign, f"{value}-elsewhere" if name == label else value)
            for name, sign, value in self.series.matchers
        )
        return Samples(Series(self.series.metric, moved), self.start, self.step)


@dataclass(frozen=True, slots=True)
class Situation:
    """Series that go on from minute zero, and the value the alert then shows.

    `value` is None where the alert must stay silent. `settled_minutes` is how long it takes
    until the expression has its final value.
    """

    title: str
    series: tuple[Samples, ...]
    settled_minutes: int
    value: float | None

    def beside(self, other: Situation, labels: Sequence[tuple[str, str]]) -> Situation:
        """Return this situation while the other one holds where any one of the labels differs."""
        others = (each.elsewhere(name) for name, _ in labels for each in other.series)
        title = f"{self.title} here (elsewhere the opposite)"
        return replace(self, title=title, series=(*self.series, *others))


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule that alerts of the same group build on."""

    name: str
    expression: str
    labels: tuple[tuple[str, str], ...]

    def to_rule(self) -> dict[str, Json]:
        """Return the rule as Prometheus reads it."""
        return {
            "record": self.name,
            "expr": self.expression,
            "labels": {name: _template((text,)) for name, text in sorted(self.labels) if text},
        }


@dataclass(frozen=True, slots=True)
class Alert:
    """One alerting rule. `window_minutes` bounds the interval of samples that prove it."""

    name: str
    expression: str
    for_minutes: int
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, Words], ...]
    window_minutes: int
    situations: tuple[Situation, ...] = ()

    def to_rule(self) -> dict[str, Json]:
        """Return the rule as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": duration(self.for_minutes),
            "labels": {name: _template((text,)) for name, text in self._labels},
            "annotations": {name: _template(text) for name, text in self._annotations},
        }

    def to_expected(self, value: float) -> dict[str, Json]:
        """Return the alert as promtool expects it when the expression has that value."""
        return {
            "exp_labels": dict(self._labels),
            "exp_annotations": {name: _rendered(text, value) for name, text in self._annotations},
        }

    def within(self, labels: Sequence[tuple[str, str]]) -> Alert:
        """Return the alert of an environment whose series have these labels; it has them, too.

        Beside the first situation that makes it fire, and the first that leaves it silent, stand
        series of the other one in other environments: they do not count.
        """
        first = {each.value is None: each for each in reversed(self.situations)}
        found = list(self.situations)
        for is_silent, each in first.items():
            other = first.get(not is_silent)
            if labels and other is not None and other.series:
                found[found.index(each)] = each.beside(other, labels)
        own = tuple(dict((*labels, *self.labels)).items())
        return replace(self, labels=own, situations=tuple(found))

    @property
    def _labels(self) -> list[tuple[str, str]]:
        # An empty label is no label.
        return sorted((name, text) for name, text in self.labels if text)

    @property
    def _annotations(self) -> list[tuple[str, Words]]:
        return sorted((name, text) for name, text in self.annotations if any(text))


def words(*pieces: str | _Marker) -> Words:
    """Return the words of an annotation; pieces are literal text, or `VALUE`."""
    return pieces


def _template(pieces: Words) -> str:
    return "".join(
        '{{ $value | printf "%.4g" }}' if isinstance(piece, _Marker) else _literal(piece)
        for piece in pieces
    )


def _literal(text: str) -> str:
    if "{" not in text:
        return text
    return _BRACES.sub(lambda match: '{{"' + match.group() + '"}}', text)


def _rendered(pieces: Words, value: float) -> str:
    return "".join(amount(value) if isinstance(piece, _Marker) else piece for piece in pieces)
