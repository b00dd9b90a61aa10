"""Flags that several commands share, and how a command ends."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "ApprovalsFolder",
    "CheckpointKey",
    "DiagnosticFormat",
    "Directory",
    "Environment",
    "Finished",
    "Format",
    "MaxBytes",
    "OutputFormat",
    "PlanFormat",
    "PlanOutputFormat",
    "ReviewsFile",
]

Directory = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-C",
        metavar="DIR",
        help="Workspace to work in; the nearest `mlspec.yaml` above otherwise.",
    ),
]
Environment = Annotated[
    str | None, typer.Option("--env", metavar="ENV", help="Environment, as in `mlspec.yaml`.")
]

ApprovalsFolder = Annotated[
    Path | None,
    typer.Option("--approvals", metavar="DIR", help="Approvals; those of the workspace else."),
]
ReviewsFile = Annotated[
    Path | None,
    typer.Option("--reviews", metavar="FILE", help="Reviews as the forge's API gives them."),
]
CheckpointKey = Annotated[
    Path | None,
    typer.Option(
        "--sign-key",
        metavar="FILE",
        envvar="MLSPEC_SIGNING_KEY",
        help="SSH key that signs the checkpoint.",
    ),
]


class Format(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


class DiagnosticFormat(StrEnum):
    """For people, programs, or the annotations of a GitHub job."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class PlanFormat(StrEnum):
    """For people, programs, pull requests, or the widgets of forges."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    GITLAB_TERRAFORM = "gitlab-terraform"
    GITLAB_CODEQUALITY = "gitlab-codequality"
    SARIF = "sarif"
    JUNIT = "junit"


PlanOutputFormat = Annotated[PlanFormat, typer.Option("--format", help="How to print the plan.")]
MaxBytes = Annotated[
    int | None,
    typer.Option(
        "--max-bytes", metavar="N", min=1_000, help="The most that Markdown takes; 60000 otherwise."
    ),
]
OutputFormat = Annotated[Format, typer.Option("--format", help="How to print the result.")]


class Finished(Exception):  # noqa: N818  (a signal, not an error)
    """A command has ended with this exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
