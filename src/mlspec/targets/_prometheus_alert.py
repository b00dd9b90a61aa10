"""An alert, the situations that prove it, and both as data for Prometheus and promtool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from mlspec.targets._prometheus_query import amount, duration

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["VALUE", "Alert", "Record", "Samples", "Situation", "Words", "words"]


class _Marker(Enum):
    VALUE = "value"


VALUE: Final = _Marker.VALUE
"""Stands for the value of the expression within the words of an annotation."""

Words = tuple[str | _Marker, ...]

# Annotations and labels are Go templates. A brace that ends a piece counts too: a template of
# ours may follow it.
_BRACES = re.compile(r"\{{2,}|\{\Z")


@dataclass(frozen=True, slots=True)
class Samples:
    """An input series of promtool: a value at zero, and what every second adds."""

    series: str
    start: float
    step: float = 0.0


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
    return _BRACES.sub(lambda match: '{{"' + match.group() + '"}}', text)


def _rendered(pieces: Words, value: float) -> str:
    return "".join(amount(value) if isinstance(piece, _Marker) else piece for piece in pieces)
