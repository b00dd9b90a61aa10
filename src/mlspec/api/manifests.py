"""`verify`: every problem of a folder of manifests, whoever wrote them, in one run."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.api.crds import crds_folder, read_definitions
from mlspec.api.session import find_root
from mlspec.diagnostics import Diagnostic, Severity, has_errors
from mlspec.errors import UsageError
from mlspec.manifests import (
    CHECKED_PARTS,
    MANIFEST_CODES,
    Catalogue,
    FileKind,
    read_folder,
    verify,
)
from mlspec.manifests.definitions import core_versions
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.manifests import Verification

__all__ = ["ManifestReport", "verify_manifests"]

_VERSION = re.compile(r"v?(\d{1,3})\.(\d{1,4})(?:\.\d{1,4})?")
_WORKSPACE_FILE = "mlspec.yaml"


@dataclass(frozen=True)
class ManifestReport:
    """What was found, sorted, the texts it points into, and what was checked and what was not."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    remarks: tuple[str, ...]

    @property
    def is_invalid(self) -> bool:
        """Whether one of the diagnostics is an error."""
        return has_errors(self.diagnostics)


def verify_manifests(
    folder: Path,
    *,
    crds: Sequence[Path] = (),
    kubernetes: str | None = None,
    directory: Path | None = None,
    strict: bool = False,
) -> ManifestReport:
    """Check a folder of manifests (or one file).

    Custom resources are checked by the definitions in `crds` (files and folders of
    CustomResourceDefinitions, for this run; of a kind that several hold, the first), in the folder
    itself and in the workspace; core kinds by the schemas of a version of Kubernetes: `kubernetes`,
    else `targets.versions.kubernetes` of the workspace, else the newest that is installed.

    Raises:
        UsageError: a path does not exist, or the version is none or older than any installed.
    """
    if not folder.exists():
        raise UsageError(f"`{folder}` does not exist", hint="name a folder of manifests")
    version = _version(kubernetes or _version_of_workspace(find_root(directory)))
    given = [read_definitions(each) for each in dict.fromkeys(crds)]
    definitions = tuple(each for converted in given for each in converted.definitions)
    problems = (each for converted in given for each in converted.problems)
    catalogue = Catalogue(definitions, crds_folder(directory))
    read = read_folder(folder, _shown(folder))
    done = verify(read, catalogue, version)
    found = (*_version_note(version), *map(_unusable, problems), *done.diagnostics)
    kept = _strictly(found) if strict else found
    return ManifestReport(kept, read.sources, tuple(_remarks(done)))


def _shown(folder: Path) -> str:
    if folder.is_file():
        return folder.as_posix()
    name = folder.as_posix()
    return "" if name == "." else f"{name.removesuffix('/')}/"


def _version(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = _VERSION.fullmatch(text)
    if match is None:
        raise UsageError(f"`{text}` is no version of Kubernetes", hint="such as `1.36`")
    version = (int(match[1]), int(match[2]))
    oldest = next(iter(core_versions()), None)
    if oldest is not None and version < oldest:
        shown = ".".join(map(str, oldest))
        raise UsageError(f"the schemas that are installed begin at Kubernetes {shown}")
    return version


def _version_of_workspace(root: Path | None) -> str | None:
    """Return what `mlspec.yaml` says, without reading the specs: they are not needed here."""
    if root is None:
        return None
    try:
        content = (root / _WORKSPACE_FILE).read_bytes()
    except OSError:
        return None
    for document in parse(SourceText(_WORKSPACE_FILE, content)).documents:
        value: Json = document.data
        for key in ("spec", "targets", "versions", "kubernetes"):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            return value
    return None


def _version_note(version: tuple[int, int] | None) -> Iterator[Diagnostic]:
    newest = max(core_versions(), default=None)
    if version is not None and newest is not None and version > newest:
        shown, asked = (".".join(map(str, each)) for each in (newest, version))
        message = f"the newest schemas installed are of Kubernetes {shown}, not {asked}"
        hint = "pip install --upgrade kubernetes-validate"
        yield _diagnostic("missing-checker", message, hint)


def _unusable(problem: str) -> Diagnostic:
    return _diagnostic("unusable-definition", problem, "ask your cluster for it with `kubectl`")


def _diagnostic(name: str, message: str, hint: str) -> Diagnostic:
    code = next(each for each in MANIFEST_CODES if each.name == name)
    return Diagnostic(code.code, code.name, code.severity, message, hint=hint)


def _strictly(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(
        replace(each, severity=Severity.ERROR) if each.severity is Severity.WARNING else each
        for each in found
    )


def _remarks(done: Verification) -> Iterator[str]:
    """Say of every kind of object and file how far it was looked at."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(done.checked.items()))
    if kinds:
        yield f"checked {kinds}"
    others = ", ".join(f"{count} {kind}" for kind, count in sorted(done.unchecked.items()))
    if others:
        yield f"checked without their fields, which are not known: {others}"
    for kind, count in sorted(done.files.items()):
        if kind is not FileKind.UNKNOWN:
            yield _of_files(kind, count)


def _of_files(kind: FileKind, count: int) -> str:
    part = CHECKED_PARTS.get(kind)
    if part is None:
        return f"not checked here: {count} {kind}"
    return f"checked in part ({part}): {count} {kind}" if part else f"checked: {count} {kind}"
