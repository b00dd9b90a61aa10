"""Loading the model runs whatever code is in the file.

What it does
Checks that `artifact.format` is neither `pickle` nor `joblib`.

Why is this bad?
Unpickling calls functions that the file names. Whoever can write the file, runs code in
production and on the machines of everybody who looks at the model.

Bad
    kind: Model
    spec:
      artifact:
        format: pickle

Good
    kind: Model
    spec:
      artifact:
        format: onnx

References
- https://docs.python.org/3/library/pickle.html (the warning at the top)
- https://scikit-learn.org/stable/model_persistence.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a format that runs code when it is loaded."""
    artifact = model_of(resource).artifact
    if artifact.format in ("joblib", "pickle"):
        yield Finding(
            resource,
            ("spec", "artifact", "format"),
            f"loading a `{artifact.format}` file runs the code in it",
            hint="export to `onnx`, `safetensors` or `skops`, or to the format of the library",
        )


RULE = Rule("MLS703", "pickle-artifact", Severity.WARNING, ("Model",), check)
