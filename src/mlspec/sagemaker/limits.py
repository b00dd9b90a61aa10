"""What SageMaker's registry takes, by the shapes of its API: pure functions, nothing is sent.

`botocore` checks types and what is required before it sends a request, but neither lengths nor
patterns; they are those of `CreateModelPackageGroup`, `CreateModelPackage` and
`ModelPackageContainerDefinition` in its service model of `sagemaker` (2017-07-24).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mlspec.wire.trouble import Trouble, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "GROUP_CHARACTERS",
    "Trouble",
    "trouble_with_group",
    "trouble_with_image",
    "trouble_with_source",
]

GROUP_CHARACTERS: Final = 63
"""How long the name of a model package group may be."""
_GROUP = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
_SOURCE = re.compile(r"(https|s3)://([^/]+)/?(.*)")
_SOURCE_CHARACTERS = 1024
_IMAGE_CHARACTERS = 255


def trouble_with_group(name: str) -> Trouble | None:
    """Return why a model package group can't have a name; None if it can."""
    return next(_of_group(name), None)


def _of_group(name: str) -> Iterator[Trouble]:
    if len(name) > GROUP_CHARACTERS:
        yield _too_long(name, GROUP_CHARACTERS)
    if not _GROUP.fullmatch(name):
        yield Trouble(
            "is no name of a model package group",
            "use letters, digits and `-`, and a letter or digit at both ends",
        )


def trouble_with_source(source: str) -> Trouble | None:
    """Return why the artifact of a model package can't lie at a place; None if it can."""
    if len(source) > _SOURCE_CHARACTERS:
        return _too_long(source, _SOURCE_CHARACTERS)
    if not _SOURCE.fullmatch(source):
        return Trouble(
            "is none that SageMaker reads",
            "put it in a bucket and write the whole address, such as `s3://models/churn.tar.gz`",
        )
    return None


def trouble_with_image(image: str) -> Trouble | None:
    """Return why a container image can't serve a model package; None if it can; "" is none."""
    if not image:
        return Trouble(
            "is missing, and SageMaker keeps no version without one",
            "write the image of your registry at AWS, pinned by its digest",
        )
    if len(image) > _IMAGE_CHARACTERS:
        return _too_long(image, _IMAGE_CHARACTERS)
    if re.search(r"\s", image):
        return Trouble("holds a space or a line break", "take it out")
    return None


def _too_long(text: str, most: int) -> Trouble:
    return too_long(text, most, "SageMaker")
