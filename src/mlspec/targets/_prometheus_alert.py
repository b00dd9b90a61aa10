"""An alert, the situations that prove it, and both as data for Prometheus and promtool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from mlspec.targets._prometheus_query import Series, amount, duration, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json

__all__ = [
    "UNKNOWN",
    "VALUE",
    "Alert",
    "Input",
    "Proof",
    "Read",
    "Record",
    "Samples",
    "Situation",
    "Words",
    "elsewhere",
    "inputs",
    "words",
]


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


_SHOWN = '{{ $value | printf "%.4g" }}'


class Samples(NamedTuple):
    """An input series of promtool: a value at zero, and what every second adds.

    The matchers of the series are what it has besides the labels of every series of the model.
    """

    series: Series
    start: float
    step: float = 0.0


Read = tuple[str, str]
"""A metric, and the feature that its series are of: what tells what alerts read."""

Input = tuple[Read, str, str, float, float]
"""Samples as promtool reads them: what reads them, the label that has another value than here
or nothing, the matchers as text, start, and step."""


class Situation(NamedTuple):
    """Series that go on from minute zero, and the value the alert then shows.

    `value` is None where the alert must stay silent. `settled_minutes` is how long it takes
    until the expression has its final value. Series of `others` stand beside: for each of the
    `apart` labels once, with another value of it.
    """

    title: str
    series: tuple[Samples, ...]
    settled_minutes: int
    value: float | None
    others: tuple[Samples, ...] = ()
    apart: tuple[str, ...] = ()

    def beside(self, other: Situation, labels: tuple[str, ...]) -> Situation:
        """Return this situation while the other one holds where any one of the labels differs."""
        title = f"{self.title} here (elsewhere the opposite)"
        return Situation(title, self.series, self.settled_minutes, self.value, other.series, labels)

    @property
    def parts(self) -> list[tuple[tuple[Samples, ...], str]]:
        """Return the series here, and those elsewhere with the label that has another value."""
        return [(self.series, ""), *[(self.others, label) for label in self.apart]]


class Proof(NamedTuple):
    """What proves an alert: all that a unit test of it depends on, but for names."""

    for_minutes: int
    window_minutes: int
    situations: tuple[Situation, ...]

    def within(self, labels: tuple[str, ...]) -> Proof:
        """Return the proof among series of other environments, which differ in these labels.

        Beside the first situation that makes the alert fire, and the first that leaves it silent,
        stand series of the other one in other environments: they do not count.
        """
        first: dict[bool, int] = {}
        for place, each in enumerate(self.situations):
            first.setdefault(each.value is None, place)
        if not labels or len(first) < len((True, False)):
            return self
        found = list(self.situations)
        for is_silent, place in first.items():
            other = self.situations[first[not is_silent]]
            if other.series:
                found[place] = found[place].beside(other, labels)
        return self._replace(situations=tuple(found))


def inputs(series: tuple[Samples, ...], apart: str) -> list[Input]:
    """Return series as promtool reads them, with another value of the label `apart`."""
    return [_input(each, apart) for each in series]


def _input(samples: Samples, apart: str) -> Input:
    (metric, matchers), start, step = samples
    feature, inside = "", []
    for name, sign, text in matchers:
        value = elsewhere(text) if name == apart else text
        inside.append(f"{name}{sign}{quoted(value)}")
        if name == "feature":
            feature = value
    return (metric, feature), apart, ",".join(inside), start, step


def elsewhere(value: str) -> str:
    """Return another value of a label."""
    return f"{value}-elsewhere"


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
            "labels": {name: _literal(text) for name, text in sorted(self.labels) if text},
        }


@dataclass(frozen=True, slots=True)
class Alert:
    """One alerting rule. `window_minutes` bounds the interval of samples that prove it.

    Within an environment, labels and annotations are sorted, and none is empty.
    """

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
            "labels": dict(self.literals),
            "annotations": self.templates,
        }

    @property
    def literals(self) -> tuple[tuple[str, str], ...]:
        """Return the labels as Prometheus reads them."""
        if not any("{" in text for _, text in self.labels):
            return self.labels
        return tuple([(name, _literal(text)) for name, text in self.labels])

    @property
    def templates(self) -> dict[str, Json]:
        """Return the annotations as Prometheus reads them."""
        return {name: _template(text) for name, text in self.annotations}

    def shown(self, value: float) -> dict[str, Json]:
        """Return the annotations when the expression has that value."""
        return {name: _rendered(text, value) for name, text in self.annotations}

    def within(self, labels: Sequence[tuple[str, str]]) -> Alert:
        """Return the alert of an environment whose series have these labels; it has them, too."""
        own = dict([*labels, *self.labels])
        return Alert(
            self.name,
            self.expression,
            self.for_minutes,
            tuple(sorted([each for each in own.items() if each[1]])),  # an empty one is none
            tuple(sorted([each for each in self.annotations if any(each[1])])),
            self.window_minutes,
            self.situations,
        )

    @property
    def proof(self) -> Proof:
        """Return what proves the alert."""
        return Proof(self.for_minutes, self.window_minutes, self.situations)


def words(*pieces: str | _Marker) -> Words:
    """Return the words of an annotation; pieces are literal text, or `VALUE`."""
    return pieces


def _template(pieces: Words) -> str:
    return "".join([_SHOWN if piece is VALUE else _literal(piece) for piece in pieces])


def _literal(text: str) -> str:
    if "{" not in text:
        return text
    return _BRACES.sub(lambda match: '{{"' + match.group() + '"}}', text)


def _rendered(pieces: Words, value: float) -> str:
    return "".join([amount(value) if piece is VALUE else piece for piece in pieces])
