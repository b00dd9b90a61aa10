"""What a spec states of `slo-burn`: windows, and how fast each may use up the error budget."""

from __future__ import annotations

from mlspec.gates._counts import CountColumns
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Items,
    Number,
    SpecModel,
    Text,
    declare,
)

__all__ = ["BurnPair", "SloBurnSpec", "pairs"]


class BurnPair(SpecModel):
    """A limit for the burn rate over a long and a short window."""

    name: Identifier = declare("Name of the pair.", FieldClass.GATE, examples=["fast"])
    long: Text = declare("The long window.", FieldClass.GATE, Direction.UNKNOWN, examples=["1h"])
    short: Text = declare("The short window.", FieldClass.GATE, Direction.UNKNOWN, examples=["5m"])
    maximum_burn: Number = declare(
        "Burn rate that both windows together must not exceed.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        gt=0,
    )


class SloBurnSpec(GateSpecBase):
    """Limits for how fast the error budget is used up."""

    source: Identifier = declare(
        "The evidence source: a table of counts, or answers of Prometheus.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["burn"],
    )
    counts: CountColumns = declare(
        "Bad and all requests per window; `by` names the window.",
        FieldClass.GATE,
        Direction.UNKNOWN,
    )
    objective: Number = declare(
        "Share of the requests that have to be good.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        gt=0,
        lt=1,
        examples=[0.999],
    )
    pairs: Items[BurnPair] = declare(
        "Pairs of windows with their limit; without any, 14.4 over 1h and 5m, 6 over 6h and 30m, 1 "
        "over 3d and 6h.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        list_key="name",
        default=(),
    )


_PAIRS = (
    BurnPair(name="fast", long="1h", short="5m", maximumBurn=14.4),
    BurnPair(name="slow", long="6h", short="30m", maximumBurn=6.0),
    BurnPair(name="steady", long="3d", short="6h", maximumBurn=1.0),
)


def pairs(spec: SloBurnSpec) -> tuple[BurnPair, ...]:
    """Return the pairs of windows that are judged."""
    return spec.pairs or _PAIRS
