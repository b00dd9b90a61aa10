"""The patches that a workspace declares for an environment, with what they say."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._places import folder_inside
from mlspec.canonical import digest_value
from mlspec.diagnostics import did_you_mean, has_errors
from mlspec.errors import UsageError
from mlspec.ir import AppliedPatch
from mlspec.kinds.workspace import PatchTarget
from mlspec.manifests.patching import Operation, PatchError, patch_report, read_operations
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.diagnostics import Path as KeyPath
    from mlspec.kinds.workspace import Patch
    from mlspec.syntax import Document
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "DeclaredPatch",
    "declared_patches",
    "patch_file_problems",
    "patch_files",
    "patch_sources",
]

_MOST_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class DeclaredPatch:
    """A patch with what it says: a mapping to merge, or operations.

    `place` is where the content stands: a value of `mlspec.yaml`, or a document of a file.
    """

    spec: Patch
    target: PatchTarget | None
    merge: dict[str, Json] | None
    operations: tuple[Operation, ...]
    place: _Place
    record: AppliedPatch

    def failure(self, message: str, path: KeyPath = (), hint: str | None = None) -> Diagnostic:
        """Return what went wrong, at the value of the patch that is the cause."""
        shown = f"the patch `{self.spec.id}` can't be made: {message}"
        return patch_report("failed-patch", shown, self.place.span(path), hint)


@dataclass(frozen=True)
class _Place:
    home: Resource
    base: KeyPath
    document: Document | None = None

    def span(self, path: KeyPath = ()) -> Span:
        """Return where a value of the content stands."""
        if self.document is not None:
            return self.document.span(path)
        return self.home.span((*self.base, *path))


def declared_patches(
    root: Path, workspace: Workspace
) -> tuple[tuple[DeclaredPatch, ...], tuple[Diagnostic, ...]]:
    """Return the patches of an environment in the order they are made, and what is wrong."""
    patches: list[DeclaredPatch] = []
    diagnostics: list[Diagnostic] = []
    (home,) = workspace.of_kind("Workspace")
    for spec, base in _declared(workspace):
        try:
            patches.append(_loaded(root, home, spec, base))
        except _UnusableError as error:
            diagnostics.append(error.diagnostic)
    return tuple(patches), tuple(diagnostics)


def patch_files(workspace: Workspace) -> tuple[str, ...]:
    """Return the files that patches of any environment name, sorted."""
    spec = workspace.spec
    groups = (spec.targets.patches, *(each.patches for each in spec.environments.values()))
    return tuple(sorted({each.file for group in groups for each in group if each.file}))


def patch_file_problems(root: Path, workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the files that patches of any environment name."""
    (home,) = workspace.of_kind("Workspace")
    found: list[Diagnostic] = []
    for spec, base in _everywhere(workspace):
        if spec.file is not None and spec.merge is None and spec.operations is None:
            try:
                _loaded(root, home, spec, base)
            except _UnusableError as error:
                found.append(error.diagnostic)
    return tuple(found)


def patch_sources(root: Path, workspace: Workspace) -> dict[str, SourceText]:
    """Return the texts of these files, for showing what diagnostics point at; as far as read."""
    found = {}
    (home,) = workspace.of_kind("Workspace")
    for name in patch_files(workspace):
        with suppress(_UnusableError):
            found[name] = SourceText(name, _bytes(root, name, home.span(())))
    return found


def _declared(workspace: Workspace) -> Iterator[tuple[Patch, KeyPath]]:
    yield from _of_all(workspace)
    yield from _of_environment(workspace, workspace.environment)


def _everywhere(workspace: Workspace) -> Iterator[tuple[Patch, KeyPath]]:
    yield from _of_all(workspace)
    for name in workspace.spec.environments:
        yield from _of_environment(workspace, name)


def _of_all(workspace: Workspace) -> Iterator[tuple[Patch, KeyPath]]:
    for index, patch in enumerate(workspace.spec.targets.patches):
        yield patch, ("spec", "targets", "patches", index)


def _of_environment(workspace: Workspace, name: str) -> Iterator[tuple[Patch, KeyPath]]:
    for index, patch in enumerate(workspace.spec.environments[name].patches):
        yield patch, ("spec", "environments", name, "patches", index)


class _UnusableError(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def _loaded(root: Path, home: Resource, spec: Patch, base: KeyPath) -> DeclaredPatch:
    place, content, source = _content(root, home, spec, base)
    record = AppliedPatch(spec.id, source, digest_value(content))
    merge = content if isinstance(content, dict) else None
    operations: tuple[Operation, ...] = ()
    target = spec.target
    if merge is None:
        operations = _operations(place, content, spec)
    elif target is None and spec.path is None:
        target = _named(merge)
    if target is None and spec.path is None:
        message = f"the patch `{spec.id}` does not say what it changes"
        hint = "add `target` or `path`, or `kind` and `metadata.name` to what is merged"
        raise _UnusableError(patch_report("failed-patch", message, place.span(), hint))
    return DeclaredPatch(spec, target, merge, operations, place, record)


def _operations(place: _Place, content: Json, spec: Patch) -> tuple[Operation, ...]:
    try:
        return read_operations(content)
    except PatchError as error:
        message = f"the patch `{spec.id}` can't be made: {error.message}"
        span = place.span(error.path)
        raise _UnusableError(patch_report("failed-patch", message, span, error.hint)) from error


def _named(merge: dict[str, Json]) -> PatchTarget | None:
    """Return the target that an object to merge names itself, as patches of kustomize do."""
    kind, metadata = merge.get("kind"), merge.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(kind, str) or not isinstance(name, str) or not isinstance(metadata, dict):
        return None
    namespace = metadata.get("namespace")
    written = str(merge.get("apiVersion", ""))
    group = written.rpartition("/")[0] or ("core" if written else None)
    return PatchTarget.model_construct(
        group=group,
        kind=kind,
        name=name,
        namespace=namespace if isinstance(namespace, str) else None,
    )


def _content(root: Path, home: Resource, spec: Patch, base: KeyPath) -> tuple[_Place, Json, str]:
    if spec.merge is not None:
        return _Place(home, (*base, "merge")), dict(spec.merge), home.document.source.file
    if spec.operations is not None:
        place = _Place(home, (*base, "operations"))
        return place, [dict(each) for each in spec.operations], home.document.source.file
    span = home.span((*base, "file"))
    document = _document(root, spec.file or "", span)
    return _Place(home, base, document), document.data, document.source.file


def _document(root: Path, name: str, span: Span) -> Document:
    source = SourceText(name, _bytes(root, name, span))
    parsed = parse(source)
    if has_errors(parsed.diagnostics):
        raise _UnusableError(next(each for each in parsed.diagnostics if has_errors([each])))
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].data, dict | list):
        raise _unreadable(f"`{name}` is not one mapping or list", span, "one patch in each file")
    return parsed.documents[0]


def _bytes(root: Path, name: str, span: Span) -> bytes:
    try:
        file = folder_inside(root, name)
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except UsageError as error:
        raise _unreadable(error.message, span, error.hint) from error
    except OSError as error:
        reason = (error.strerror or "it is no file").lower()
        hint = _meant(root, name)
        raise _unreadable(f"`{name}` can't be read: {reason}", span, hint) from error
    if len(content) > _MOST_BYTES:
        raise _unreadable(f"`{name}` is larger than 1 MiB", span, "split it")
    return content


def _meant(root: Path, name: str) -> str:
    """Return which file in the same folder may be meant."""
    folder, _, _ = name.rpartition("/")
    above = f"{folder}/" if folder else ""
    try:
        files = [above + each.name for each in (root / folder).iterdir() if each.is_file()]
    except OSError:
        files = []
    close = did_you_mean(name, files)
    return f"did you mean `{close}`?" if close else "correct its name"


def _unreadable(message: str, span: Span, hint: str | None) -> _UnusableError:
    return _UnusableError(patch_report("unreadable-patch", message, span, hint))
