"""Flags that several commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "ApprovalsFolder",
    "CheckpointKey",
    "DatedPlace",
    "DiagnosticFormat",
    "Directory",
    "Environment",
    "Format",
    "MaxBytes",
    "OptionalAddress",
    "OutputFormat",
    "Place",
    "PlanFormat",
    "PlanOutputFormat",
    "Quiet",
    "ReviewsFile",
    "taking",
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
    """For people, programs, or what forges and CI show; `md` is short for `markdown`."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    MD = "md"


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
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Don't show on the terminal how far the work is.")
]
OutputFormat = Annotated[Format, typer.Option("--format", help="How to print the result.")]

OptionalAddress = Annotated[
    str | None,
    typer.Argument(metavar="ADDRESS", help="Only this resource, such as `model/churn`."),
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command looks, and how it prints what it found."""

    directory: Directory = None
    environment: Environment = None
    output_format: OutputFormat = Format.TEXT


@dataclass(frozen=True, slots=True)
class DatedPlace:
    """Where a command looks, and the day by which it judges."""

    directory: Directory = None
    environment: Environment = None
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="The day to judge by, instead of today.")
    ] = ""


def taking(flags: Callable[..., object]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return a decorator that adds the fields of a dataclass to the flags of a command.

    The command is given them as its first argument; what it became takes all flags by name.
    """
    shared = [_by_name(each) for each in signature(flags).parameters.values()]

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        _, *own = signature(command).parameters.values()

        @wraps(command)
        def run(**values: object) -> int:
            given = flags(**{each.name: values.pop(each.name) for each in shared})
            return command(given, **values)

        run.__dict__["__signature__"] = Signature([*map(_by_name, own), *shared])
        return run

    return decorate


def _by_name(parameter: Parameter) -> Parameter:
    return parameter.replace(kind=Parameter.KEYWORD_ONLY)
