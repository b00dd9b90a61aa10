"""`mlspec review`: look at a run that broke the glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.review import ReviewAsked, review
from mlspec.canonical import pretty_json
from mlspec.cli._output import write
from mlspec.errors import ExitCode
from mlspec.reporting.approvals import render_review, review_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run"]


def run(
    run_id: str,
    asked: ReviewAsked,
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
) -> int:
    """Record a review and say of which run; one that was reviewed before is a success."""
    done = review(run_id, asked, directory, environment)
    if output_format == "json":
        write(pretty_json(review_json(done.run, is_new=done.is_new)))
    else:
        write(render_review(done.run, is_new=done.is_new))
    return ExitCode.OK
