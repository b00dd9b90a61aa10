"""What an importer takes of one model, value by value, each with its place in the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mlspec.importing._document import LONGEST, held_text
from mlspec.importing._model import Certainty, Fact, FoundMetric, FoundServing, Lost

if TYPE_CHECKING:
    from mlspec.importing._written import Written

__all__ = ["Taken"]

_ROOM: Final = 1_500_000
"""How many bytes the values of one model may come to: a spec has at most 2 MiB."""
_AROUND: Final = 150
"""Bytes that keys and blanks around a value may come to."""
_MOST_LOST: Final = 5_000
_SHOWN: Final = 80


@dataclass
class Taken:
    """Values of one model. What the lists and tags of a spec hold is among the facts, too.

    `certainty` is how sure a value is of which nothing else is said. Beyond what fits into a spec
    nothing is taken, and that is told.
    """

    certainty: Certainty = Certainty.MAPPED
    facts: dict[str, Fact] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    serving: list[FoundServing] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    metrics: list[FoundMetric] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    room: int = _ROOM

    def fact(self, name: str, value: str, place: str, certainty: Certainty | None = None) -> None:
        """Take a value of a field, unless it is empty or there is one."""
        if name not in self.facts and held_text(value).strip() and self._fits(place, value):
            self._note(name, self._bounded(value, place), place, certainty)

    def tag(self, key: str, value: str, place: str) -> None:
        """Take what has no field of its own under a name."""
        if held_text(key).strip() and key not in self.tags and self._fits(place, key, value):
            self.tags[key] = self._bounded(value, place)
            self._note(f"tags.{key}", self.tags[key], place)

    def alias(self, alias: str, version: str, place: str, certainty: Certainty) -> None:
        """Take which version an alias points to; the first that is told stays."""
        is_told = bool(held_text(alias).strip() and held_text(version).strip())
        if is_told and alias not in self.aliases and self._fits(place, alias, version):
            self.aliases[alias] = self._bounded(version, place)
            self._note(f"aliases.{alias}", self.aliases[alias], place, certainty)

    def serve(self, each: FoundServing) -> None:
        """Take what answers requests."""
        if self._fits(each.source, each.platform, each.namespace, each.name, each.image):
            name = " ".join(filter(None, (each.namespace, each.name)))
            self._note(f"serving[{len(self.serving)}]", name, each.source)
            self.serving.append(each)

    def name_data(self, value: str, place: str) -> None:
        """Take the name of a data set."""
        if held_text(value).strip() and self._fits(place, value):
            self._note(f"data[{len(self.data)}]", self._bounded(value, place), place)
            self.data.append(value)

    def metric(self, metric: FoundMetric, place: str) -> None:
        """Take a number."""
        if self._fits(place, metric.name, metric.value, metric.dataset, metric.remark):
            self._note(f"metrics[{len(self.metrics)}]", f"{metric.name}: {metric.value}", place)
            self.metrics.append(metric)

    def lose(self, place: str, why: str) -> None:
        """Tell what no place is for."""
        if len(self.lost) < _MOST_LOST:
            self.lost.append(Lost(place, why))
        elif len(self.lost) == _MOST_LOST:
            self.lost.append(Lost(place, "more is lost than is told"))

    def lose_fields(self, mapping: Written, known: frozenset[str]) -> None:
        """Tell the keys of a mapping that are not known."""
        for key, each in mapping.fields.items():
            if key not in known:
                self.lose(each.key_place, f"a spec has no place for `{held_text(key)[:_SHOWN]}`")

    def told(self) -> tuple[Lost, ...]:
        """Return what was lost; the same reason is told once, with how often there is one."""
        counts = Counter(each.why for each in self.lost)
        first = {each.why: each for each in reversed(self.lost)}
        return tuple(
            each if counts[why] == 1 else replace(each, why=f"{why}, {counts[why]:,} times")
            for why, each in reversed(first.items())
        )

    def _note(self, name: str, value: str, place: str, certainty: Certainty | None = None) -> None:
        self.facts[name] = Fact(value, place, certainty or self.certainty)

    def _fits(self, place: str, *texts: str) -> bool:
        """Take the room that texts need in a spec, where escapes may double them."""
        needed = sum(2 * len(held_text(text).encode()) + _AROUND for text in texts)
        if needed > self.room:
            self.lose(place, "the spec would be too large with it")
            return False
        self.room -= needed
        return True

    def _bounded(self, value: str, place: str) -> str:
        if len(value) > LONGEST:
            self.lose(place, f"cut to {LONGEST:,} of {len(value):,} characters")
        return value[:LONGEST]
