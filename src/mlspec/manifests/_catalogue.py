"""The definitions that are at hand: those given for a run, in the folder, in the workspace.

Files of the workspace are read when an object of their kind is met; they are named by group and
kind, so nothing has to be searched. The first place that has a kind wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.manifests._codes import report
from mlspec.manifests.definitions import definition_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic
    from mlspec.manifests.definitions import Definition

__all__ = ["Catalogue", "definition_file"]

_NAMES = re.compile(r"[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?")
_MOST_BYTES = 16 << 20


def definition_file(group: str, kind: str) -> str:
    """Return the name of the file of a kind: `rollout.argoproj.io.json`."""
    return f"{kind.lower()}.{group}.json"


@dataclass
class Catalogue:
    """Definitions by group and kind; `folder` holds those of the workspace."""

    given: tuple[Definition, ...] = ()
    folder: Path | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _known: dict[tuple[str, str], Definition | None] = field(default_factory=dict)

    def add(self, definitions: Iterable[Definition]) -> None:
        """Add definitions; those that are there already win."""
        self.given += tuple(definitions)
        self._known.clear()

    def find(self, group: str, kind: str) -> Definition | None:
        """Return the definition of a kind; a file of it that is not sound is reported once."""
        key = (group, kind)
        if key not in self._known:
            named = (each for each in self.given if (each.group, each.kind) == key)
            self._known[key] = next(named, None) or self._stored(group, kind)
        return self._known[key]

    def knows_group(self, group: str) -> bool:
        """Tell whether some kind of a group is known, so that its definitions were asked for."""
        if any(each.group == group for each in self.given):
            return True
        if self.folder is None or not _NAMES.fullmatch(group):
            return False
        return next(self.folder.glob(f"*.{group}.json"), None) is not None

    def defaulted(self, resource: Mapping[str, Json]) -> dict[str, Json]:
        """Return a custom resource as the server would store it: with every default filled in.

        What is emitted so stays in sync for GitOps tools, which compare it with what is stored.

        Raises:
            LookupError: nothing is known of its kind, or it has no such version.
        """
        written = str(resource.get("apiVersion", ""))
        group, _, version = written.partition("/")
        definition = self.find(group, str(resource.get("kind", "")))
        if definition is None or version not in definition.versions:
            raise LookupError(f"nothing is known of {resource.get('kind')} in `{written}`")
        return definition.version(version).defaulted(resource)

    def _stored(self, group: str, kind: str) -> Definition | None:
        if self.folder is None or not (_NAMES.fullmatch(group) and _NAMES.fullmatch(kind)):
            return None
        file = self.folder / definition_file(group, kind)
        try:
            return _read(file, group, kind) if file.is_file() else None
        except (OSError, ValueError) as error:
            message = f"the definition `{file.name}` of the workspace can't be used: {error}"
            hint = "add it again: `kubectl get crd -o json | mlspec crds add -`"
            self.diagnostics.append(report("unusable-definition", message, None, hint=hint))
            return None


def _read(file: Path, group: str, kind: str) -> Definition:
    if file.stat().st_size > _MOST_BYTES:
        raise ValueError("it is larger than any")
    found = definition_from_text(file.read_text("utf-8"))
    if (found.group, found.kind) != (group, kind):
        raise ValueError("it is of another kind than its name says")
    return found
