"""A model is to be served, but nothing is named that serves it.

What it does
Checks that `serving` with `mode: online` has exactly one of `image` and `runtime`, or `llm`.

Why is this bad?
There is no container to start, so nothing can be compiled. With both, one of them would be
ignored silently.

Bad
    kind: Model
    spec:
      serving:
        image: null

Good
    kind: Model
    spec:
      serving:
        image: null
        runtime: onnxruntime

References
- https://kserve.github.io/website/ (model serving runtimes)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.model import Serving
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield online serving with no server, or with two."""
    serving = model_of(resource).serving
    if serving is not None and serving.mode == "online":
        yield from _of_server(resource, serving)


def _of_server(resource: Resource, serving: Serving) -> Iterator[Finding]:
    if serving.image is None and serving.runtime is None and serving.llm is None:
        yield Finding(
            resource,
            ("spec", "serving", "image"),
            "nothing is named that serves the model",
            hint="add `image` with a container image, or `runtime` with a known server",
        )
    elif serving.runtime is not None and (serving.image is not None or serving.llm is not None):
        other = "an `image`" if serving.image is not None else "an `llm`"
        yield Finding(
            resource,
            ("spec", "serving", "runtime"),
            f"the model has both {other} and a `runtime`",
            hint="keep the one that serves it",
        )


RULE = Rule("MLS421", "serving-without-image", Severity.ERROR, ("Model",), check)
