"""CODEOWNERS of a repository: the last pattern that matches a file names its owners.

Rule: <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
customizing-your-repository/about-code-owners>. Patterns are those of gitignore, without `!` and
ranges of `[ ]`; a pattern without owners takes them away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CODEOWNERS_FILES", "CodeOwners"]

CODEOWNERS_FILES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may lie; the first one that is there counts, and no other."""

_LONGEST_LINE: Final = 2000
_MOST_LINES: Final = 20_000
_MOST_STARS: Final = 16
_MOST_FOLDERS: Final = 3
_WORDS = re.compile(r"(?:\\.|[^\s\\])+")
_STARS = re.compile(r"(?<!\\)\*+")
_PARTS = re.compile(r"\\.|[^\\]")
_FOLDERS: Final = "**"


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The rules of a file, the last one first; `skipped` counts lines that are no rule.

    A line of more than 2,000 characters, 16 stars or 3 `**` is none, nor is one with `!` or `[`;
    lines after the 20,000th are not read.
    """

    rules: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()
    skipped: int = 0

    @classmethod
    def read(cls, text: str) -> CodeOwners:
        """Read the text of a file; whatever it holds, nothing raises."""
        rules, skipped = [], 0
        lines = text.splitlines()
        for line in lines[:_MOST_LINES]:
            pattern, *owners = _words(line) or ("",)
            if not pattern:
                continue
            if _is_odd(line, pattern):
                skipped += 1
            else:
                rules.append((re.compile(_expression(pattern)), tuple(owners)))
        skipped += max(0, len(lines) - _MOST_LINES)
        return cls(tuple(reversed(rules)), skipped)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file, by its path from the top of the repository."""
        return next((owners for rule, owners in self.rules if rule.fullmatch(path)), ())


def _words(line: str) -> list[str]:
    """Return the words of a line before its comment."""
    found = []
    for word in _WORDS.findall(line[: _LONGEST_LINE + 1]):
        if word.startswith("#"):
            break
        found.append(word)
    return found


def _is_odd(line: str, pattern: str) -> bool:
    is_long = len(line) > _LONGEST_LINE or pattern.count("*") > _MOST_STARS
    is_deep = pattern.count(_FOLDERS) > _MOST_FOLDERS
    return is_long or is_deep or pattern.startswith(("!", "[", "^[")) or "[" in pattern


def _expression(pattern: str) -> str:
    """Return a pattern as a regular expression of whole paths.

    One with `/` at its beginning or inside is of the top, another of every folder. What names a
    folder is of all below it; `docs/*` is of the files of `docs` alone.
    """
    inner = pattern.strip("/")
    is_of_top = "/" in pattern.rstrip("/") or not inner
    body = "".join(_segments(inner if is_of_top else f"**/{inner}"))
    if pattern.endswith("/"):
        return f"{body}/.*" if inner else ".*"
    is_of_files = inner.endswith("/*")
    return body if is_of_files else f"{body}(?:/.*)?"


def _segments(pattern: str) -> Iterator[str]:
    """Yield what each name of a path is; `**` is any folders or none, at the end whatever."""
    *names, last = pattern.split("/")
    for name in names:
        yield "(?:[^/]+/)*" if name == _FOLDERS else f"{_segment(name)}/"
    yield ".+" if last == _FOLDERS else _segment(last)


def _segment(name: str) -> str:
    """Return one name of a path: every star but the last takes the least, and never more.

    So a name is compared in time that grows with its length and its stars alone.
    """
    first, *rest = ("".join(map(_plain, _PARTS.findall(each))) for each in _STARS.split(name))
    if not rest:
        return first
    return first + "".join(f"(?>[^/]*?{each})" for each in rest[:-1]) + f"[^/]*{rest[-1]}"


def _plain(part: str) -> str:
    return "[^/]" if part == "?" else re.escape(part.removeprefix("\\"))
