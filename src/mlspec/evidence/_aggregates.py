"""Counts that an engine of the user returned for a query which `mlspec gate sql` printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.canonical import Json, digest_value
from mlspec.evidence._crossed import crossed_counts
from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, read_document
from mlspec.evidence._profile import FeatureProfile
from mlspec.evidence._profiling import infinite_values
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._query import cells, material_of, origin_problem, provenance_of, question_part
from mlspec.evidence._reason import Reason
from mlspec.evidence._tallies import ScoreCounts, ValueCounts, score_counts, value_counts
from mlspec.stats.engines._sql import INFINITE_BIN, MISSING_BIN, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.evidence._file import FileContent
    from mlspec.evidence._model import Material
    from mlspec.evidence._reader import Wanted

__all__ = ["Aggregates", "bins_digest", "features_asked", "read_aggregates"]

_APART = (MISSING_BIN, INFINITE_BIN)
Line = tuple[int, int, int]
"""Place of a feature, place of a bin (-1 for missing values, -2 for infinite ones), rows."""


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Rows per feature and bin, without the bins: those are known by their digest.

    The material tells the digest of the query, and the version of the table that it ran on.
    """

    material: Material
    features: tuple[str, ...]
    digests_of_bins: tuple[str, ...]
    lines: tuple[Line, ...]
    provenance: Provenance = field(default_factory=Provenance)
    asked: Mapping[str, Json] = field(default_factory=dict)
    """What the document says was asked."""

    def counted(self, reference: FeatureProfile) -> FeatureProfile | Reason:
        """Return the counts of a feature in the bins of a reference, which have to be those."""
        if reference.name not in self.features:
            sentence = f"{shown(self.material.file)}: there is no feature {shown(reference.name)}"
            return Reason("missing-column", sentence)
        place = self.features.index(reference.name)
        if self.digests_of_bins[place] != bins_digest(reference):
            sentence = f"{shown(reference.name)} was counted in other bins than the reference has"
            return Reason("other-bins", sentence)
        own = [(0, bin_, rows) for feature, bin_, rows in self.lines if feature == place]
        counts = counted({reference.name: reference.bins}, own)[reference.name]
        if counts.infinite:
            return infinite_values(reference.name, counts.infinite)
        return FeatureProfile(
            reference.name,
            reference.edges,
            reference.spikes,
            reference.categories,
            reference.others,
            counts.bins,
            counts.missing,
            counts.new,
        )


def bins_digest(feature: FeatureProfile) -> str:
    """Return the digest of the bins of a feature, by which counts are known to be in them."""
    others = None if feature.others is None else list(feature.others)
    categories = None if feature.categories is None else list(feature.categories)
    return digest_value(
        {
            "name": feature.name,
            "edges": list(feature.edges),
            "spikes": list(feature.spikes),
            "categories": categories,
            "others": others,
        }
    )


def features_asked(features: Sequence[FeatureProfile]) -> dict[str, Json]:
    """Return what an answer that counts features has to come with: names, and digests of bins."""
    return {"features": [{"binsDigest": bins_digest(e), "name": e.name} for e in features]}


def read_aggregates(
    content: FileContent, _wanted: Wanted
) -> Aggregates | ValueCounts | ScoreCounts | Reason:
    """Read what an engine returned; every feature has to count the same rows."""
    return read_document(content, lambda document: _answer(content, document))


def _answer(
    content: FileContent, document: Node
) -> Aggregates | ValueCounts | ScoreCounts | Reason:
    problem = origin_problem(document)
    if problem is not None:
        return problem
    match document.at("shape").text():
        case "counts":
            return _counts(content, document)
        case "quantiles":
            return value_counts(content, document)
        case "scores":
            return score_counts(content, document)
        case "crossed":
            return crossed_counts(content, document)
        case other:
            return Reason("malformed-report", f"there is no shape {shown(other)}")


def _counts(content: FileContent, document: Node) -> Aggregates | Reason:
    features = document.at("features").items()
    names = tuple(each.at("name").text() for each in features)
    if len(set(names)) < len(names):
        return Reason("duplicate-name", "the answer has a feature twice")
    lines = tuple(_line(each) for each in document.at("lines").items())
    rows = _rows(lines, len(names))
    if isinstance(rows, Reason):
        return rows
    return Aggregates(
        material_of(content, document, rows),
        names,
        tuple(each.at("binsDigest").text() for each in features),
        lines,
        provenance_of(document),
        question_part(document),
    )


def _rows(lines: Sequence[Line], features: int) -> int | Reason:
    """Return the number of rows, which all features have alike."""
    seen = {(feature, bin_) for feature, bin_, _ in lines}
    if len(seen) < len(lines):
        return Reason("duplicate-key", "a bin of a feature is counted in two lines")
    if any(not 0 <= feature < features for feature, _, _ in lines):
        return Reason("malformed-report", "a line is about no feature or bin of the query")
    totals = [0] * features
    for feature, _, rows in lines:
        totals[feature] += rows
    if len(set(totals)) > 1:
        sentence = f"features count {min(totals)} to {max(totals)} rows, so lines are missing"
        return Reason("incomplete-report", sentence)
    return totals[0] if totals and totals[0] else Reason("empty-file", "no rows were counted")


def _line(node: Node) -> Line:
    feature, bin_, rows = cells(node, ("feature", "bin", "row_count"))
    place = bin_.value if isinstance(bin_.value, int) and bin_.value in _APART else bin_.count()
    found = (feature.count(), place, rows.count())
    if None in found:
        raise node.malformed("a line of counts")
    return found[0] or 0, found[1] or 0, found[2] or 0
