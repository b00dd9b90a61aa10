"""Which queries give an engine's counts that gates can be judged from. Pure: no files, no SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.gates._registry import find_gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._port import Need
    from mlspec.gates._spec import GateSpecBase

__all__ = ["NeededQuery", "needed_queries", "questions"]

_PREDICTIONS, _CHAMPION = "predictions", "champion"
_ANSWERS = "aggregates"


@dataclass(frozen=True, slots=True)
class NeededQuery:
    """What is asked of one source, for the gates that read it.

    `shape` is `counts`, `quantiles`, `scores` or `crossed` (scores in groups by `columns`, beside
    the champion's). Counted are `columns`, or all of the reference but `without` where there are
    none; `like` names the source that gives the bins.
    """

    source: str
    shape: str
    gates: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    like: str | None = None
    where: tuple[str, str] | None = None
    paired: bool = False
    """Whether the champion's outputs are counted beside those of the model."""
    alone: NeededQuery | None = None
    """What is asked of the same source where no table of the champion is, None where nothing is."""

    @property
    def asks_predictions(self) -> bool:
        """Whether the model's own rows are counted, in one query for all gates."""
        return self.source == _PREDICTIONS


def needed_queries(
    gate_specs: Iterable[GateSpecBase], inputs: EvaluationInputs | None, *, paired: bool = True
) -> tuple[tuple[NeededQuery, ...], dict[str, str]]:
    """Return one query for each source, in order of name, and why other gates have none.

    A gate has queries when all that it reads can be counted, or is a reference that is there. With
    `paired`, the champion lies in a table that the engine has, too.
    """
    asked: dict[str, NeededQuery] = {}
    left: dict[str, str] = {}
    for spec in sorted(gate_specs, key=lambda each: each.id):
        found = _of_gate(spec, inputs, paired=paired)
        merged = found if isinstance(found, str) else _merged(asked, found)
        if isinstance(merged, str):
            left[spec.id] = merged
        else:
            asked = merged
    return tuple(asked[source] for source in sorted(asked)), left


def questions(
    gate_specs: Iterable[GateSpecBase], inputs: EvaluationInputs | None
) -> dict[str, NeededQuery]:
    """Return what the gates of a model ask of engines, by source."""
    kept = tuple(gate_specs)
    asked, _ = needed_queries(kept, inputs)
    alone = {each.source: each for each in needed_queries(kept, inputs, paired=False)[0]}
    return {e.source: replace(e, alone=alone.get(e.source) if e.paired else None) for e in asked}


def _of_gate(
    spec: GateSpecBase, inputs: EvaluationInputs | None, *, paired: bool
) -> list[NeededQuery] | str:
    gate = find_gate(spec)
    if inputs is None:
        return "the model has no `evaluation`"
    if gate.reads_history:
        return "it tells test sets apart by their keys"
    needs = gate.reads(spec)
    references = {each.source: each for each in needs if each.like is None}
    found: list[NeededQuery] = []
    for need in needs:
        query = _of_need(need, references, inputs, paired=paired)
        if isinstance(query, str):
            return query
        found += [] if query is None else [replace(query, gates=(spec.id,))]
    return found or "it reads what no table holds"


def _of_need(
    need: Need, references: Mapping[str, Need], inputs: EvaluationInputs, *, paired: bool
) -> NeededQuery | str | None:
    """Return the query for what is read, None where a file is there, or why there is none."""
    if need.gives == "Profile":
        return _of_distribution(need, references, inputs)
    if need.tally is not None:
        return NeededQuery(need.source, "quantiles", columns=(need.tally,), where=need.where)
    if need.source in {_PREDICTIONS, _CHAMPION}:
        return _of_rows(need, inputs, paired=paired)
    return f"it reads rows of `{need.source}`, which no counts replace"


def _of_rows(need: Need, inputs: EvaluationInputs, *, paired: bool) -> NeededQuery | str:
    """Return the query for rows of one model or of both, or why no counts replace them."""
    if need.columns and not need.grouped:
        return f"it reads rows of `{need.source}`, which no counts replace"
    if inputs.labels is not None:
        return "`evaluation.labels` is a file of its own, which is joined by key"
    if need.source == _PREDICTIONS:
        shape = "crossed" if need.columns else "scores"
        return NeededQuery(_PREDICTIONS, shape, columns=need.columns)
    if inputs.champion is None:
        return "it compares with a champion, and `evaluation.champion` names no file"
    if not paired:
        return "it compares with the champion: name its table with `--table champion=NAME`"
    return NeededQuery(_PREDICTIONS, "crossed", paired=True)


def _of_distribution(
    need: Need, references: Mapping[str, Need], inputs: EvaluationInputs
) -> NeededQuery | None:
    columns = () if need.whole else need.columns
    if need.like is not None:
        of = references.get(need.like, need)
        read = NeededQuery(need.source, "counts", columns=columns, like=need.like)
        return replace(read, without=of.without, categorical=of.categorical)
    stated = next((each for each in inputs.sources if each.name == need.source), None)
    if stated is None or stated.format != _ANSWERS:
        return None
    return NeededQuery(need.source, "quantiles", (), columns, need.without)


def _merged(
    asked: dict[str, NeededQuery], more: Iterable[NeededQuery]
) -> dict[str, NeededQuery] | str:
    """Return the queries of all gates so far; a source holds the answer to one of them."""
    found = dict(asked)
    for each in more:
        before = found.get(each.source, each)
        if each.asks_predictions and before.asks_predictions:
            found[each.source] = _crossed(before, each)
            continue
        if (before.shape, before.like, before.where) != (each.shape, each.like, each.where):
            return f"`{each.source}` is asked for something else by `{before.gates[0]}`"
        found[each.source] = _both(before, each)
    return found


def _crossed(first: NeededQuery, second: NeededQuery) -> NeededQuery:
    """Return one query over the predictions for two gates: what either of them parts rows by."""
    shapes = {first.shape, second.shape}
    return replace(
        first,
        shape="crossed" if "crossed" in shapes else "scores",
        gates=tuple(dict.fromkeys((*first.gates, *second.gates))),
        columns=tuple(sorted({*first.columns, *second.columns})),
        paired=first.paired or second.paired,
    )


def _both(first: NeededQuery, second: NeededQuery) -> NeededQuery:
    """Return the query of two gates over one source: left out is what neither of them reads."""
    either = (first, second)
    gates = tuple(dict.fromkeys((*first.gates, *second.gates)))
    if first.columns and second.columns:
        columns = tuple(sorted({*first.columns, *second.columns}))
        return replace(first, gates=gates, columns=columns)
    left = {name for each in either for name in each.without}
    kept = {name for each in either for name in left if not _leaves(each, name)}
    categorical = tuple(sorted({*first.categorical, *second.categorical}))
    without = tuple(sorted(left - kept))
    return replace(first, gates=gates, columns=(), without=without, categorical=categorical)


def _leaves(query: NeededQuery, name: str) -> bool:
    return name not in query.columns if query.columns else name in query.without
