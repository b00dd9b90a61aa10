"""Files of CI that mlspec wrote and that no target writes any more, wherever a manifest is.

They are committed while the manifest, in the output folder, often is not: in a fresh clone only
what they say of themselves tells whose they are. A file counts as written by mlspec for a
workspace when its header carries a seal and it runs in the folder of that workspace; whether
somebody edited it since, the seal tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.api._drift import read_file
from mlspec.targets import has_seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mlspec.ir import Emitted
    from mlspec.kinds.workspace import Environment, WorkspaceSpec

__all__ = ["left_ci_files"]

_PLACES = {
    ".github/workflows": "mlspec*.yml",
    ".github/mlspec": "action.yml",
    ".gitlab": "mlspec*.gitlab-ci.yml",
    ".gitlab/mlspec": "pins.gitlab-ci.yml",
}
_CHOICES = ("spec", "spec.targets", "spec.targets.enabled")
_WHERE = re.compile(
    rb'^ +(?:working-directory|MLSPEC_WORKSPACE): "?([^/"\s][^"\s]*)"?\s*$', re.MULTILINE
)


def left_ci_files(
    repository: Path, written: WorkspaceSpec, artifacts: Iterable[Emitted]
) -> tuple[str, ...]:
    """Return the paths of such files, with a leading `/`; `artifacts` are what is compiled now.

    `written` is the workspace without the overrides of an environment: files of CI are of all
    environments, so nothing is known where one of them chooses its own targets. A lock of versions
    runs nowhere: it goes with the other files of its forge, and stays where one of them is of
    another workspace.
    """
    if any(map(_chooses_targets, written.environments.values())):
        return ()
    return _left(repository, written.targets.github.workspace_path, [x.path for x in artifacts])


def _chooses_targets(environment: Environment) -> bool:
    ways = [each.path for each in environment.overrides if each.kind == "Workspace"]
    return any(each in _CHOICES or each.startswith(_CHOICES[-1]) for each in ways)


def _left(repository: Path, workspace_path: str, wanted: Iterable[str]) -> tuple[str, ...]:
    kept = {each.casefold() for each in wanted}
    found: list[str] = []
    for forge in (".github", ".gitlab"):
        homes = {path: _home(content) for path, content in _files(repository, forge)}
        others = {each for each in homes.values() if each is not None} - {workspace_path}
        found += [
            path
            for path, home in homes.items()
            if path.casefold() not in kept
            and (home == workspace_path or (home is None and not others))
        ]
    return tuple(sorted(found))


def _files(repository: Path, forge: str) -> Iterator[tuple[str, bytes]]:
    """Yield what carries a seal of mlspec among the files of a forge; no link is followed."""
    for folder, pattern in _PLACES.items():
        is_real = folder.startswith(forge) and not any(
            (repository / each).is_symlink() for each in (forge, folder)
        )
        for file in sorted((repository / folder).glob(pattern)) if is_real else ():
            content = None if file.is_symlink() or not file.is_file() else read_file(file)
            if content is not None and has_seal(content):
                yield f"/{folder}/{file.name}", content


def _home(content: bytes) -> str | None:
    """Return the folder of the workspace that a file runs in; None for one that names none."""
    found = _WHERE.search(content.replace(b"\r\n", b"\n"))
    return found[1].decode("utf-8", "replace") if found else None
