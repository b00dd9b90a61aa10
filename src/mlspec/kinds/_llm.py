"""How a language model is served."""

from __future__ import annotations

from mlspec.schema import FieldClass, Integer, SpecModel, declare

__all__ = ["LlmServing"]


class LlmServing(SpecModel):
    """A language model; KServe loads it from `artifact.uri`, behind a Gateway an image does."""

    served_name: str | None = declare(
        "Name that requests ask for, the same in champion and challenger; absent means that of "
        "the model.",
        FieldClass.CONTRACT,
        default=None,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/:-]{0,198}[A-Za-z0-9])?$",
        form="a name such as `support-chat` or `acme/support-chat`",
    )
    tensor: Integer = declare(
        "GPUs that hold each layer of one replica together (KServe).",
        FieldClass.SERVING,
        default=1,
        ge=1,
        le=64,
    )
    pipeline: Integer = declare(
        "Groups of layers that one replica is split into (KServe).",
        FieldClass.SERVING,
        default=1,
        ge=1,
        le=64,
    )
    scheduler: bool = declare(
        "Whether requests are routed by the queues and caches of the servers.",
        FieldClass.SERVING,
        default=True,
    )
