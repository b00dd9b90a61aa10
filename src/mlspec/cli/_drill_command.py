"""The flags of `mlspec drill`, for typer. Nothing is decided here."""

from enum import StrEnum
from typing import Annotated

import typer

from mlspec.cli._options import Place, taking

__all__ = ["drill"]


class _Drift(StrEnum):
    AUTO = "auto"
    SHIFT = "shift"
    SCALE = "scale"
    MISSING = "missing"
    SWAP = "swap"


@taking(Place)
def drill(
    place: Place,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model, such as `churn`.")],
    drift: Annotated[
        _Drift,
        typer.Option("--drift", help="How rows move; `auto` shifts numbers, swaps categories."),
    ] = _Drift.AUTO,
    strength: Annotated[
        float,
        typer.Option(
            "--strength", metavar="N", help="Standard deviations, or a share of the rows."
        ),
    ] = 1.0,
    *,
    discard: Annotated[
        bool, typer.Option("--discard", help="Write no record of the drill.")
    ] = False,
) -> int:
    """Rehearse a retraining: synthetic drift, its alert, the pipeline, the gates, a registry."""
    from mlspec.cli.drill import drill as run

    return run(model, place, drift=drift.value, strength=strength, keep=not discard)
