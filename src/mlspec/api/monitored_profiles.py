"""The profiles that monitors compare with, read for `compile`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Profile, Reason, Wanted, read_file, read_profile
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.gates import EvidenceSource
    from mlspec.workspace import Resource, Workspace

__all__ = ["monitored_profiles"]


def monitored_profiles(root: Path, workspace: Workspace) -> dict[str, Profile | str]:
    """Return the profiles that a monitor names, by file, or a sentence that says what is wrong.

    `root` is the folder of the workspace. A file that does not have the digest that the spec
    states is not used.
    """
    wanted = {
        source.file: source
        for resource in workspace.of_kind("Model")
        for source in _sources(resource)
    }
    return {file: _profile(root, source) for file, source in sorted(wanted.items())}


def _sources(resource: Resource) -> Iterator[EvidenceSource]:
    spec = model_of(resource)
    named = {each.profile for each in spec.monitoring if each.profile}
    if named and spec.evaluation is not None:
        yield from (each for each in spec.evaluation.sources if each.name in named)


def _profile(root: Path, source: EvidenceSource) -> Profile | str:
    content = read_file(root, source.file, name=source.name)
    if isinstance(content, Reason):
        return content.sentence
    if source.digest is not None and source.digest != content.digest:
        return f"`{source.file}` does not have the digest that the spec states"
    found = read_profile(content, Wanted())
    return found if isinstance(found, Profile) else found.sentence
