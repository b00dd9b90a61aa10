"""Columns of rows, and how each moves in a drift that nobody has to wait for."""

from __future__ import annotations

import csv
import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Column", "Drift", "moved", "write_columns"]

CellT = TypeVar("CellT")


class Drift(StrEnum):
    """How rows move. `auto` shifts numbers and swaps categories.

    A swap gives rows the category that was rarest.
    """

    AUTO = "auto"
    SHIFT = "shift"
    SCALE = "scale"
    MISSING = "missing"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Column:
    """One feature: numbers, NaN where one is missing, or categories, None where one is."""

    numbers: tuple[float, ...] = ()
    texts: tuple[str | None, ...] = ()

    @property
    def cells(self) -> Iterator[str]:
        """The column as CSV has it; an empty cell is a missing value."""
        yield from ("" if math.isnan(each) else repr(each) for each in self.numbers)
        yield from (each or "" for each in self.texts)


def moved(
    columns: Mapping[str, Column], drift: Drift, strength: float, seed: int
) -> dict[str, Column]:
    """Return columns after a drift. The same seed moves the same rows.

    `strength` is the number of standard deviations of a shift, what a scale adds to one, and the
    share of rows that go missing or change their category.
    """
    found: dict[str, Column] = {}
    for name in sorted(columns):
        chosen = partial(_is_drawn, f"{seed}/{name}", strength)
        found[name] = _move(columns[name], drift, strength, chosen)
    return found


def _is_drawn(key: str, share: float, row: int) -> bool:
    """Tell whether a row is among a share of all; the same rows on every machine."""
    drawn = int.from_bytes(sha256(f"{key}/{row}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


def _move(column: Column, drift: Drift, strength: float, is_drawn: Callable[[int], bool]) -> Column:
    """Return a column after a drift; one that the drift says nothing of stays."""
    numbers, texts = column.numbers, column.texts
    match drift:
        case Drift.MISSING:
            numbers, texts = _lost(numbers, math.nan, is_drawn), _lost(texts, None, is_drawn)
        case Drift.SCALE:
            numbers = tuple(each * (1 + strength) for each in numbers)
        case Drift.SHIFT:
            numbers = _shifted(numbers, strength)
        case Drift.SWAP:
            texts = _swapped(texts, is_drawn)
        case Drift.AUTO:
            numbers, texts = _shifted(numbers, strength), _swapped(texts, is_drawn)
    return Column(numbers, texts)


def _lost(
    cells: tuple[CellT, ...], nothing: CellT, is_drawn: Callable[[int], bool]
) -> tuple[CellT, ...]:
    return tuple(nothing if is_drawn(row) else each for row, each in enumerate(cells))


def _shifted(numbers: tuple[float, ...], strength: float) -> tuple[float, ...]:
    present = [each for each in numbers if not math.isnan(each)]
    mean = math.fsum(present) / max(1, len(present))
    variance = math.fsum((each - mean) ** 2 for each in present) / max(1, len(present))
    step = strength * (math.sqrt(variance) or 1.0)
    return tuple(each + step for each in numbers)


def _swapped(
    texts: tuple[str | None, ...], is_drawn: Callable[[int], bool]
) -> tuple[str | None, ...]:
    """Give rows the category that was rarest: a mere exchange could leave the counts as they were.

    Where there is one category alone, they get a new one.
    """
    counts = Counter(each for each in texts if each is not None)
    if not counts:
        return texts
    rarest = min(counts, key=lambda each: (counts[each], each))
    given = rarest if len(counts) > 1 else f"{rarest}-drifted"
    return tuple(
        given if each is not None and is_drawn(row) else each for row, each in enumerate(texts)
    )


def write_columns(file: Path, columns: Mapping[str, Column]) -> None:
    """Write columns of one length as CSV."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(each.cells for each in columns.values()), strict=True))
