"""What a manifest has wrong with it only since it was patched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.manifests import read_manifests, verify
from mlspec.manifests.patching import patch_report
from mlspec.syntax import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.api._patch_sources import DeclaredPatch
    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Emitted
    from mlspec.manifests import Catalogue
    from mlspec.workspace import Workspace

__all__ = ["new_problems"]

_VERSION = re.compile(r"v?(\d{1,3})\.(\d{1,4})(?:\.\d{1,4})?")
_SUFFIXES = (".yaml", ".yml", ".json")
_Key = tuple[str, str, str]


def new_problems(
    before: Sequence[Emitted],
    after: Sequence[Emitted],
    patched: Mapping[str, DeclaredPatch],
    catalogue: Catalogue,
    workspace: Workspace,
) -> Iterator[Diagnostic]:
    """Yield each problem of the patched set that the set before did not have, at a patch.

    `patched` is by path the last patch of each file. All files are looked at together, as a patch
    may take away what another file names; what was wrong before is looked for only then.
    """
    if not patched:
        return
    version = _version(workspace.spec.targets.versions.get("kubernetes"))
    found = [each for each in _verified(after, catalogue, version) if _is_told(each)]
    known = {_key(each) for each in _verified(before, catalogue, version)} if found else set()
    last = list(patched.values())[-1]
    for each in found:
        if _key(each) not in known:
            file = each.span.file if each.span is not None else ""
            yield _at_patch(each, patched.get(file, last))


def _verified(
    artifacts: Iterable[Emitted], catalogue: Catalogue, version: tuple[int, int] | None
) -> tuple[Diagnostic, ...]:
    sources = (
        SourceText(each.path, each.content.encode())
        for each in artifacts
        if each.path.endswith(_SUFFIXES) and not each.path.startswith("/")
    )
    return verify(read_manifests(sources), catalogue, version).diagnostics


def _is_told(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is not Severity.NOTE


def _key(diagnostic: Diagnostic) -> _Key:
    file = diagnostic.span.file if diagnostic.span is not None else ""
    return file, diagnostic.code, diagnostic.message


def _at_patch(diagnostic: Diagnostic, patch: DeclaredPatch) -> Diagnostic:
    span = diagnostic.span
    place = f"{span.file}:{span.start.line}: " if span is not None else ""
    message = f"after the patch `{patch.spec.id}`, {place}{diagnostic.message} [{diagnostic.code}]"
    return patch_report(
        "refused-after-patch", message, patch.place.span(), diagnostic.hint, diagnostic.severity
    )


def _version(text: str | None) -> tuple[int, int] | None:
    match = _VERSION.fullmatch(text or "")
    return (int(match[1]), int(match[2])) if match else None
