"""What CI systems need besides the pipeline that they share."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GitLab"]


@dataclass(frozen=True, slots=True)
class GitLab:
    """How jobs run at GitLab. `tags` choose a runner; an empty one takes any.

    `image` has Python, git and bash; with a digest it is pinned.
    """

    branch: str = "main"
    image: str = "python:3.12"
    requirement: str = ""
    tags: tuple[str, ...] = ()
