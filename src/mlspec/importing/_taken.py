"""What an importer takes of one model, value by value, each with its place in the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.importing._document import LONGEST, held_text
from mlspec.importing._model import Certainty, Fact, FoundMetric, Lost

if TYPE_CHECKING:
    from mlspec.importing._written import Written

__all__ = ["Taken"]


@dataclass
class Taken:
    """Values of one model. The lists and tags of a spec are among the facts, too.

    `certainty` is how sure a value is of which nothing else is said.
    """

    certainty: Certainty = Certainty.MAPPED
    facts: dict[str, Fact] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    metrics: list[FoundMetric] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def fact(self, name: str, value: str, place: str, certainty: Certainty | None = None) -> None:
        """Take a value of a field, unless it is empty or there is one."""
        if name not in self.facts and held_text(value).strip():
            told = certainty or self.certainty
            self.facts[name] = Fact(self._bounded(value, place), place, told)

    def tag(self, key: str, value: str, place: str) -> None:
        """Take what has no field of its own under a name."""
        if held_text(key).strip() and key not in self.tags:
            self.tags[key] = self._bounded(value, place)
            self.fact(f"tags.{key}", value, place)

    def name_data(self, value: str, place: str) -> None:
        """Take the name of a data set."""
        if held_text(value).strip():
            self.fact(f"data[{len(self.data)}]", value, place)
            self.data.append(value)

    def metric(self, metric: FoundMetric, place: str) -> None:
        """Take a number."""
        self.fact(f"metrics[{len(self.metrics)}]", f"{metric.name}: {metric.value}", place)
        self.metrics.append(metric)

    def lose(self, place: str, why: str) -> None:
        """Tell what no place is for."""
        self.lost.append(Lost(place, why))

    def lose_fields(self, mapping: Written, known: frozenset[str]) -> None:
        """Tell the keys of a mapping that are not known."""
        for key, each in mapping.fields.items():
            if key not in known:
                self.lose(each.place, f"a spec has no place for `{held_text(key)[:80]}`")

    def told(self) -> tuple[Lost, ...]:
        """Return what was lost; the same reason is told once, with how often there is one."""
        counts = Counter(each.why for each in self.lost)
        first = {each.why: each for each in reversed(self.lost)}
        return tuple(
            each if counts[why] == 1 else replace(each, why=f"{why}, {counts[why]:,} times")
            for why, each in reversed(first.items())
        )

    def _bounded(self, value: str, place: str) -> str:
        if len(value) > LONGEST:
            self.lose(place, f"cut to {LONGEST:,} of {len(value):,} characters")
        return value[:LONGEST]
