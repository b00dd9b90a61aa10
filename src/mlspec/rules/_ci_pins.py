"""What CI installs and runs in: which target reads which settings, and what a pin is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.workspace import WorkspaceSpec

__all__ = ["CiSettings", "ci_settings", "is_pinned_image", "is_pinned_requirement"]

_IMAGE = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")
_VERSION = re.compile(r"[^@=<>~!,;\s]+ *={2,3} *[A-Za-z0-9][A-Za-z0-9._+!-]*")
_FILE = re.compile(r"[^@\s]+ *@ *\S+#sha256=[0-9a-f]{64}")
_COMMIT = re.compile(r"[^@\s]+ *@ *git\+\S+@[0-9a-f]{40}")


class CiSettings(NamedTuple):
    """The settings of one CI target: its name, their key, and what of them decides what runs."""

    target: str
    key: str
    requirement: str | None
    image: str | None


def ci_settings(spec: WorkspaceSpec) -> Iterator[CiSettings]:
    """Yield the settings of each CI target, whether it is enabled or not."""
    declared = spec.targets
    yield CiSettings("github-actions", "github", declared.github.requirement, None)
    gitlab = declared.gitlab
    yield CiSettings("gitlab-ci", "gitlab", gitlab.requirement, gitlab.image)


def is_pinned_requirement(text: str) -> bool:
    """Tell whether pip always installs the same: one version, or a file or commit by its digest.

    `name==1.2.*` takes what comes later, and an address without a digest what lies there.
    """
    return any(each.fullmatch(text.strip()) for each in (_VERSION, _FILE, _COMMIT))


def is_pinned_image(text: str) -> bool:
    """Tell whether an image is named by its digest; a tag can be pushed again."""
    return bool(_IMAGE.fullmatch(text))
