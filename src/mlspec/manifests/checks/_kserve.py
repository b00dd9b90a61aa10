"""Parts of InferenceServices that several checks look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.checks._node import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet
    from mlspec.manifests.checks._node import Node

__all__ = [
    "FRAMEWORKS",
    "GROUP",
    "MODE",
    "STANDARD_MODES",
    "annotation",
    "components",
    "services",
]

GROUP = "serving.kserve.io"
MODE = f"{GROUP}/deploymentMode"
STANDARD_MODES = ("Standard", "RawDeployment")
FRAMEWORKS = (
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
    "paddle",
    "model",
)
"""The predictors KServe knows; another one is a container."""


def services(manifests: ManifestSet) -> Iterator[Node]:
    """Yield the InferenceServices of a set."""
    return objects(manifests, GROUP, "InferenceService")


def annotation(node: Node, key: str) -> Node:
    """Return an annotation of an object."""
    return node.at("metadata", "annotations")[key]


def components(node: Node) -> Iterator[Node]:
    """Yield the predictor, the transformer and the explainer, as far as there are any."""
    for key in node["spec"].set_keys("predictor", "transformer", "explainer"):
        yield node["spec"][key]
