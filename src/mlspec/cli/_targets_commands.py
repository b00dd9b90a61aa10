"""The flags of `mlspec targets`, for typer. Nothing is decided here."""

from collections.abc import Callable

from mlspec.cli._options import Format, OutputFormat

__all__ = ["TARGETS"]


def _list(output_format: OutputFormat = Format.TEXT) -> int:
    """List targets, known versions, and which backend does which strategy."""
    from mlspec.cli.targets import targets_list

    return targets_list(output_format=output_format)


TARGETS: dict[str, Callable[..., int]] = {"list": _list}
