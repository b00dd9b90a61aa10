"""Both sides of a drift gate: bins from the reference alone, the current side counted in them.

A side is a table or a profile. From two tables, the values themselves are there too, and distances
between distribution functions are exact; with a profile, they are known between two ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.evidence import (
    Aggregates,
    Frame,
    Profile,
    Reason,
    ValueCounts,
    count_features,
    memory_table,
    reference_features,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import FeatureProfile
    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector
    from mlspec.stats.engines._numpy import MemoryTable

__all__ = [
    "Distribution",
    "Side",
    "counted_like",
    "current_side",
    "keys_of",
    "reference_side",
    "values_like",
]


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """One feature of one side: its counts, and its values where a table was read.

    Values are NaN where one is missing. Categories have `texts` instead, None where one is missing.
    """

    profile: FeatureProfile
    values: FloatVector | None = None
    texts: Sequence[str | None] | None = None

    @property
    def cells(self) -> Sequence[float | str | None] | None:
        """The values or categories of all rows, None where no table was read."""
        return self.texts if self.values is None else self.values.tolist()


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A table or a profile that was read, and the digests of the data."""

    source: Frame | Profile | Aggregates | ValueCounts
    categorical: frozenset[str] = frozenset()

    @property
    def digests(self) -> frozenset[str]:
        """Digests of the data, and of the file that tells of them."""
        own = frozenset({self.source.material.digest})
        return own | frozenset(getattr(self.source, "digests", ()))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features that this side has."""
        match self.source:
            case Frame(names=names):
                return names
            case Profile(features=features, unusable=unusable):
                return (*(each.name for each in features), *unusable)
            case Aggregates(features=named):
                return named
            case ValueCounts(columns=columns):
                return tuple(columns)

    def reference(self, feature: str) -> Distribution | Reason:
        """Return a feature with the bins that this side gives."""
        if isinstance(self.source, Frame):
            return _of_table(self.source, feature, self.categorical)
        if isinstance(self.source, ValueCounts):
            made = reference_features(self.source.table, [feature], most_names=None)
            return _made(self.source, made)
        found = self.source.feature(feature) if isinstance(self.source, Profile) else None
        return self._absent(feature) if found is None else Distribution(found)

    def like(self, reference: Distribution) -> Distribution | Reason:
        """Return the feature of another side, counted in the bins of that side."""
        if isinstance(self.source, Frame):
            return counted_like(self.source, reference)
        if isinstance(self.source, Aggregates):
            return _of_aggregates(self.source, reference)
        if isinstance(self.source, ValueCounts):
            bins = {reference.profile.name: reference.profile.bins}
            return _made(self.source, count_features(self.source.table, bins))
        found = self.source.feature(reference.profile.name)
        if found is None:
            return self._absent(reference.profile.name)
        if found.bins != reference.profile.bins:
            sentence = f"{self._file} counts {shown(found.name)} in other bins than the reference"
            return Reason("other-bins", sentence)
        return Distribution(found)

    @property
    def _file(self) -> str:
        return shown(self.source.material.file)

    def _absent(self, feature: str) -> Reason:
        unusable = self.source.unusable if isinstance(self.source, Profile) else {}
        if feature in unusable:
            return Reason(unusable[feature].code, f"{self._file}: {unusable[feature].sentence}")
        close = did_you_mean(feature, sorted(self.names))
        rest = f"; did you mean {shown(close)}?" if close else ""
        sentence = f"{self._file}: there is no feature {shown(feature)}{rest}"
        return Reason("missing-column", sentence)


def reference_side(inputs: GateInputs, name: str, categorical: Sequence[str] = ()) -> Side | Reason:
    """Return the named source as the side that gives the bins."""
    found = _table_or_profile(inputs, name)
    if isinstance(found, Aggregates):
        sentence = f"`{name}` holds counts without their bins, which is no reference"
        return Reason("source-of-another-kind", sentence)
    return found if isinstance(found, Reason) else Side(found, frozenset(categorical))


def current_side(inputs: GateInputs, name: str, reference: Side) -> Side | Reason:
    """Return the named source as the side that is compared with the reference."""
    found = _table_or_profile(inputs, name)
    if isinstance(found, Reason):
        return found
    side = Side(found)
    if side.digests & reference.digests:
        return Reason("same-data", "the reference and the current data are the same file")
    return side


def keys_of(inputs: GateInputs, *sides: Side) -> tuple[Sequence[str], Sequence[str]] | None:
    """Return the keys of the rows of both sides, None where one is no table or has no such column.

    The column is the one that `evaluation.key` names.
    """
    found = [_keys(each.source, inputs.key) for each in sides]
    first, second = found
    return None if first is None or second is None else (first, second)


def _keys(source: object, column: str) -> Sequence[str] | None:
    if not isinstance(source, Frame) or column not in source.names:
        return None
    found = source.keys(column)
    return None if isinstance(found, Reason) else found


def _table_or_profile(
    inputs: GateInputs, name: str
) -> Frame | Profile | Aggregates | ValueCounts | Reason:
    found = inputs.counted.get(name, inputs.sources.get(name))
    if isinstance(found, Frame | Profile | Aggregates | ValueCounts):
        return found
    return found if isinstance(found, Reason) else _reason(inputs.source(name, Frame))


def _reason(found: Frame | Reason) -> Reason:
    return found if isinstance(found, Reason) else Reason("source-missing", "there is no source")


def _of_table(frame: Frame, feature: str, categorical: frozenset[str]) -> Distribution | Reason:
    table = memory_table(frame, [feature], categorical)
    if isinstance(table, Reason):
        return table
    made = reference_features(table, [feature], categorical, most_names=None)
    return made if isinstance(made, Reason) else _with_cells(made[0], table)


def counted_like(frame: Frame, reference: Distribution) -> Distribution | Reason:
    """Return a column of a table, read and counted as the reference has it."""
    name = reference.profile.name
    table = memory_table(frame, [name], () if reference.profile.is_numeric else (name,))
    if isinstance(table, Reason):
        return table
    made = count_features(table, {name: reference.profile.bins})
    return frame.reason(made) if isinstance(made, Reason) else _with_cells(made[0], table)


def _with_cells(profile: FeatureProfile, table: MemoryTable) -> Distribution:
    name = profile.name
    return Distribution(profile, table.numbers.get(name), table.texts.get(name))


def values_like(values: FloatVector, reference: Distribution) -> Distribution | Reason:
    """Return numbers counted in the bins of a reference; as text where it has categories."""
    from mlspec.stats.engines._numpy import MemoryTable

    name = reference.profile.name
    if reference.profile.is_numeric:
        table = MemoryTable(len(values), {name: values})
    else:
        texts = tuple(f"{each:.15g}" for each in values.tolist())
        table = MemoryTable(len(values), {}, {name: texts})
    made = count_features(table, {name: reference.profile.bins})
    return made if isinstance(made, Reason) else _with_cells(made[0], table)


def _made(source: ValueCounts, found: tuple[FeatureProfile, ...] | Reason) -> Distribution | Reason:
    """Return the one feature that was made of an answer, or why none was."""
    if isinstance(found, Reason):
        return Reason(found.code, f"{shown(source.material.file)}: {found.sentence}")
    return Distribution(found[0])


def _of_aggregates(source: Aggregates, reference: Distribution) -> Distribution | Reason:
    found = source.counted(reference.profile)
    return found if isinstance(found, Reason) else Distribution(found)
