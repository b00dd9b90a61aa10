"""Card values about models of a system that are live, and that nobody documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.workspace import observed_in, observed_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import CardValue
    from mlspec.kinds.system import SystemSpec
    from mlspec.lowering._card_facts import Facts
    from mlspec.workspace import Resource, Workspace

__all__ = ["models_of_system"]


def models_of_system(workspace: Workspace, facts: Facts, spec: SystemSpec) -> Iterator[CardValue]:
    """Yield the models that a system names; of one that is only observed, that it is missing."""
    observed = dict(observed_in(workspace, spec))
    for index, reference in enumerate(spec.models):
        label, path = f"Model {reference.partition('@')[0]}", f"spec.models[{index}]"
        if index in observed:
            yield facts.missing(label, path, _next_step(observed[index]))
        else:
            yield facts.value(label, path, reference)


def _next_step(observed: Resource) -> str:
    told = observed_of(observed)
    return (
        f"mlspec adopt {observed.name}: it is live (version {told.version}, tier {told.tier}), and"
        f" no spec of a model documents it ({observed.document.source.file})"
    )
