"""What a gate is: a spec model, a check of that spec, and a pure evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from mlspec.evidence import Reason
from mlspec.gates._spec import GateSpecBase

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.evidence import (
        ArtifactSignature,
        DataUse,
        GateResult,
        Metrics,
        ReasonWords,
        Rows,
        Source,
    )
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["Gate", "GateInputs", "Need", "SpecProblem"]

SpecT = TypeVar("SpecT", bound=GateSpecBase)
SourceT = TypeVar("SourceT")

_NOTHING: Mapping[str, Source | Reason] = MappingProxyType({})
_UNSIGNED: Mapping[str, ArtifactSignature | Reason] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a gate reads.

    `source` is a field of `evaluation` (`predictions`, `champion`, `metrics`) or the name of one
    of its `sources`; `gives` the name of the type that it has to be (`Frame`, `Cases` ...);
    `columns` the columns of a table that are read beyond those that `evaluation` names.

    A `Profile` is read as it is, and counted from a table: its own bins where it is a reference,
    those of the source `like` otherwise. `whole` asks for all columns but those in `without`;
    those in `categorical` hold categories although they look like numbers. `may_be_absent` tells
    that the spec says what holds without it.

    `grouped` tells that rows are only parted by the text of those columns: counts of the groups do.

    `tally` is the one column of which a gate needs nothing but how many rows have each value, in
    the rows that have the text of `where` in its column.
    """

    source: str
    gives: str = "Rows"
    columns: tuple[str, ...] = ()
    whole: bool = False
    without: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    like: str | None = None
    may_be_absent: bool = False
    grouped: bool = False
    tally: str | None = None
    where: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SpecProblem:
    """Why a gate spec that has the right shape cannot be evaluated all the same.

    `path` leads to the value to change, in the words of the spec; `reason` is its code and
    sentence.
    """

    path: tuple[str, ...]
    reason: Reason
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class GateInputs:
    """What was read for the gates of one model; each part is there or says why not.

    Rows of the champion stand in the order of the challenger's. `positive_threshold` is None
    where the spec does not state it. `sources` are by name, as they were read; `counted` are those
    that an engine counted for the gates which need nothing but counts;
    `subject_digest` is that of the model's artifact; `as_of` is the moment of the run, in UTC;
    `history` says which models were judged on which labelled rows, None where nobody counted;
    `signatures` who signed the file that a gate looks at, by the id of the gate; `unpinned` which
    files of predictions the spec names without a digest.
    """

    challenger: Rows | Reason
    champion: Rows | Reason
    metrics: Metrics | Reason
    positive_threshold: float | None = None
    sources: Mapping[str, Source | Reason] = field(default_factory=lambda: _NOTHING)
    counted: Mapping[str, Source | Reason] = field(default_factory=lambda: _NOTHING)
    subject_digest: str = ""
    as_of: str = ""
    history: tuple[DataUse, ...] | None = None
    signatures: Mapping[str, ArtifactSignature | Reason] = field(default_factory=lambda: _UNSIGNED)
    unpinned: tuple[str, ...] = ()
    key: str = ""
    """The column that identifies a row, as the spec names it."""

    def source(self, name: str, expected: builtins.type[SourceT]) -> SourceT | Reason:
        """Return the named source as the type that a gate reads, or why it can't be that."""
        found = self.sources.get(name)
        if found is None:
            return Reason("source-missing", f"`evaluation.sources` has no `{name}`")
        if isinstance(found, (expected, Reason)):
            return found
        what = f"`{name}` gives {type(found).__name__}, the gate reads {expected.__name__}"
        return Reason("source-of-another-kind", what)


def _never(_spec: GateSpecBase) -> bool:
    return False


def _nothing(_spec: GateSpecBase) -> Iterator[SpecProblem]:
    return iter(())


def _predictions_alone(_spec: GateSpecBase) -> tuple[Need, ...]:
    return (Need("predictions"),)


@dataclass(frozen=True, slots=True)
class Gate(Generic[SpecT]):
    """One type of gate.

    `evaluate` is pure: no files, no clock, the same result for the same inputs. `check` yields
    what is wrong with a spec beyond its shape; `evaluate` is only called when it yields nothing.
    `reasons` explains the codes that this gate alone gives, each with its cause and what to do.
    `power` yields the rows that the gate needs to decide, given what was observed of their spread;
    None where no number of rows matters.
    """

    type: str
    spec: builtins.type[SpecT]
    summary: str
    check: Callable[[SpecT], Iterator[SpecProblem]]
    evaluate: Callable[[SpecT, GateInputs], GateResult]
    require: Callable[[SpecT], str]
    reads: Callable[[SpecT], tuple[Need, ...]] = _predictions_alone
    reasons: Mapping[str, ReasonWords] = field(default_factory=dict)
    hopeless: Callable[[SpecT], Iterator[SpecProblem]] = _nothing
    """What `validate` tells of a spec that can be evaluated, and that no data could pass."""
    reads_clock: bool = False
    """Whether the verdict depends on the moment of the run, which the record then states."""
    reads_history: bool = False
    """Whether the verdict depends on earlier records, which the record then passes on."""
    is_floor: Callable[[SpecT], bool] = _never
    """Whether a pass says that the model is good enough by itself, measured on its predictions."""
    power: Callable[[SpecT, GateResult, Assumed], Iterator[RowsNeeded]] | None = None
