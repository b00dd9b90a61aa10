"""Which features a reference holds, where a gate judges all of them.

Plans ask for it each time: of a table the header alone is read, of a profile what it tells.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlspec.evidence import (
    HEADED,
    Profile,
    Reason,
    ValueCounts,
    Wanted,
    column_names,
    locate,
    read_file,
    reader_of,
)
from mlspec.gates._data_drift_spec import DataDrift

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlspec.gates._inputs import EvaluationInputs, EvidenceSource
    from mlspec.gates._spec import GateSpecBase

__all__ = ["feature_names"]


def feature_names(
    root: Path, gate_specs: Iterable[GateSpecBase], inputs: EvaluationInputs | None
) -> dict[str, tuple[str, ...]]:
    """Return the names of all features by source, of the references whose gates ask for `*`.

    A file that is not sound has none: its digest, or the next run, tells why.

    Raises:
        MissingExtraError: a file is Parquet, and pyarrow is not installed.
    """
    wanted = {
        each.reference
        for each in gate_specs
        if isinstance(each, DataDrift) and any(feature.name == "*" for feature in each.features)
    }
    sources = () if inputs is None else inputs.sources
    return {each.name: _names(root, each) for each in sources if each.name in wanted}


def _names(root: Path, source: EvidenceSource) -> tuple[str, ...]:
    kind = source.format or PurePosixPath(source.file).suffix[1:].lower()
    path = locate(root, source.file)
    if isinstance(path, Reason):
        return ()
    if kind in HEADED:
        return column_names(path, kind)
    content = read_file(root, source.file, name=source.name)
    if isinstance(content, Reason):
        return ()
    reader = reader_of(source.format, content.suffix)
    found = None if reader is None else reader.read(content, Wanted((), source.run))
    if isinstance(found, Profile):
        return (*(each.name for each in found.features), *found.unusable)
    return tuple(found.columns) if isinstance(found, ValueCounts) else ()
