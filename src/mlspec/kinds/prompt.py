"""`Prompt`: the text that a language model is asked with, as a template with variables.

The template is text and nothing else here: mlspec never renders it.

Example
    apiVersion: mlspec.dev/v1
    kind: Prompt
    metadata: {name: support-answer, version: v1, owner: support}
    spec:
      purpose: Drafts an answer for a person to send.
      template:
        type: text
        text: 'Answer in one sentence: {{ question }}'
      variables:
        - {name: question}
      hosted: {provider: anthropic, id: claude-sonnet-4-5-20250929}
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mlspec.kinds._mlflow import PromptRegistration
from mlspec.kinds._output import Output
from mlspec.kinds._port import Kind
from mlspec.schema import (
    Direction,
    FieldClass,
    Integer,
    Items,
    Number,
    Reference,
    Share,
    SpecModel,
    Text,
    declare,
)

__all__ = [
    "KIND",
    "MOST_CHARACTERS",
    "Chat",
    "Hosted",
    "Message",
    "Parameters",
    "PlainText",
    "PromptSpec",
    "Variable",
]

MOST_CHARACTERS = 100_000
"""Characters of a template: what the largest registry of prompts keeps."""
_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,7}$"
_NAME_FORM = "a name such as `question` or `user.name`"

PromptText = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS)]


class Message(SpecModel):
    """One message of a conversation."""

    role: Literal["assistant", "system", "user"] = declare("Who says it.", FieldClass.ARTIFACT)
    content: PromptText = declare(
        "What is said; `{{ name }}` stands for a variable.", FieldClass.ARTIFACT
    )


class PlainText(SpecModel):
    """One text."""

    type: Literal["text"] = declare("The sort of template.", FieldClass.ARTIFACT)
    text: PromptText = declare(
        "The text; `{{ name }}` stands for a variable.",
        FieldClass.ARTIFACT,
        examples=["Answer in one sentence: {{ question }}"],
    )


class Chat(SpecModel):
    """Messages of a conversation, in order."""

    type: Literal["chat"] = declare("The sort of template.", FieldClass.ARTIFACT)
    messages: Items[Message] = declare(
        "The messages.", FieldClass.ARTIFACT, min_length=1, max_length=100
    )


Template = Annotated[PlainText | Chat, Field(discriminator="type")]


class Variable(SpecModel):
    """What whoever uses the prompt puts in the place of `{{ name }}`."""

    name: str = declare("Its name.", FieldClass.CONTRACT, pattern=_NAME, form=_NAME_FORM)
    type: Literal["bool", "float", "int", "list", "object", "string"] = declare(
        "Type of the value.", FieldClass.CONTRACT, default="string"
    )
    required: bool = declare(
        "Whether a prompt without it is of no use.", FieldClass.CONTRACT, default=True
    )
    description: Text | None = declare("What it says.", FieldClass.COSMETIC, default=None)


class Hosted(SpecModel):
    """A model that somebody else runs."""

    provider: Text = declare("Who runs it.", FieldClass.ARTIFACT, examples=["anthropic"])
    id: Text = declare(
        "What it is called there, with its date or version where it has one.",
        FieldClass.ARTIFACT,
        examples=["claude-sonnet-4-5-20250929"],
    )


class Parameters(SpecModel):
    """How the model is asked; what is absent is left to it."""

    temperature: Number | None = declare(
        "How freely it chooses.", FieldClass.ARTIFACT, default=None, ge=0, le=2
    )
    max_tokens: Integer | None = declare(
        "Most tokens of an answer.", FieldClass.ARTIFACT, default=None, ge=1
    )
    top_p: Share | None = declare(
        "Share of probability that it chooses from.", FieldClass.ARTIFACT, default=None
    )
    top_k: Integer | None = declare(
        "Number of tokens that it chooses from.", FieldClass.ARTIFACT, default=None, ge=1
    )
    stop: Items[Annotated[str, StringConstraints(min_length=1, max_length=100)]] = declare(
        "Texts at which it stops.", FieldClass.ARTIFACT, default=(), max_length=16
    )


class PromptSpec(SpecModel):
    """A prompt in production, or on its way there; its risk is that of the systems it is in."""

    purpose: Text = declare("What is asked for with it, and for whom.", FieldClass.DATA)
    limitations: Items[Text] = declare(
        "What it must not be used for, one sentence each.", FieldClass.DATA, default=()
    )
    template: Template = declare("What the model is asked.", FieldClass.ARTIFACT)
    variables: Items[Variable] = declare(
        "What is put into the template.", FieldClass.CONTRACT, list_key="name", default=()
    )
    model: Reference | None = declare(
        "The model of this workspace that it is written for.",
        FieldClass.ARTIFACT,
        ref="Model",
        default=None,
    )
    hosted: Hosted | None = declare(
        "The model of others that it is written for.", FieldClass.ARTIFACT, default=None
    )
    parameters: Parameters | None = declare(
        "How the model is asked.", FieldClass.ARTIFACT, default=None
    )
    output: Output | None = declare(
        "The contract with consumers.",
        FieldClass.CONTRACT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    registry: PromptRegistration | None = declare(
        "What it is called in a registry of prompts.", FieldClass.ARTIFACT, default=None
    )


KIND = Kind("Prompt", PromptSpec, "What a language model is asked: template, variables, model.")
