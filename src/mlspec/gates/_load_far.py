"""Files larger than memory: an engine counts them, nothing else of them is read."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlspec.canonical import digest_file
from mlspec.evidence import (
    Frame,
    Material,
    Profile,
    Reason,
    count_features,
    locate,
    memory_table,
    reference_features,
    shown,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlspec import stats
    from mlspec.evidence import FeatureProfile, Source
    from mlspec.gates._inputs import EvidenceSource
    from mlspec.gates._port import Need
    from mlspec.stats.engines._table import Table

    Bins = Mapping[str, stats.NumericBins | stats.CategoryBins]

__all__ = ["bins_of", "count_far"]


def bins_of(reference: Source | Reason, need: Need) -> Bins | Reason:
    """Return the bins that a reference gives to the features that a gate reads."""
    if isinstance(reference, Reason):
        return reference
    if isinstance(reference, Profile):
        return reference.bins()
    if not isinstance(reference, Frame):
        return Reason("source-of-another-kind", "the reference is no profile and no table")
    names = need.columns or tuple(each for each in reference.names if each not in need.without)
    table = memory_table(reference, names, need.categorical)
    made = (
        table if isinstance(table, Reason) else reference_features(table, names, need.categorical)
    )
    return made if isinstance(made, Reason) else {each.name: each.bins for each in made}


def count_far(
    root: Path, stated: EvidenceSource, need: Need, bins: Bins | None, engine: str = "duckdb"
) -> Profile | Reason:
    """Return the profile of a file that an engine reads out of core.

    With `bins`, the current side is counted in them; without, the file is a reference and gives
    its own. A file that changes while it is read is a reason. `engine` is `duckdb` or `spark`.

    Raises:
        MissingExtraError: the engine is not installed.
    """
    path = locate(root, stated.file)
    if isinstance(path, Reason):
        return path
    before, digest = path.stat(), digest_file(path)
    if stated.digest is not None and digest != stated.digest:
        sentence = f"the {stated.name} file has the digest {digest}, not {stated.digest}"
        return Reason("digest-mismatch", sentence)
    found = _counted(path, need, bins, engine)
    if isinstance(found, Reason):
        return Reason(found.code, f"{shown(stated.file)}: {found.sentence}")
    if not _is_same(before, path.stat()):
        return Reason("unreadable-file", f"{shown(stated.file)} changed while it was read")
    rows, features = found
    material = Material(stated.name, stated.file, digest, rows, engine=engine)
    return Profile(material, rows, features, (digest,), engine=engine)


def _is_same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)


def _counted(
    path: Path, need: Need, bins: Bins | None, engine: str
) -> tuple[int, tuple[FeatureProfile, ...]] | Reason:
    from mlspec.stats.engines._table import ColumnError

    with TemporaryDirectory(prefix="mlspec-") as spill:
        try:
            with _opened(str(path), spill, engine) as table:
                features = _features(table, need, bins)
                rows = table.rows
        except ColumnError as error:
            return Reason(error.code, str(error))
    if not rows:
        return Reason("empty-file", "the file has no rows")
    return features if isinstance(features, Reason) else (rows, features)


def _opened(path: str, spill: str, engine: str) -> AbstractContextManager[Table]:
    if engine == "spark":
        from mlspec.stats.engines._spark import open_spark

        return open_spark(path)
    from mlspec.stats.engines._duckdb import open_duckdb

    return open_duckdb(path, spill)


def _features(table: Table, need: Need, bins: Bins | None) -> tuple[FeatureProfile, ...] | Reason:
    if bins is not None:
        return count_features(table, {name: bins[name] for name in bins if name in table.names})
    every = need.whole or not need.columns
    names = table.names if every else tuple(each for each in need.columns if each in table.names)
    kept = [each for each in names if each not in need.without]
    return reference_features(table, kept, [each for each in need.categorical if each in kept])
