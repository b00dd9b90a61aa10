"""Fields of core kinds that the API server refuses: words, bounds, forms, alternatives, parts.

The rules are data (`_core_containers`, `_core_pods`, `_core_objects`), as the validation of the API
server has them: schemas know the types of fields, and nothing of this.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._core_objects import OBJECTS
from mlspec.manifests.checks._core_pods import POD
from mlspec.manifests.checks._core_relations import object_relations, pod_relations
from mlspec.manifests.checks._field_codes import (
    CHOICE,
    CONTRADICTION,
    CROSSED,
    DOUBTFUL,
    FORM,
    MISPLACED,
    MISSING,
    NUMBER,
    REPEATED,
)
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._pods import pods_of
from mlspec.manifests.checks._tables import branch_of, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._tables import Branch

__all__ = ["CHECK"]


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield what is wrong with the fields of core kinds, and of pods whoever makes them."""
    for (group, kind), branch in _branches().items():
        for node in objects(manifests, group, kind):
            yield from judged(branch, node)
    for pods in pods_of(manifests):
        yield from judged(_pod(), pods.spec)
        yield from pod_relations(pods)
    yield from object_relations(manifests)


@cache
def _branches() -> dict[tuple[str, str], Branch]:
    return {key: branch_of(table) for key, table in OBJECTS.items()}


@cache
def _pod() -> Branch:
    return branch_of(POD)


CHECK = Check(
    "core-fields",
    (
        *(CHOICE, NUMBER, FORM, CONTRADICTION, MISSING, MISPLACED, REPEATED, CROSSED),
        DOUBTFUL,
    ),
    find,
)
