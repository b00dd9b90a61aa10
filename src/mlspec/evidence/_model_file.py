"""The file of a model, and what its bytes say that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["ModelFile"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as a file. `kind` is what its bytes are, whatever its name ends in.

    It is `safetensors`, `onnx`, `gguf`, `tflite`, `catboost`, `lightgbm` or `json` (a format that
    holds data alone), or `onnx-with-external-data`, `pickle`, `zip-with-pickle` (PyTorch),
    `numpy-with-pickle`, `numpy`, `keras` (an archive of Keras 3, whose config names what is
    imported), `zip`, `hdf5`, `tar`, `compressed` or `unknown`. A file that is two things is the one
    that can carry code.
    """

    material: Material
    kind: str
    size: int
    provenance: Provenance = field(default_factory=Provenance)
