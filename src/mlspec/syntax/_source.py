"""The content of one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mlspec.canonical import digest_bytes

__all__ = ["SourceText", "split_lines"]


@dataclass(frozen=True)
class SourceText:
    """The content of one file; `file` is its path relative to the workspace, with `/`."""

    file: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """The `sha256:` digest of the bytes."""
        return digest_bytes(self.content)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends, for showing; undecodable bytes become U+FFFD."""
        return tuple(split_lines(self.content.decode("utf-8-sig", "replace")))


def split_lines(text: str) -> list[str]:
    """Return the lines as YAML 1.2 counts them: LF, CR LF and CR end a line, nothing else."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines
