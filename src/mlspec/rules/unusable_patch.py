"""A patch does not say one change of one choice of documents.

What it does
Checks each entry of `targets.patches` and of `patches` of an environment: exactly one of `merge`,
`operations` and `file` says what changes; `target`, `path`, or `kind` and `metadata.name` in what
is merged say where; operations are those of a JSON patch; and a patch of an environment does not
have the name of one that is made in all of them.

Why is this bad?
Only compiling would show it, after the change was reviewed; a header that names a patch twice does
not tell which one it was.

Bad
    kind: Workspace
    spec:
      targets:
        patches:
          - id: replicas
            target: {kind: Deployment}
            operations: [{op: replace, path: spec/replicas, value: 3}]

Good
    kind: Workspace
    spec:
      targets:
        patches:
          - id: replicas
            target: {kind: Deployment}
            operations: [{op: replace, path: /spec/replicas, value: 3}]

References
- https://www.rfc-editor.org/rfc/rfc6902
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.kinds.workspace import Patch
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_CHANGES = ("merge", "operations", "file")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what is wrong with each patch."""
    spec = workspace_of(resource)
    shared = spec.targets.patches
    yield from _of_group(resource, shared, ("spec", "targets", "patches"), set())
    for name, environment in spec.environments.items():
        path = ("spec", "environments", name, "patches")
        yield from _of_group(resource, environment.patches, path, {each.id for each in shared})


def _of_group(
    resource: Resource, patches: Sequence[Patch], path: Path, taken: set[str]
) -> Iterator[Finding]:
    for index, patch in enumerate(patches):
        at = (*path, index)
        if patch.id in taken:
            message = f"a patch of every environment is named `{patch.id}`, too"
            yield Finding(resource, (*at, "id"), message, hint="give one of them another name")
        yield from _of_change(resource, patch, at)
        if not _says_where(patch):
            message = f"the patch `{patch.id}` does not say what it changes"
            hint = "add `target` with a kind or name, or the `path` of a compiled file"
            yield Finding(resource, (*at, "id"), message, hint=hint)


def _of_change(resource: Resource, patch: Patch, at: Path) -> Iterator[Finding]:
    given = [each for each in _CHANGES if getattr(patch, each) is not None]
    if len(given) != 1:
        count = "no change" if not given else "more than one change"
        message = f"the patch `{patch.id}` says {count}"
        yield Finding(resource, (*at, "id"), message, hint="one of `merge`, `operations`, `file`")
    if patch.operations is not None:
        yield from _of_operations(resource, patch.operations, (*at, "operations"))


def _of_operations(
    resource: Resource, operations: Sequence[Mapping[str, Json]], at: Path
) -> Iterator[Finding]:
    from mlspec.manifests.patching import PatchError, read_operations  # most have no patches

    try:
        read_operations([dict(each) for each in operations])
    except PatchError as error:
        hint = error.hint or "see RFC 6902, section 4"
        yield Finding(resource, (*at, *error.path), error.message, hint=hint)


def _says_where(patch: Patch) -> bool:
    if patch.target is not None:
        named = (getattr(patch.target, each) for each in type(patch.target).model_fields)
        return any(each is not None for each in named)
    if patch.path is not None or patch.file is not None:
        return True  # what a file says is seen when it is read
    metadata = (patch.merge or {}).get("metadata")
    is_named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str)
    return is_named and isinstance((patch.merge or {}).get("kind"), str)


RULE = Rule("MLS1300", "unusable-patch", Severity.ERROR, ("Workspace",), check)
