"""The flags of `mlspec simulate`, for typer. Nothing is decided here."""

from collections.abc import Callable
from typing import Annotated

import typer

from mlspec.cli._options import Place, taking

__all__ = ["SIMULATE"]


@taking(Place)
def _rollout(
    place: Place,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model, such as `churn`.")],
    requests_per_second: Annotated[
        float | None,
        typer.Option(
            "--requests-per-second",
            metavar="N",
            help="Traffic, instead of `serving.requestsPerSecond`.",
        ),
    ] = None,
    error_rate: Annotated[
        float | None,
        typer.Option(
            "--error-rate",
            metavar="SHARE",
            help="Share of requests that a good model fails; half of the limit else.",
        ),
    ] = None,
    bad_error_rate: Annotated[
        float | None,
        typer.Option(
            "--bad-error-rate",
            metavar="SHARE",
            help="Share of requests that a bad model fails; twice the limit else.",
        ),
    ] = None,
) -> int:
    """Say how likely a rollout promotes a bad model, or aborts a good one, and how soon."""
    from mlspec.api.simulate import Supposed
    from mlspec.cli.simulate import rollout

    supposed = Supposed(requests_per_second, error_rate, bad_error_rate)
    return rollout(model, place, supposed)


SIMULATE: dict[str, Callable[..., int]] = {"rollout": _rollout}
"""The commands of the group by name."""
