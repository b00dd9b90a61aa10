"""A container image is named by a tag that can move.

What it does
Checks that `serving.image` and `champion.image` end in `@sha256:` and a digest.

Why is this bad?
A tag can be pushed again. What runs is then not what was reviewed, and two replicas of one model
can run different code.

Bad
    kind: Model
    spec:
      serving:
        image: registry.example.org/screen:2.0

Good
    kind: Model
    spec:
      serving:
        image: registry.example.org/screen@sha256:1f0ea5d1a8c7c8d0b2f4e6a89b3c5d7e9f1a2b3c4d5e6f708192a3b4c5d6e7f8

References
- https://kubernetes.io/docs/concepts/containers/images/
"""  # noqa: E501  (a digest has its length)

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_PINNED = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each image without a digest."""
    for image, path in _images(resource):
        if not _PINNED.fullmatch(image):
            yield Finding(
                resource,
                path,
                f"the image `{image[:120]}` is not pinned by a digest",
                hint=f"write `{_repository(image[:120])}@sha256:...` as the registry reports it",
            )


def _images(resource: Resource) -> Iterator[tuple[str, Path]]:
    model = model_of(resource)
    if model.serving is not None and model.serving.image is not None:
        yield model.serving.image, ("spec", "serving", "image")
    if model.champion is not None and model.champion.image is not None:
        yield model.champion.image, ("spec", "champion", "image")


def _repository(image: str) -> str:
    """Return the image without tag and digest; a colon before a slash belongs to a port."""
    name = image.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


RULE = Rule("MLS701", "unpinned-image", Severity.ERROR, ("Model",), check)
