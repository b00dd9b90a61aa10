"""How a model is trained again: what the model runs, and where pipelines of a workspace run."""

from __future__ import annotations

from typing import Any

from mlspec.kinds._model_parts import QUANTITY, QUANTITY_FORM, Resources
from mlspec.schema import FieldClass, Identifier, Integer, Items, SpecModel, Text, declare

__all__ = ["Training", "TrainingTarget"]

_REVISION: dict[str, Any] = {
    "pattern": r"^[A-Za-z0-9]([./]?[A-Za-z0-9_-]){0,99}$",
    "form": "a branch name such as `main` or `release/1.4`",
}


_IMAGE: dict[str, Any] = {
    "pattern": r"^[a-z0-9][A-Za-z0-9._:/@-]{0,499}$",
    "form": "a reference of an image, as `registry/name@sha256:...`",
}


class Training(SpecModel):
    """What trains the model; it runs in a checkout of the specs, in the folder of the workspace."""

    image: Text = declare(
        "Container image of the training, pinned by digest.",
        FieldClass.RETRAINING,
        examples=["registry.example.org/screen-training@sha256:..."],
    )
    command: Items[Text] = declare(
        "Trains the model, and writes its bytes, its version and the digests into the checkout.",
        FieldClass.RETRAINING,
        min_length=1,
        examples=[["python", "train.py"]],
    )
    evaluate: Items[Text] = declare(
        "Writes the predictions that the gates judge; absent where `command` does.",
        FieldClass.RETRAINING,
        default=(),
        examples=[["python", "predict.py"]],
    )
    resources: Resources | None = declare("What one run gets.", FieldClass.RETRAINING, default=None)
    deadline_minutes: Integer = declare(
        "Minutes after which a run is stopped.",
        FieldClass.RETRAINING,
        default=720,
        ge=1,
        le=43200,
    )


class TrainingTarget(SpecModel):
    """Where retraining pipelines get the specs from, and who judges what they made."""

    image: str = declare(
        "Container image with mlspec, git and a shell, pinned by digest.",
        FieldClass.POLICY,
        **_IMAGE,
        examples=["registry.example.org/mlspec@sha256:..."],
    )
    repository: str = declare(
        "Where the specs are cloned from; challengers are pushed there as branches.",
        FieldClass.POLICY,
        pattern=r"^https://[A-Za-z0-9][A-Za-z0-9._~:/%+-]{0,499}$",
        form="a URL that starts with `https://`, without a name or password in it",
        examples=["https://git.example.org/ml/specs"],
    )
    revision: str = declare(
        "Branch that is cloned.", FieldClass.POLICY, default="main", **_REVISION
    )
    git_secret: Identifier | None = declare(
        "Secret of the cluster with `username` and `password` for the repository.",
        FieldClass.POLICY,
        default=None,
    )
    volume: str = declare(
        "Size of the volume that the steps of a run share.",
        FieldClass.POLICY,
        default="20Gi",
        pattern=QUANTITY,
        form=QUANTITY_FORM,
    )
