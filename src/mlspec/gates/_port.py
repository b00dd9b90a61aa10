"""What a gate is: a spec model, a check of that spec, and a pure evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from mlspec.gates._spec import GateSpecBase

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.evidence import GateResult, Metrics, Reason, Rows

__all__ = ["Gate", "GateInputs", "SpecProblem"]

SpecT = TypeVar("SpecT", bound=GateSpecBase)


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

    Rows of the champion stand in the order of the challenger's.
    """

    challenger: Rows | Reason
    champion: Rows | Reason
    metrics: Metrics | Reason
    positive_threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Gate(Generic[SpecT]):
    """One type of gate.

    `evaluate` is pure: no files, no clock, the same result for the same inputs. `check` yields
    what is wrong with a spec beyond its shape; `evaluate` is only called when it yields nothing.
    `reasons` explains the codes that this gate alone gives.
    """

    type: str
    spec: builtins.type[SpecT]
    summary: str
    check: Callable[[SpecT], Iterator[SpecProblem]]
    evaluate: Callable[[SpecT, GateInputs], GateResult]
    require: Callable[[SpecT], str]
    reasons: Mapping[str, str] = field(default_factory=dict)
