"""Files larger than memory: an engine counts them, nothing else of them is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlspec.canonical import digest_file
from mlspec.evidence import (
    Frame,
    Material,
    Profile,
    Reason,
    ValueCounts,
    count_features,
    digest_remote,
    is_remote,
    locate,
    memory_table,
    reference_features,
    remote_problem,
    remote_state,
    shown,
)
from mlspec.gates._port import Need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlspec import stats
    from mlspec.evidence import FeatureProfile, Source
    from mlspec.gates._inputs import EvidenceSource
    from mlspec.gates._queries import NeededQuery
    from mlspec.stats.engines._table import Table

    Bins = Mapping[str, stats.NumericBins | stats.CategoryBins]

__all__ = [
    "asked_features",
    "bins_of",
    "count_far",
    "far_material",
    "features_of",
    "need_of",
    "remote_refusal",
]

_OF_REMOTE = frozenset({"auto", "duckdb"})
"""Engines that read S3."""


def bins_of(reference: Source | Reason, need: Need) -> Bins | Reason:
    """Return the bins that a reference gives to the features that a gate reads."""
    found = features_of(reference, need)
    return found if isinstance(found, Reason) else {each.name: each.bins for each in found}


def features_of(reference: Source | Reason, need: Need) -> tuple[FeatureProfile, ...] | Reason:
    """Return the features of a reference with the bins that it gives: those of a gate, or all."""
    if isinstance(reference, Reason):
        return reference
    if isinstance(reference, Profile):
        return reference.features
    if not isinstance(reference, Frame | ValueCounts):
        return Reason("source-of-another-kind", "the reference is no profile and no table")
    every = reference.names if isinstance(reference, Frame) else tuple(reference.columns)
    names = need.columns or tuple(each for each in every if each not in need.without)
    if isinstance(reference, ValueCounts):
        return reference_features(reference.table, names)
    table = memory_table(reference, names, need.categorical)
    return (
        table if isinstance(table, Reason) else reference_features(table, names, need.categorical)
    )


def asked_features(
    reference: Source | Reason, query: NeededQuery
) -> tuple[FeatureProfile, ...] | Reason:
    """Return the features that a query counts, in the order of the reference."""
    found = features_of(reference, need_of(query))
    if isinstance(found, Reason):
        return found
    kept = query.columns or tuple(e.name for e in found if e.name not in query.without)
    return tuple(each for each in found if each.name in kept)


def need_of(query: NeededQuery) -> Need:
    """Return what is read of the reference that gives the bins of a query."""
    return Need(
        query.like or "",
        "Profile",
        query.columns,
        whole=not query.columns,
        without=query.without,
        categorical=query.categorical,
    )


def far_material(root: Path, stated: EvidenceSource, engine: str) -> Material | Reason:
    """Return a file that an engine is to count, with its digest; it is not held in memory."""
    place = _placed(root, stated.file)
    digest = place if isinstance(place, Reason) else place.digest()
    if isinstance(digest, Reason):
        return digest
    return Material(stated.name, stated.file, digest, engine=engine)


def count_far(root: Path, material: Material, need: Need, bins: Bins | None) -> Profile | Reason:
    """Return the profile of a file that the engine of the material reads out of core.

    With `bins`, the current side is counted in them; without, the file is a reference and gives
    its own. A file that changes while it is read is a reason.

    Raises:
        MissingExtraError: the engine is not installed.
    """
    place = _placed(root, material.file)
    if isinstance(place, Reason):
        return place
    before = place.state()
    found = _counted(place.address, need, bins, material.engine)
    if isinstance(found, Reason):
        return Reason(found.code, f"{shown(material.file)}: {found.sentence}")
    if before != place.state() or place.digest() != material.digest:
        return Reason("unreadable-file", f"{shown(material.file)} changed while it was read")
    rows, features, unusable = found
    return Profile(
        replace(material, rows=rows),
        rows,
        features,
        (material.digest,),
        engine=material.engine,
        unusable=unusable,
    )


def remote_refusal(stated: EvidenceSource, need: Need | None, engine: str) -> Reason | None:
    """Return why a source in S3 is not read from there; None where it is, and for other sources.

    An ETag is no digest, so that a record can name what was judged by nothing but the pin.
    """
    if not is_remote(stated.file):
        return None
    problem = remote_problem(stated.file)
    if problem is not None:
        return problem
    where = f"{shown(stated.file)} lies in S3"
    if need is None:
        return Reason("remote-rows", f"{where}, from where only drift gates count tables")
    if engine not in _OF_REMOTE:
        return Reason("remote-rows", f"{where}, from where `{engine}` does not read")
    if stated.digest is None:
        return Reason("remote-unpinned", f"{where}, and `{stated.name}` states no digest")
    return None


@dataclass(frozen=True, slots=True)
class _Near:
    """A file of the workspace."""

    path: Path

    @property
    def address(self) -> str:
        return str(self.path)

    def digest(self) -> str | Reason:
        return digest_file(self.path)

    def state(self) -> object:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size


@dataclass(frozen=True, slots=True)
class _Far:
    """An object in S3."""

    address: str

    def digest(self) -> str | Reason:
        return digest_remote(self.address)

    def state(self) -> object:
        return remote_state(self.address)


def _placed(root: Path, file: str) -> _Near | _Far | Reason:
    if is_remote(file):
        return remote_problem(file) or _Far(file)
    path = locate(root, file)
    return path if isinstance(path, Reason) else _Near(path)


_Counted = tuple[tuple["FeatureProfile", ...], dict[str, Reason]]
"""Features of a table, and why others of it can't be counted."""


def _counted(
    path: str, need: Need, bins: Bins | None, engine: str
) -> tuple[int, tuple[FeatureProfile, ...], dict[str, Reason]] | Reason:
    from mlspec.stats.engines._table import ColumnError

    with TemporaryDirectory(prefix="mlspec-") as spill:
        try:
            with _opened(path, spill, engine) as table:
                features = _features(table, need, bins)
                rows = table.rows
        except ColumnError as error:
            return Reason(error.code, str(error))
    if not rows:
        return Reason("empty-file", "the file has no rows")
    return features if isinstance(features, Reason) else (rows, *features)


def _opened(path: str, spill: str, engine: str) -> AbstractContextManager[Table]:
    if engine == "spark":
        from mlspec.stats.engines._spark import open_spark

        return open_spark(path)
    from mlspec.stats.engines._duckdb import open_duckdb

    return open_duckdb(path, spill)


def _features(table: Table, need: Need, bins: Bins | None) -> _Counted | Reason:
    if bins is not None:
        named = [name for name in bins if name in table.names]
        return _each(named, lambda some: count_features(table, {name: bins[name] for name in some}))
    every = need.whole or not need.columns
    names = table.names if every else tuple(each for each in need.columns if each in table.names)
    kept = [each for each in names if each not in need.without]
    return _each(
        kept,
        lambda some: reference_features(
            table, some, [each for each in need.categorical if each in some]
        ),
    )


def _each(
    names: Sequence[str],
    count: Callable[[Sequence[str]], tuple[FeatureProfile, ...] | Reason],
) -> _Counted | Reason:
    """Count all columns in one pass; where that can't be, one by one, to tell which ones can."""
    together = count(names)
    if not isinstance(together, Reason):
        return together, {}
    alone = {name: count([name]) for name in sorted(names)}
    unusable = {name: each for name, each in alone.items() if isinstance(each, Reason)}
    sound = [each for each in alone.values() if not isinstance(each, Reason)]
    features = tuple(feature for each in sound for feature in each)
    return (features, unusable) if features else together
