"""What a spec says about the origin and the contents of a model's file."""

from __future__ import annotations

from typing import Literal, TypeVar

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Count, Direction, FieldClass, Identifier, Integer, Items, Text, declare

__all__ = ["Security"]

Format = Literal[
    "catboost", "gguf", "json", "keras", "lightgbm", "numpy", "onnx", "safetensors", "tflite"
]


_Limit = TypeVar("_Limit", int, int | None)


def _most(description: str, most: _Limit) -> _Limit:
    """Declare how many findings there may be."""
    declared: _Limit = declare(
        description, FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=most
    )
    return declared


def _source(description: str) -> str | None:
    """Declare the name of a source that is judged where it is named."""
    declared: str | None = declare(
        description,
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    return declared


class Security(GateSpecBase):
    """What has to be shown about the origin and the contents of a model's file."""

    type: Literal["security"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    artifact: Identifier | None = _source(
        "Name of the source that is the model's file itself (format `model-file`)."
    )
    formats: Items[Format] = declare(
        "Formats that the file may have, by its bytes. A `keras` archive names what is imported "
        "when it is loaded, so it may carry code; all others hold data alone.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=("onnx", "safetensors"),
        min_length=1,
    )
    signature: Text | None = declare(
        "Path of a detached signature of the file that `artifact` names: of "
        "`ssh-keygen -Y sign -n file`, or a Sigstore bundle.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        examples=["models/churn.onnx.sig"],
    )
    signed_by: Items[Text] = declare(
        "Allowed signers, by name, of whom one must have signed the file.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=(),
        examples=[["release@example.org"]],
    )
    scans: Items[Identifier] = declare(
        "Names of the sources that hold scans for unsafe code.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
    )
    unbound_scan: Literal["accept", "refuse"] = declare(
        "Whether a scan counts that does not say which bytes it looked at.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="refuse",
        order=("accept", "refuse"),
    )
    vulnerabilities: Identifier | None = _source(
        "Name of the source with known vulnerabilities of the packages."
    )
    maximum_critical: Count = _most("Most findings of critical severity.", 0)
    maximum_high: Count = _most("Most findings of high severity.", 0)
    maximum_unknown: Count = _most("Most findings of unknown severity.", 0)
    maximum_medium: Count | None = _most(
        "Most findings of medium severity; absent, there is no limit.", None
    )
    maximum_low: Count | None = _most(
        "Most findings of low severity; absent, there is no limit.", None
    )
    suppressed: Literal["ignore", "count"] = declare(
        "Whether findings count that the scanner was told to leave out.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="count",
        order=("ignore", "count"),
    )
    maximum_database_age_days: Integer | None = declare(
        "Days that the vulnerability data may have been old when the scan ran.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=1,
        le=36_500,
    )
    licences: Identifier | None = _source("Name of the source with the licences of the packages.")
    allowed_licences: Items[Text] = declare(
        "Licences that are allowed, by their SPDX names.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=(),
        examples=[["Apache-2.0", "MIT"]],
    )
