"""Rows per label, outputs of one model or of two, and groups: what slices and comparisons need.

Written as `_sql` does. Two tables are joined by key within the query: a key that one of them lacks
or has twice makes a line of NULL, as a value does that is no finite number.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from mlspec.stats.engines._sql import name, number

__all__ = ["Crossing", "crossed_query", "group_name", "numbers_of"]

_LARGEST = number(sys.float_info.max)


@dataclass(frozen=True, slots=True)
class Crossing:
    """What is counted: names of columns, and the table of the champion, "" for one model alone.

    Tables are written as the engine writes them; scores are rounded to `digits`. `prediction` is
    the column of the predicted class in both tables, None where there is none.
    """

    table: str
    score: str
    label: str
    digits: int
    prediction: str | None = None
    groups: tuple[str, ...] = ()
    champion: str = ""
    key: str = ""


def numbers_of(*, has_classes: bool, paired: bool) -> tuple[str, ...]:
    """Return the numeric columns of an answer, in order."""
    ours = ("score_units", "label", *(["prediction"] if has_classes else []))
    rival = ("champion_score_units", *(["champion_prediction"] if has_classes else []))
    return (*ours, *(rival if paired else ()))


def group_name(place: int) -> str:
    """Return the column of an answer that holds the group at a place."""
    return f"group_{place}"


def crossed_query(asked: Crossing) -> str:
    """Return a query of rows per rounded score, label, class, champion's outputs and groups.

    Its lines: the columns of `numbers_of`, one text per group (`group_name`) and `row_count`.
    """
    has_classes = asked.prediction is not None
    names = numbers_of(has_classes=has_classes, paired=bool(asked.champion))
    groups = [group_name(place) for place in range(len(asked.groups))]
    columns = ", ".join([*names, *groups])
    sound = " AND ".join(["sound = 1", *map(_is_finite, names)])
    checked = f"SELECT {columns}, CASE WHEN {sound} THEN 1 ELSE 0 END AS is_whole "
    values = {each: _units(f"checked.{each}", asked.digits) for each in names}
    values |= {each: f"checked.{each}" for each in groups}
    kept = (f"CASE WHEN is_whole = 1 THEN {v} END AS {each}" for each, v in values.items())
    whole = f"SELECT {', '.join(kept)} FROM ({checked}FROM ({_rows(asked)}) AS found) AS checked"
    return f"SELECT {columns}, COUNT(*) AS row_count FROM ({whole}) AS crossed GROUP BY {columns}"


def _rows(asked: Crossing) -> str:
    ours = _columns(asked)
    if not asked.champion:
        selected = ", ".join(f"{value} AS {each}" for each, value in ours.items())
        return f"SELECT {selected}, 1 AS sound FROM {asked.table}"
    theirs = {f"champion_{each}": value for each, value in _outputs(asked).items()}
    named = ", ".join([*(f"ours.{each}" for each in ours), *(f"theirs.{each}" for each in theirs)])
    return (
        f"SELECT {named}, CASE WHEN ours.copies = 1 AND theirs.copies = 1 THEN 1 ELSE 0 END "
        f"AS sound FROM ({_by_key(asked.table, asked.key, ours)}) AS ours FULL OUTER JOIN "
        f"({_by_key(asked.champion, asked.key, theirs)}) AS theirs "
        "ON ours.row_key = theirs.row_key"
    )


def _by_key(table: str, key: str, columns: dict[str, str]) -> str:
    """Return one line per key, with how many rows have it; of several, any is as good."""
    row_key = f"CAST({name(key)} AS VARCHAR)"
    selected = ", ".join(f"MAX({value}) AS {each}" for each, value in columns.items())
    grouped = f"FROM {table} GROUP BY {row_key}"
    return f"SELECT {row_key} AS row_key, COUNT(*) AS copies, {selected} {grouped}"


def _columns(asked: Crossing) -> dict[str, str]:
    groups = {group_name(n): f"CAST({name(e)} AS VARCHAR)" for n, e in enumerate(asked.groups)}
    return {**_outputs(asked), "label": _number(asked.label), **groups}


def _outputs(asked: Crossing) -> dict[str, str]:
    classes = {} if asked.prediction is None else {"prediction": _number(asked.prediction)}
    return {"score_units": _number(asked.score), **classes}


def _number(column: str) -> str:
    return f"CAST({name(column)} AS DOUBLE)"


def _is_finite(x: str) -> str:
    return f"{x} IS NOT NULL AND NOT ISNAN({x}) AND ABS({x}) <= {_LARGEST}"


def _units(column: str, digits: int) -> str:
    """Return a score in units of 10^-digits; labels and classes stay as they are."""
    if not column.endswith("score_units"):
        return column
    return f"FLOOR({column} * {number(10.0**digits)} + {number(0.5)})"
