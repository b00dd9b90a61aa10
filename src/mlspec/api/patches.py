"""Patches of a workspace, made to what an environment compiles to, and the result checked again.

In: artifacts. Out: artifacts, and a diagnostic at the patch for whatever matches nothing, fails,
loosens a protection, or breaks a manifest. A patched file says so in its header; the manifest of
the output folder says which patch it was, and the digest of what that said.
"""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mlspec.api._idle_patches import idle_patches
from mlspec.api._kept import kept, new_spool
from mlspec.api._patch_sources import DeclaredPatch, declared_patches
from mlspec.api._patched_file import PatchedFile, is_data
from mlspec.api._patched_verdict import new_problems
from mlspec.diagnostics import has_errors, sort_diagnostics
from mlspec.ir import Artifact
from mlspec.manifests.patching import PatchError, outnumbered, patch_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Emitted
    from mlspec.manifests import Catalogue
    from mlspec.workspace import Workspace

__all__ = ["patched"]


def patched(
    root: Path,
    workspace: Workspace,
    artifacts: Sequence[Emitted],
    catalogue: Catalogue,
    *,
    is_whole: bool = True,
) -> tuple[tuple[Emitted, ...], tuple[Diagnostic, ...]]:
    """Return the artifacts of an environment after its patches, and what is to be told.

    Without patches the artifacts are returned as they are. Where only some of the targets were
    compiled (not `is_whole`), a patch that matches nothing is for another target.
    """
    patches, unusable = declared_patches(root, workspace)
    if not patches:
        return tuple(artifacts), unusable
    run = _Run(catalogue)
    result = tuple(each for artifact in artifacts for each in run.patch(artifact, patches))
    diagnostics = [*unusable, *run.diagnostics]
    if is_whole:
        unused = [each for each in patches if not run.uses[each]]
        diagnostics += idle_patches(unused, artifacts)
    if not has_errors(diagnostics):
        diagnostics += new_problems(artifacts, result, run.spans, catalogue, workspace)
    return result, tuple(sort_diagnostics(diagnostics))


class _Run:
    """One round of patching: what was used, what went wrong."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._spool = new_spool()
        self.diagnostics: list[Diagnostic] = []
        self.uses: Counter[DeclaredPatch] = Counter()
        self.spans: dict[str, DeclaredPatch] = {}

    def patch(self, artifact: Emitted, patches: Sequence[DeclaredPatch]) -> Iterator[Emitted]:
        """Yield an artifact with every patch that is for it; nothing when all of it is deleted."""
        wanted = [each for each in patches if _may_match(each, artifact)]
        wanted = [each for each in wanted if self._is_possible(each, artifact)]
        if not wanted:
            yield artifact
            return
        file = PatchedFile(artifact, self._catalogue)
        made = [each for each in wanted if self._apply(each, file)]
        if not made:
            yield artifact
            return
        self.spans[artifact.path] = made[-1]
        if file.documents:
            records = (*artifact.patches, *(each.record for each in made))
            text = file.text(records)
            patched = Artifact(
                artifact.path, text, artifact.source, artifact.target, records, artifact.claims
            )
            yield kept(patched, self._spool)

    def _is_possible(self, patch: DeclaredPatch, artifact: Emitted) -> bool:
        if is_data(artifact):
            return True
        self.uses[patch] += 1
        message = f"the patch `{patch.spec.id}` is for `{artifact.path}`, which is text"
        hint = "replace its template: `mlspec templates list` names it"
        span = patch.place.span()
        self.diagnostics.append(patch_report("unpatchable-artifact", message, span, hint))
        return False

    def _apply(self, patch: DeclaredPatch, file: PatchedFile) -> bool:
        """Make one patch in every document that it is for; tell whether there was one."""
        found = [index for index, each in enumerate(file.documents) if file.is_for(patch, index)]
        shares = file.shares()
        for index in reversed(found):
            self.uses[patch] += 1
            try:
                looser = file.apply(patch, index)
            except PatchError as error:
                message = f"{error.message}, in {file.described(index)}"
                self.diagnostics.append(patch.failure(message, error.path, error.hint))
                continue
            self._tell_loosened(patch, looser)
        self._tell_loosened(patch, tuple(outnumbered(shares, file.shares())))
        return bool(found)

    def _tell_loosened(self, patch: DeclaredPatch, looser: Sequence[str]) -> None:
        for each in looser:
            message = f"the patch `{patch.spec.id}` takes a protection away: {each}"
            hint = "say why beside the patch, or leave the protection in place"
            told = patch_report("loosened-by-patch", message, patch.place.span(), hint)
            if told not in self.diagnostics:
                self.diagnostics.append(told)


def _may_match(patch: DeclaredPatch, artifact: Emitted) -> bool:
    """Tell whether a patch can be for a file, without reading what is in it."""
    if patch.spec.path is not None:
        return fnmatchcase(artifact.path.removeprefix("/"), patch.spec.path)
    if patch.target is None or not is_data(artifact):
        return False
    words = (patch.target.kind, patch.target.name, patch.target.namespace)
    literal = (each for each in words if each and "*" not in each and "?" not in each)
    return all(each in artifact.content for each in literal)
