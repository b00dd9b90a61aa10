"""What CI systems need besides the pipeline that they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.ir._training import TrainingData

__all__ = ["IMAGE_FILE", "PINS_FILE", "GitHubWatch", "GitLab", "Locks", "PipelineTraining"]

PINS_FILE = ".github/mlspec/action.yml"
"""Where update bots find the actions of the GitHub workflows, from the top of the repository."""

IMAGE_FILE = ".gitlab/mlspec/pins.gitlab-ci.yml"
"""Where they find the image of the GitLab jobs."""


@dataclass(frozen=True, slots=True)
class Locks:
    """The texts of `PINS_FILE` and `IMAGE_FILE`; empty where there is none yet."""

    actions: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class GitHubWatch:
    """When GitHub compares and rehearses, as cron has it, in UTC."""

    drift: str = "23 3 * * *"
    drill: str = "47 4 * * 1"


@dataclass(frozen=True, slots=True)
class PipelineTraining:
    """A model that a job of CI can train: it needs no accelerator.

    `command` and `evaluate` run in a checkout of the specs, in the folder of the workspace. The
    rest is what they are told by variables: the first environment that has the training, the
    version, the address of the artifact and the data.
    """

    model: str
    image: str
    command: tuple[str, ...]
    evaluate: tuple[str, ...]
    deadline_minutes: int
    environment: str = ""
    version: str = ""
    artifact_uri: str = ""
    data: tuple[TrainingData, ...] = ()


@dataclass(frozen=True, slots=True)
class GitLab:
    """How jobs run at GitLab. `tags` choose a runner; an empty one takes any.

    `image` has Python, git and bash; where it is empty, `IMAGE_FILE` says which.
    """

    branch: str = "main"
    image: str = ""
    requirement: str = ""
    tags: tuple[str, ...] = ()
