"""`System`: models, prompts and other parts that people meet as one; the law regulates systems.

Example
    apiVersion: mlspec.dev/v1
    kind: System
    metadata: {name: support-assistant, version: v1, owner: support}
    spec:
      purpose: Drafts answers to customers, which people send.
      models: [request-sorter]
      prompts: [support-answer@v1]
      components:
        - {name: articles, supplier: search.example.org, isModel: false}
      risk:
        tier: limited
        domain: other
        affectsPeople: true
        automatedDecision: false
        sensitiveData: false
"""

from __future__ import annotations

from mlspec.kinds._accountability import (
    Component,
    Logging,
    Owners,
    PostMarket,
    Review,
    Transparency,
)
from mlspec.kinds._model_parts import Oversight
from mlspec.kinds._port import Kind
from mlspec.kinds._risk import Risk
from mlspec.schema import Direction, FieldClass, Items, Reference, SpecModel, Text, declare

__all__ = ["KIND", "SystemSpec"]

_MORE = Direction.GROWTH_IS_TIGHTER


class SystemSpec(SpecModel):
    """What the parts are for together; its risk is theirs, too."""

    purpose: Text = declare("What the system decides or does, and for whom.", FieldClass.DATA)
    limitations: Items[Text] = declare(
        "What it must not be used for, one sentence each.", FieldClass.DATA, default=()
    )
    models: Items[Reference] = declare(
        "The models it is made of; one that is live and that nobody manages yet, too.",
        FieldClass.ARTIFACT,
        ref="Model",
        or_ref="ObservedModel",
        default=(),
    )
    prompts: Items[Reference] = declare(
        "The prompts it asks models with.", FieldClass.ARTIFACT, ref="Prompt", default=()
    )
    components: Items[Component] = declare(
        "Parts by others.", FieldClass.ARTIFACT, _MORE, list_key="name", default=()
    )
    risk: Risk = declare("The declared tier and the facts it rests on.", FieldClass.TIER)
    owners: Owners | None = declare(
        "People who answer for it, by name.", FieldClass.OWNER, _MORE, default=None
    )
    oversight: Oversight | None = declare(
        "Which people can intervene, and how.", FieldClass.OVERSIGHT, _MORE, default=None
    )
    logging: Logging | None = declare(
        "What is recorded of every answer.", FieldClass.MONITORING, _MORE, default=None
    )
    transparency: Transparency | None = declare(
        "What people are told.", FieldClass.CONTRACT, _MORE, default=None
    )
    post_market: PostMarket | None = declare(
        "What happens after the release.", FieldClass.MONITORING, _MORE, default=None
    )
    review: Review | None = declare(
        "When it is validated again.", FieldClass.POLICY, _MORE, default=None
    )


KIND = Kind("System", SystemSpec, "Models, prompts and other parts that people meet as one.")
