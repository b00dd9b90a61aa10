"""What of a workspace the registry of an environment records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.members import section
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.workspace import Resource

__all__ = ["SIGNERS_FILE", "governed_body", "is_governed"]

SIGNERS_FILE = ".mlspec/allowed_signers"
"""Whose signatures count, relative to the workspace, in the format of `ssh-keygen`."""
_PREFIX = "workspace/"
_LEFT_OUT = ("description", "overrides")  # they arrive through the bodies that they change


def is_governed(address: str) -> bool:
    """Tell whether an address is that of a workspace."""
    return address.startswith(_PREFIX)


def governed_body(
    resource: Resource,
    environment: str,
    signers: Iterable[str],
    patch_files: Mapping[str, str],
) -> dict[str, Json]:
    """Return what the registry of an environment records of its workspace.

    `signers` are the lines of the file of allowed signers; comments and empty lines say nothing.
    `patch_files` are the texts of the files that its patches name, by path.
    """
    body = canonical_body(resource)
    spec = section(body, "spec")
    settings = section(spec, "environments", environment)
    kept = {key: value for key, value in settings.items() if key not in _LEFT_OUT}
    governed: dict[str, Json] = {"environments": {environment: kept}}
    if "registry" in spec:
        governed["registry"] = spec["registry"]
    if patches := section(spec, "targets").get("patches"):
        governed["targets"] = {"patches": patches}  # they change what is compiled here
    lines: list[Json] = [*sorted({*_signer_lines(signers)})]
    kept_beside: dict[str, Json] = {"signers": lines}
    if patch_files:
        kept_beside["patchFiles"] = {**patch_files}
    return body | {"spec": governed, "governed": kept_beside}


def _signer_lines(signers: Iterable[str]) -> Iterator[str]:
    for line in signers:
        text = line.strip()
        if text and not text.startswith("#"):
            yield text
