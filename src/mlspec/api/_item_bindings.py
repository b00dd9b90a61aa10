"""What evidence items speak about in a workspace: digests of today, and papers that specs pin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from mlspec.canonical import digest_value
from mlspec.policy import models_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.evidence import PinnedPaper
    from mlspec.kinds._papers import Paper
    from mlspec.kinds.dataset import DatasetSpec
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.prompt import PromptSpec
    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["PAPER_KINDS", "current_digests", "pinned_papers"]

PAPER_KINDS: Mapping[str, tuple[str, ...]] = {
    "exemption-assessment": ("risk", "eu_ai_act", "exemption", "assessment"),
    "impact-assessment": ("risk", "privacy", "impact_assessment"),
    "instructions": ("transparency", "instructions"),
    "marking": ("transparency", "marking"),
    "notice": ("transparency", "notice"),
    "post-market-plan": ("post_market", "plan"),
    "rights-assessment": ("risk", "eu_ai_act", "rights_assessment"),
    "supplier-documentation": ("risk", "eu_ai_act", "general_purpose", "documentation"),
}
"""Kinds of items whose papers a spec can pin, and where."""


def current_digests(workspace: Workspace, resource: Resource) -> dict[str, str]:
    """Return the digests of today by the names that items are bound to.

    A model is its artifact, a data set its bytes, a prompt what it asks, a system what its models
    and prompts are. `#use` is the purpose in words. "" stands for a digest that nobody stated.
    """
    found = {
        each.address: cast("DatasetSpec", each.spec).digest or ""  # of data sets only
        for each in workspace.of_kind("Dataset")
    }
    found[resource.address] = _own_digest(workspace, resource)
    purpose = getattr(resource.spec, "purpose", None)
    if isinstance(purpose, str):
        found[f"{resource.address}#use"] = digest_value(purpose)
    return found


def _own_digest(workspace: Workspace, resource: Resource) -> str:
    if resource.kind == "Model":
        return cast("ModelSpec", resource.spec).artifact.digest or ""  # of models only
    if resource.kind == "Dataset":
        return cast("DatasetSpec", resource.spec).digest or ""  # of data sets only
    if resource.kind == "Prompt":
        return _digest_of_prompt(cast("PromptSpec", resource.spec))  # of prompts only
    if resource.kind == "System":
        return _digest_of_parts(workspace, cast("SystemSpec", resource.spec))  # of systems only
    return ""


def _digest_of_parts(workspace: Workspace, system: SystemSpec) -> str:
    """Return a digest over those of all models, asked ones too, and prompts; "" where one is "".

    Models that only a prompt names have their address as their key.
    """
    parts = {}
    asked = {each.address: each for each in models_in(workspace, system)}
    for reference in system.models:
        model = workspace.find("Model", reference)  # of what is only observed nothing is certain
        parts[reference] = "" if model is None else _own_digest(workspace, model)
        asked.pop("" if model is None else model.address, None)
    parts |= {address: _own_digest(workspace, each) for address, each in asked.items()}
    for reference in system.prompts:
        prompt = workspace.find("Prompt", reference)
        parts[f"prompt/{reference}"] = "" if prompt is None else _own_digest(workspace, prompt)
    return digest_value(parts) if parts and all(parts.values()) else ""


def _digest_of_prompt(prompt: PromptSpec) -> str:
    """Return a digest over what decides about the answers: the template, and who is asked how."""
    asked = {"hosted", "model", "parameters", "template"}
    stated: Json = prompt.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, include=asked
    )
    return digest_value(stated)


def pinned_papers(resource: Resource) -> tuple[PinnedPaper, ...]:
    """Return the papers that the spec of a resource pins to a digest."""
    return tuple(_pinned(resource))


def _pinned(resource: Resource) -> Iterator[PinnedPaper]:
    for kind, path in PAPER_KINDS.items():
        found: object = resource.spec
        for name in path:
            found = getattr(found, name, None)
        yield from _paper(kind, "", cast("Paper | None", found), _dotted(path))  # as declared
    oversight = getattr(resource.spec, "oversight", None)
    for index, each in enumerate(getattr(oversight, "overseers", None) or ()):
        place = f"spec.oversight.overseers[{index}].training"
        yield from _paper("training-record", each.person, each.training, place)


def _paper(kind: str, part: str, paper: Paper | None, place: str) -> Iterator[PinnedPaper]:
    if paper is not None and paper.digest:
        yield kind, part, paper.digest, place


def _dotted(path: tuple[str, ...]) -> str:
    """Return a path of attributes as the spec writes it: `spec.risk.euAiAct.exemption`."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), ".".join(("spec", *path)))
