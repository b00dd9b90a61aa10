"""From the files that a model names to what its gates read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlspec.evidence import (
    Aggregates,
    FileContent,
    Frame,
    Layout,
    Material,
    Metrics,
    PredictionTable,
    Reader,
    Reason,
    Rows,
    ScoreCounts,
    Source,
    ValueCounts,
    Wanted,
    is_remote,
    join_champion,
    join_labels,
    read_file,
    read_metrics,
    read_predictions,
    reader_of,
    shown,
    unknown_format,
)
from mlspec.gates._age import end_of, too_old
from mlspec.gates._asked import other_question
from mlspec.gates._inputs import unpinned
from mlspec.gates._leakage import without_copies
from mlspec.gates._load_far import asked_features, remote_refusal
from mlspec.gates._needs import beside, columns_of, counted_of, is_answer
from mlspec.gates._port import GateInputs
from mlspec.gates._queries import NeededQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from mlspec.evidence import FeatureProfile
    from mlspec.gates._inputs import EvaluationInputs, EvidenceSource
    from mlspec.gates._port import Need

__all__ = ["Engine", "Loaded", "Terms", "load_inputs", "say_nothing"]

Engine = str | Mapping[str, str]
"""What counts tables for drift gates: one engine for all, or one for each source by name.

`numpy` reads them into memory, `duckdb` and `spark` count them out of core; `auto` reads what fits
into memory and lets DuckDB count the rest. A source that a mapping does not name is read.
"""

_OUT_OF_CORE = frozenset({"duckdb", "spark"})
_COUNTED = frozenset({"csv", "parquet"})
"""Formats that those engines read."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Which values may be used, and what counts tables of which a gate needs nothing but counts.

    `as_of` is the moment by which evidence may be too old. `questions` are those of the gates to
    engines, by source: an answer to another one is a reason; without them, only answers to
    questions of scores are compared with the spec.
    """

    as_of: str = ""
    engine: Engine = "auto"
    questions: Mapping[str, NeededQuery] | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What gates read, the files it comes from, and the moments at which some grow too old."""

    inputs: GateInputs
    materials: tuple[Material, ...] = ()
    ends: tuple[str, ...] = ()


def say_nothing(_text: str) -> None:
    """Leave out how far the work is."""


def load_inputs(
    spec: EvaluationInputs | None,
    root: Path,
    needs: Iterable[Need] = (),
    *,
    terms: Terms | None = None,
    tell: Callable[[str], None] = say_nothing,
) -> Loaded:
    """Read every file that the spec names, once.

    A file that could be read is a material even when it turned out to be of no use. `needs` say
    which columns are kept; `terms` which values may be used. `tell` is told which file is read
    next.

    Raises:
        MissingExtraError: a file is Parquet, or counted by an engine, or the answer of one, and
            its extra is missing.
    """
    if spec is None:
        missing = Reason("inputs-missing", "the model has no `evaluation`")
        return Loaded(GateInputs(missing, missing, missing))
    kept = tuple(needs)
    read = frozenset(each.source for each in kept if each.gives != "Profile")
    terms = terms or Terms()
    reading = _Reading(spec, root, terms, columns_of(kept), counted_of(kept), read, tell)
    challenger = reading.table("predictions", spec.predictions, spec.predictions_digest)
    rows = reading.rows(challenger)
    inputs = GateInputs(
        challenger=without_copies(rows, spec.perfect_outputs),
        champion=without_copies(reading.champion(challenger, rows), spec.perfect_outputs),
        metrics=reading.metrics(),
        positive_threshold=spec.positive_threshold,
        sources={each.name: reading.as_read(each) for each in spec.sources},
        counted={name: reading.found[name] for name in sorted(reading.far)},
        as_of=terms.as_of,
        unpinned=unpinned(spec),
        key=spec.key,
    )
    materials = tuple(reading.materials[name] for name in sorted(reading.materials))
    return Loaded(inputs, materials, tuple(sorted({*reading.ends})))


@dataclass(frozen=True, slots=True)
class _Reading:
    spec: EvaluationInputs
    root: Path
    terms: Terms
    columns: dict[str, tuple[str, ...]]
    counted: dict[str, Need]
    read: frozenset[str]
    tell: Callable[[str], None]
    materials: dict[str, Material] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)
    found: dict[str, Source | Reason] = field(default_factory=dict)
    far: set[str] = field(default_factory=set)

    def rows(self, challenger: PredictionTable | Reason) -> Rows | Reason:
        if isinstance(challenger, Reason):
            return challenger
        if self.spec.labels is None:
            return join_labels(challenger)
        labels = self.table("labels", self.spec.labels, self.spec.labels_digest)
        return labels if isinstance(labels, Reason) else join_labels(challenger, labels)

    def champion(self, challenger: PredictionTable | Reason, rows: Rows | Reason) -> Rows | Reason:
        if self.spec.champion is None:
            return Reason("champion-missing", "`evaluation.champion` names no file")
        if _is_one_file(self.spec) and is_answer(challenger):
            wrong = self._champion_pin(challenger.material.digest)
            return wrong or (rows if isinstance(rows, Reason) else beside(challenger, rows))
        champion = self.table("champion", self.spec.champion, self.spec.champion_digest)
        if isinstance(champion, Reason):
            return champion
        if isinstance(challenger, Reason):
            return challenger
        if champion.material.digest == challenger.material.digest:
            return Reason("same-file", "champion and challenger are the same file")
        return rows if isinstance(rows, Reason) else join_champion(champion, challenger, rows)

    def _champion_pin(self, digest: str) -> Reason | None:
        stated = self.spec.champion_digest
        return None if stated in (None, digest) else _other_digest("champion", digest, stated)

    def metrics(self) -> Metrics | Reason:
        content = self._content("metrics", self.spec.metrics, self.spec.metrics_digest)
        if isinstance(content, Reason):
            return content
        return read_metrics(content, run=self.spec.metrics_run)

    def table(self, name: str, file: str | None, digest: str | None) -> PredictionTable | Reason:
        content = self._content(name, file, digest)
        if isinstance(content, Reason):
            return content
        table = read_predictions(content, self._layout(name))
        if isinstance(table, Reason):
            return table
        self.materials[name] = table.material
        if name != "predictions" or table.asked is None:
            return table
        asks = (self.terms.questions or {}).get(name) or NeededQuery(name, "scores")
        other = other_question(table.asked, asks, self.spec)
        where = shown(content.file)
        return table if other is None else Reason(other.code, f"{where}: {other.sentence}")

    def named(self, name: str) -> Source | Reason:
        """Return a named source, read once; one may be counted in the bins of another."""
        if name not in self.found:
            self.found[name] = Reason("source-missing", f"`{name}` is counted like itself")
            stated = next((each for each in self.spec.sources if each.name == name), None)
            missing = Reason("source-missing", f"`evaluation.sources` has no `{name}`")
            self.found[name] = missing if stated is None else self._near_or_far(stated)
        return self.found[name]

    def as_read(self, stated: EvidenceSource) -> Source | Reason:
        """Return a named source for gates that need more of it than counts.

        The record keeps the material of the engine: its counts are made again by that engine.
        """
        found = self.named(stated.name)
        if stated.name not in self.far or stated.name not in self.read:
            return found
        counted = self.materials.get(stated.name)
        read = self._near(stated)
        source = read if isinstance(read, Reason) else self._fresh(stated, read)
        if counted is None:
            return source
        digest = self.materials[stated.name].digest
        self.materials[stated.name] = counted
        if digest == counted.digest:
            return source
        return Reason("unreadable-file", f"{shown(stated.file)} changed while it was read")

    def _near_or_far(self, stated: EvidenceSource) -> Source | Reason:
        need, engine = self.counted.get(stated.name), self._engine(stated)
        source: Source | Reason | None = remote_refusal(
            stated, None if stated.name in self.read else need, engine
        )
        if source is None and need is not None:
            source = self._counted(stated, need, engine)
        source = source or self._near(stated)
        return source if isinstance(source, Reason) else self._fresh(stated, source)

    def _counted(self, stated: EvidenceSource, need: Need, engine: str) -> Source | Reason | None:
        """Let an engine count a source that is to be counted; None where it is read."""
        if engine in _OUT_OF_CORE or is_remote(stated.file):
            return self._far(stated, need, "duckdb" if engine == "auto" else engine)
        near = self._near(stated)
        is_large = isinstance(near, Reason) and near.code == "too-large"
        return self._far(stated, need, "duckdb") if is_large and engine == "auto" else near

    def _engine(self, stated: EvidenceSource) -> str:
        """Return what counts a source; profiles and reports are read, whatever is asked for."""
        if (stated.format or PurePosixPath(stated.file).suffix[1:].lower()) not in _COUNTED:
            return "numpy"
        engine = self.terms.engine
        return engine if isinstance(engine, str) else engine.get(stated.name, "numpy")

    def _near(self, stated: EvidenceSource) -> Source | Reason:
        """Read a named source with the reader of its format."""
        if refused := remote_refusal(stated, None, ""):
            return refused
        content = self._content(stated.name, stated.file, stated.digest)
        if isinstance(content, Reason):
            return content
        reader = reader_of(stated.format, content.suffix)
        if reader is None:
            return unknown_format(content, stated.format)
        need, columns = self.counted.get(stated.name), self.columns.get(stated.name, ())
        if need is not None and need.whole and reader.gives == "Frame":
            columns = _all_columns(reader, content)
        columns = columns if need is None else (*columns, self.spec.key)
        read = reader.read(content, Wanted(columns, stated.run))
        asked = self.terms.questions
        if asked is None or not isinstance(read, Aggregates | ValueCounts | ScoreCounts):
            return read
        return self._answering(read, asked.get(stated.name))

    def _answering(
        self, read: Aggregates | ValueCounts | ScoreCounts, needed: NeededQuery | None
    ) -> Source | Reason:
        """Return what an engine counted, unless the spec asks something else."""
        features: tuple[FeatureProfile, ...] | Reason = ()
        if needed is not None and needed.like is not None:
            features = asked_features(self.named(needed.like), needed)
        if isinstance(features, Reason):
            return features
        other = other_question(read.asked, needed, self.spec, features)
        where = shown(read.material.file)
        return read if other is None else Reason(other.code, f"{where}: {other.sentence}")

    def _far(self, stated: EvidenceSource, need: Need, engine: str) -> Source | Reason:
        """Let an engine count a table, in the bins of its reference where it has one."""
        from mlspec.gates._load_far import bins_of, count_far, far_material

        self.far.add(stated.name)
        self.tell(f"counting {stated.file}")
        material = far_material(self.root, stated, engine)
        if isinstance(material, Reason):
            return material
        self.materials[stated.name] = material
        if stated.digest not in (None, material.digest):
            return _other_digest(stated.name, material.digest, stated.digest)
        if need.like is None:
            return count_far(self.root, material, need, None)
        bins = bins_of(self.named(need.like), self.counted.get(need.like, need))
        return bins if isinstance(bins, Reason) else count_far(self.root, material, need, bins)

    def _fresh(self, stated: EvidenceSource, source: Source) -> Source | Reason:
        """Return a source that was read, unless it is too old."""
        self.materials[stated.name] = source.material
        if stated.maximum_age_days is None:
            return source
        as_of = self.terms.as_of
        end = end_of(stated.file, source.provenance.collected_at, stated.maximum_age_days, as_of)
        if isinstance(end, Reason):
            return end
        self.ends.append(end)
        return too_old(stated, end, as_of) or source

    def _layout(self, name: str) -> Layout:
        spec, extra = self.spec, self.columns.get(name, ())
        return Layout(spec.key, spec.label, spec.score, spec.prediction, extra)

    def _content(self, name: str, file: str | None, digest: str | None) -> FileContent | Reason:
        if file is None:
            return Reason("inputs-missing", f"`evaluation.{name}` names no file")
        self.tell(f"reading {file}")
        content = read_file(self.root, file, name=name)
        if isinstance(content, Reason):
            return content
        self.materials[name] = content.material()
        if digest is not None and content.digest != digest:
            return _other_digest(name, content.digest, digest)
        return content


def _is_one_file(spec: EvaluationInputs) -> bool:
    ours, theirs = spec.predictions or "", spec.champion or ""
    return PurePosixPath(ours) == PurePosixPath(theirs)


def _other_digest(name: str, found: str, stated: str | None) -> Reason:
    return Reason("digest-mismatch", f"the {name} file has the digest {found}, not {stated}")


def _all_columns(reader: Reader, content: FileContent) -> tuple[str, ...]:
    table = reader.read(content, Wanted())
    return table.names if isinstance(table, Frame) else ()
