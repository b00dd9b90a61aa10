"""What a spec says about the origin and the contents of a model's file."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Count, Direction, FieldClass, Identifier, Integer, Items, Text, declare

__all__ = ["Security"]

Format = Literal["catboost", "gguf", "json", "lightgbm", "onnx", "safetensors", "tflite"]


class Security(GateSpecBase):
    """What has to be shown about the origin and the contents of a model's file."""

    type: Literal["security"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    artifact: Identifier | None = declare(
        "Name of the source that is the model's file itself (format `model-file`).",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    formats: Items[Format] = declare(
        "Formats that the file may have, by its bytes.",
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
    vulnerabilities: Identifier | None = declare(
        "Name of the source with known vulnerabilities of the packages.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    maximum_critical: Count = declare(
        "Most findings of critical severity.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=0,
    )
    maximum_high: Count = declare(
        "Most findings of high severity.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=0
    )
    maximum_unknown: Count = declare(
        "Most findings of unknown severity.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=0
    )
    maximum_medium: Count | None = declare(
        "Most findings of medium severity; absent, there is no limit.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
    maximum_low: Count | None = declare(
        "Most findings of low severity; absent, there is no limit.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
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
    licences: Identifier | None = declare(
        "Name of the source with the licences of the packages.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    allowed_licences: Items[Text] = declare(
        "Licences that are allowed, by their SPDX names.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=(),
        examples=[["Apache-2.0", "MIT"]],
    )
