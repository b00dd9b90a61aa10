"""Card sections about a prompt: its text to the letter, what is put in, which model is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.canonical import digest_value
from mlspec.ir import CardSection
from mlspec.kinds.prompt import PlainText
from mlspec.lowering._card_facts import Facts, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import CardValue
    from mlspec.kinds.prompt import PromptSpec, Variable
    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Workspace

__all__ = ["prompt_section", "prompts_in", "template_digest"]

_MOST = 4000
_PATH = "spec.template"


def template_digest(spec: PromptSpec) -> str:
    """Return the digest of a template: of its canonical JSON, roles included."""
    return digest_value(spec.template.model_dump(mode="json", by_alias=True))


def prompts_in(workspace: Workspace, facts: Facts, spec: SystemSpec) -> Iterator[CardValue]:
    """Yield the prompts of a system: the digests of their templates, and whom they ask."""
    for index, reference in enumerate(spec.prompts):
        found, path = workspace.find("Prompt", reference), f"spec.prompts[{index}]"
        if found is not None:  # a dangling reference is told elsewhere
            prompt = cast("PromptSpec", found.spec)
            told = f"{reference}{_asked(prompt)}, template {template_digest(prompt)}"
            yield facts.said(f"Prompt {found.name}", path, told)


def _asked(spec: PromptSpec) -> str:
    """Return whom a prompt asks; the model of others is a part of the system by that."""
    if spec.hosted is not None:
        return f", asks {spec.hosted.id} of {spec.hosted.provider}"
    return f", asks {spec.model}" if spec.model else ""


def prompt_section(workspace: Workspace, facts: Facts, spec: PromptSpec) -> CardSection:
    """Return what is asked, of which model, and in which systems."""
    values = (
        *_systems(workspace, facts),
        facts.said("Template digest", _PATH, template_digest(spec)),
        *_texts(facts, spec),
        *_variables(facts, spec),
        *_model(facts, spec),
    )
    return CardSection("prompt", "Prompt", values)


def _systems(workspace: Workspace, own: Facts) -> Iterator[CardValue]:
    """Yield the systems that name the prompt: its risk is theirs."""
    for system in workspace.of_kind("System"):
        spec = cast("SystemSpec", system.spec)  # of systems only
        for index, reference in enumerate(spec.prompts):
            if workspace.find("Prompt", reference) is own.resource:
                facts, path = own.once(system), f"spec.prompts[{index}]"
                yield facts.said(f"System {system.name}", path, f"tier {spec.risk.tier}")


def _texts(facts: Facts, spec: PromptSpec) -> Iterator[CardValue]:
    if isinstance(spec.template, PlainText):
        yield facts.said("Text", "spec.template.text", _shown(spec.template.text))
        return
    for index, each in enumerate(spec.template.messages):
        path = f"spec.template.messages[{index}].content"
        yield facts.said(f"Message {index + 1}, {each.role}", path, _shown(each.content))


def _shown(text: str) -> str:
    rest = len(text) - _MOST
    return f"{text[:_MOST]} ({number(rest)} more characters)" if rest > 0 else text


def _variables(facts: Facts, spec: PromptSpec) -> Iterator[CardValue]:
    for index, each in enumerate(spec.variables):
        yield facts.said(f"Variable {each.name}", f"spec.variables[{index}]", _variable(each))


def _variable(variable: Variable) -> str:
    told = [variable.type] if variable.required else [variable.type, "can be left out"]
    return ", ".join(told) + (f"; {variable.description}" if variable.description else "")


def _model(facts: Facts, spec: PromptSpec) -> Iterator[CardValue]:
    if spec.hosted is not None:
        text = f"{spec.hosted.id}, run by {spec.hosted.provider}"
        yield facts.said("Written for", "spec.hosted", text)
    else:
        yield facts.value("Written for", "spec.model", spec.model)
    if spec.parameters is not None:
        stated = spec.parameters.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        told = [f"{key} {value}" for key, value in sorted(stated.items())]
        yield facts.value("Parameters", "spec.parameters", told)
