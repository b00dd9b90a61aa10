"""`gate sql MODEL`: the queries whose answers the gates of a model can be judged from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.api.judge import alike, by_gates, environments_of, require_signed_profiles
from mlspec.api.session import open_session
from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.evidence import Reason, make_query
from mlspec.gates import bins_profile, needed_queries, query_request, reference_of
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.evidence import FeatureProfile, QueryRequest
    from mlspec.gates import EvaluationInputs, NeededQuery
    from mlspec.workspace import Resource, Workspace

__all__ = ["Asking", "GateQueries", "ModelQuery", "Unasked", "gate_queries"]


@dataclass(frozen=True, slots=True)
class Asking:
    """For which engine, and where the rows are: `tables` by source, "" for the others.

    Values are rounded to `digits`; `columns` are those of a reference whose gate judges all it has.
    """

    dialect: str
    tables: Mapping[str, str]
    digits: int = 3
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """A query, what its answer has to come with, and the file in which the spec reads the answer.

    `is_read` tells whether the spec takes that file for an answer already.
    """

    address: str
    environments: tuple[str, ...]
    source: str
    file: str
    is_read: bool
    gates: tuple[str, ...]
    document: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Unasked:
    """A gate for which no query is printed, and why."""

    address: str
    gate: str
    reason: str


@dataclass(frozen=True, slots=True)
class GateQueries:
    """What to ask, and the gates that no answer of an engine can be judged for."""

    queries: tuple[ModelQuery, ...]
    unasked: tuple[Unasked, ...]


def gate_queries(
    models: Sequence[str], directory: Path | None, environment: str | None, asking: Asking
) -> GateQueries:
    """Return the queries that the gates of the named models (all otherwise) need.

    The bins of a reference are those of the source that the spec names.

    Raises:
        UsageError: a model does not exist or has no gates, a source has no table, a table is named
            for no source, or has no name of the engine, or the columns of a reference are not
            known.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: a profile has a signature beside it that does not hold.
        MissingExtraError: sqlglot is not installed.
    """
    session = open_session(directory)
    workspaces = [*environments_of(session, environment)]
    gated, _ = by_gates(workspaces, models)
    _require_sources(asking, [e.resources[address] for e in workspaces for address in gated])
    queries: list[ModelQuery] = []
    unasked: list[Unasked] = []
    for address in gated:
        for group in alike(workspaces, address):
            model = _Model(session.root, group, group[0].resources[address], asking)
            found, left = model.asked()
            queries += found
            unasked += left
    return GateQueries(tuple(queries), tuple(unasked))


@dataclass(frozen=True, slots=True)
class _Model:
    root: Path
    workspaces: Sequence[Workspace]
    model: Resource
    asking: Asking

    def asked(self) -> tuple[list[ModelQuery], list[Unasked]]:
        require_signed_profiles(self.root, self.model)
        inputs = model_of(self.model).evaluation
        paired = "champion" in self.asking.tables
        gates = gates_of(self.workspaces[0], self.model)
        needed, left = needed_queries(gates, inputs, paired=paired)
        unasked = [Unasked(self.model.address, gate, left[gate]) for gate in sorted(left)]
        if inputs is None:
            return [], unasked
        queries: list[ModelQuery] = []
        for each in needed:
            found = self._query(inputs, each)
            if isinstance(found, Reason):
                unasked += [
                    Unasked(self.model.address, gate, found.sentence) for gate in each.gates
                ]
            else:
                queries.append(found)
        return queries, unasked

    def _query(self, inputs: EvaluationInputs, needed: NeededQuery) -> ModelQuery | Reason:
        features: tuple[FeatureProfile, ...] | Reason = ()
        if needed.like is not None:
            features = reference_of(inputs, self.root, needed)
        if isinstance(features, Reason):
            return features
        file, is_read = _home(inputs, needed.source)
        return ModelQuery(
            self.model.address,
            tuple(each.environment for each in self.workspaces),
            needed.source,
            file,
            is_read,
            needed.gates,
            make_query(self._request(inputs, needed), bins_profile(needed, features)),
        )

    def _request(self, inputs: EvaluationInputs, needed: NeededQuery) -> QueryRequest:
        made = query_request(
            inputs,
            needed,
            dialect=self.asking.dialect,
            table=self._table(needed.source),
            digits=self.asking.digits,
            columns=self.asking.columns,
        )
        champion = self.asking.tables.get("champion", "") if needed.paired else ""
        made = replace(made, champion=champion)
        if needed.shape == "quantiles" and not made.columns:
            sentence = f"the columns of `{needed.source}` are not known"
            raise UsageError(sentence, hint="name them with `--column`")
        return made

    def _table(self, source: str) -> str:
        found = self.asking.tables.get(source) or self.asking.tables.get("")
        if found is None:
            sentence = f"nothing says which table holds `{source}` of {self.model.address}"
            raise UsageError(sentence, hint=f"add `--table {source}=NAME`")
        return found


def _require_sources(asking: Asking, models: Sequence[Resource]) -> None:
    """Refuse a table for something that no model reads: the one that was meant would be missed."""
    stated = [inputs for each in models if (inputs := model_of(each).evaluation) is not None]
    known = {
        "champion",
        "predictions",
        *(source.name for each in stated for source in each.sources),
    }
    for name in sorted({*asking.tables} - {""} - known):
        close = did_you_mean(name, sorted(known))
        listed = ", ".join(f"`{each}`" for each in sorted(known))
        raise UsageError(
            f"`--table {name}={asking.tables[name]}`: no model here has a source `{name}`",
            hint=f"did you mean `{close}`?" if close else f"one of {listed}",
        )


def _home(inputs: EvaluationInputs, source: str) -> tuple[str, bool]:
    """Return the file that the spec names, and whether it is read as an answer."""
    if source == "predictions":
        file = inputs.predictions or ""
        return file, file.lower().endswith(".json") and inputs.champion in {None, file}
    stated = next((each for each in inputs.sources if each.name == source), None)
    return ("", False) if stated is None else (stated.file, stated.format == "aggregates")
