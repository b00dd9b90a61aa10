"""Which image the GitLab jobs run in: a lock file that update bots edit.

It is written as a job that nothing includes, since Renovate reads such files. What stands in it
goes before what is shipped, so that no compilation takes an update back.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.ir import IMAGE_FILE
from mlspec.targets._rendered import one_mapping

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.targets._port import Renderer

__all__ = ["current_image"]

_JOB = ".mlspec-image"
_SHIPPED = "gitlab_ci/pins.json.j2"
_PINNED = re.compile(r"[a-z0-9][A-Za-z0-9._:/-]{0,299}@sha256:[0-9a-f]{64}")
_HINT = f"correct it, or delete `{IMAGE_FILE}`: it is written again from what is shipped"


def current_image(renderer: Renderer, lock: str) -> str:
    """Return the image of the jobs, pinned: that of the lock, or the one that is shipped.

    Raises:
        OutputError: the lock is not a job with an image that is pinned to a digest.
    """
    if not lock:
        shipped: dict[str, str] = json.loads(renderer(_SHIPPED, {}))
        return shipped["image"]
    job = one_mapping(IMAGE_FILE, lock, _refusal).get(_JOB)
    image: Json = job.get("image") if isinstance(job, dict) else None
    if not isinstance(image, str) or not _PINNED.fullmatch(image):
        raise _refusal(f"`image` of `{_JOB}` is not `NAME:TAG@sha256:DIGEST`")
    return image


def _refusal(reason: str) -> OutputError:
    return OutputError(f"`{IMAGE_FILE}` can't be used: {reason}", hint=_HINT)
