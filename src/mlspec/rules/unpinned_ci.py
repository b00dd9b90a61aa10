"""What CI installs or runs in can change without a commit.

What it does
Checks that `requirement` under `targets.github` and `targets.gitlab` names one version, or a file
or commit by its digest, and that `targets.gitlab.image` ends in a digest.

Why is this bad?
The jobs plan and apply, with the token of the repository. A range of versions, an address without
a digest or a tag of an image lets somebody else replace what runs there, and two runs of one
commit need not agree.

Bad
    kind: Workspace
    spec:
      targets:
        gitlab:
          requirement: mlspec-compiler>=0.1
          image: python:3.12

Good
    kind: Workspace
    spec:
      targets:
        gitlab:
          requirement: mlspec-compiler==0.1.0
          image: python:3.12@sha256:1f0ea5d1a8c7c8d0b2f4e6a89b3c5d7e9f1a2b3c4d5e6f708192a3b4c5d6e7f8

References
- https://pip.pypa.io/en/stable/topics/secure-installs/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._ci_pins import ci_settings, is_pinned_image, is_pinned_requirement
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.rules._ci_pins import CiSettings
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each requirement and image that can move."""
    for each in ci_settings(workspace_of(resource)):
        yield from _moving(resource, each)


def _moving(resource: Resource, settings: CiSettings) -> Iterator[Finding]:
    place = ("spec", "targets", settings.key)
    requirement, image = settings.requirement, settings.image
    if requirement is not None and not is_pinned_requirement(requirement):
        message = f"`{requirement}` can be another program tomorrow"
        hint = "write `==` and a version, or end the address in `#sha256=` and its digest"
        yield Finding(resource, (*place, "requirement"), message, hint=hint)
    if image is not None and not is_pinned_image(image):
        message = f"the image `{image}` is not pinned by a digest"
        hint = "add `@sha256:...` as the registry reports it, or leave the image to the lock file"
        yield Finding(resource, (*place, "image"), message, hint=hint)


RULE = Rule("MLS457", "unpinned-ci", Severity.WARNING, ("Workspace",), check)
