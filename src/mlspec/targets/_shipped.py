"""The templates that a workspace may replace, and what a replacement began as.

A template is replaced by a file of the same name in the folder `paths.templates`. One that
`mlspec templates eject` wrote begins with a comment that holds the digest of the shipped text, so
that a later version can tell when the shipped one has changed since.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ejected_digest", "ejected_text", "replaceable_templates", "shipped_text"]

_HEADER = re.compile(r"\{# mlspec-template: (sha256:[0-9a-f]{64})[^\n]*#\}\n")
_NO_COMMENTS = ".json"


def replaceable_templates(targets: Iterable[str]) -> tuple[str, ...]:
    """Return the names (`<target>/<file>`) of the templates of targets, sorted."""
    root = data_path("templates")
    folders = {each.replace("-", "_") for each in targets}
    found = (
        file.relative_to(root).as_posix()
        for folder in sorted(folders)
        for file in (root / folder).rglob("*")
        if file.is_file()
    )
    return tuple(sorted(found))


def shipped_text(name: str) -> str:
    """Return a shipped template as it is.

    Raises:
        OSError: there is no such template; names come from `replaceable_templates`.
    """
    return (data_path("templates") / name).read_text(encoding="utf-8")


def ejected_text(name: str) -> str:
    """Return what a replacement begins as: it renders to the same as the shipped template."""
    text = shipped_text(name)
    if name.endswith(_NO_COMMENTS):
        return text
    digest = digest_bytes(text.encode())
    return f"{{# mlspec-template: {digest}; tells when the shipped one changes #}}\n{text}"


def ejected_digest(text: str) -> str | None:
    """Return the digest of what a replacement was ejected from; None for one that was not."""
    found = _HEADER.match(text)
    return found[1] if found else None
