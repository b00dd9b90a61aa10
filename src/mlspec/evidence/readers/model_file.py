"""The file of a model itself: its digest, and its format by its bytes.

Formats that hold data alone are safetensors, ONNX, GGUF, TensorFlow Lite, and the trees of
CatBoost, LightGBM and XGBoost (JSON). Safetensors, GGUF and JSON are read to the last byte, ONNX by
its messages: a model with tensors in other files is told apart, as its digest does not cover them.
A pickle runs code when it is loaded, also one inside a ZIP archive (PyTorch, joblib) or a numpy
array of objects. A file that is a model and a pickle, an archive, a tar or HDF5 at once is the
latter: whoever sends it chooses who reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._json import of_file
from mlspec.evidence._magic import kind_of
from mlspec.evidence._model_file import ModelFile
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]


def _read(content: FileContent, _wanted: Wanted) -> ModelFile | Reason:
    if not content.content:
        return of_file(content, Reason("empty-file", "the file is empty"))
    return ModelFile(content.material(), kind_of(content.content), len(content.content))


READER = Reader(
    format="model-file",
    summary="The file of a model, whatever its format.",
    gives="ModelFile",
    read=_read,
    suffixes=(".safetensors", ".onnx", ".gguf", ".tflite", ".pkl", ".pickle", ".pt", ".joblib"),
)
