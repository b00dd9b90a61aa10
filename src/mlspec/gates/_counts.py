"""Events among trials, by arm or window: from a table or from answers of Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Frame, Reason, SeriesSet, shown
from mlspec.gates._monitor import instant, only_series
from mlspec.schema import Direction, FieldClass, SpecModel, Text, declare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.stats import FloatVector, Share

__all__ = ["CountColumns", "count_columns", "counts_of", "share_of"]


class CountColumns(SpecModel):
    """Where events and trials stand: columns of a table, or queries of Prometheus."""

    by: Text = declare(
        "Column, or label of the series, that names the arm or window. With `by: window`, "
        "`$window` in a query stands for each window.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["role"],
    )
    events: Text = declare(
        "Column of the number of events, or the query that counts them.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["errors"],
    )
    trials: Text | None = declare(
        "Column of the number of trials, or the query that counts them; absent, every row of the "
        "table is a trial, and `events` is 0 or 1.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["requests"],
    )


def count_columns(counts: CountColumns | None) -> tuple[str, ...]:
    """Return the columns that are read of a table."""
    if counts is None:
        return ()
    stated = (counts.by, counts.events, counts.trials)
    return tuple(each for each in stated if each is not None)


def counts_of(
    found: Frame | SeriesSet, columns: CountColumns, names: Sequence[str]
) -> dict[str, Share | Reason]:
    """Return events and trials by name; each is a count, or says why it is none."""
    if isinstance(found, Frame):
        return _of_table(found, columns, names)
    return {name: _of_queries(found, columns, name) for name in names}


def _of_table(
    table: Frame, columns: CountColumns, names: Sequence[str]
) -> dict[str, Share | Reason]:
    groups, events = table.texts(columns.by), table.numbers(columns.events)
    trials = None if columns.trials is None else table.numbers(columns.trials)
    if isinstance(groups, Reason):
        return dict.fromkeys(names, groups)
    if isinstance(events, Reason):
        return dict.fromkeys(names, events)
    if isinstance(trials, Reason):
        return dict.fromkeys(names, trials)
    places = {name: [at for at, cell in enumerate(groups) if cell == name] for name in names}
    return {
        name: _of_rows(columns, name, events[at], None if trials is None else trials[at])
        for name, at in places.items()
    }


def _of_rows(
    columns: CountColumns, name: str, events: FloatVector, trials: FloatVector | None
) -> Share | Reason:
    """Return the counts of one arm: of one row that counts, or of rows that are trials."""
    from mlspec import stats

    if not events.size:
        sentence = f"no row has {shown(name)} in the column {shown(columns.by)}"
        return Reason("no-rows-selected", sentence)
    if trials is None and not stats.is_binary(events):
        sentence = f"column {shown(columns.events)} has a value that is neither 0 nor 1"
        return Reason("not-yes-or-no", sentence)
    if trials is None:
        return share_of(name, float(events.sum()), float(events.size))
    if events.size > 1:
        sentence = f"{shown(name)} has {events.size} rows of counts, not one"
        return Reason("duplicate-key", sentence)
    return share_of(name, float(events[0]), float(trials[0]))


def _of_queries(found: SeriesSet, columns: CountColumns, name: str) -> Share | Reason:
    if columns.trials is None:
        return Reason("trials-missing", "answers of Prometheus need a query for `trials`")
    events = _of_query(found, columns.events, columns.by, name)
    if isinstance(events, Reason):
        return events
    trials = _of_query(found, columns.trials, columns.by, name)
    return trials if isinstance(trials, Reason) else share_of(name, events, trials)


def _of_query(found: SeriesSet, query: str, by: str, name: str) -> float | Reason:
    """Return the value of the query for one arm or window, or of the series with its label."""
    asked = query.replace(f"${by}", name)
    series = found.answer(asked)
    if isinstance(series, Reason):
        return series
    if asked == query:
        series = tuple(each for each in series if dict(each.labels).get(by) == name)
    one = only_series(series, asked)
    return one if isinstance(one, Reason) else instant(one, asked)


def share_of(name: str, events: float, trials: float) -> Share | Reason:
    """Return so many events among so many trials, if there can be so many."""
    from mlspec.stats import Share

    if events < 0 or trials < 0:
        return Reason("negative-value", f"{shown(name)}: a count is below 0")
    if events > trials:
        sentence = f"{shown(name)}: {events:g} events among {trials:g} trials"
        return Reason("more-events-than-trials", sentence)
    if trials < 1:
        return Reason("undefined-metric", f"{shown(name)} has no trials, so no share")
    return Share(events, trials)
