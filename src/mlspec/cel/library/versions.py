"""Semantic versions of Kubernetes: `semver('1.2.3-rc.1')`.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import register
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSES", "FUNCTIONS"]

_NUMBER = r"(0|[1-9][0-9]{0,17})"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Version:
    """A version; the build behind `+` has no part in its order or equality."""

    numbers: tuple[int, int, int]
    before: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """Return what versions are ordered by: numbers in words before words, fewer before more."""
        words = [(0, int(each), "") if each.isdigit() else (1, 0, each) for each in self.before]
        return (self.numbers, not self.before, words)


register(Version, "kubernetes.Semver")
CLASSES: dict[str, type] = {"semver": Version}


def _version(text: str) -> Version:
    match = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise EvaluationError(f"`{printable(text[:40])}` is no semantic version")
    before = tuple(match[4].split(".")) if match[4] else ()
    return Version((int(match[1]), int(match[2]), int(match[3])), before)


def _is_version(text: str) -> bool:
    return len(text) <= _LONGEST and _VERSION.fullmatch(text) is not None


def _compared(one: Version, other: Version) -> int:
    return (one.order > other.order) - (one.order < other.order)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "semver(string) -> semver": _version,
    "isSemver(string) -> bool": _is_version,
    "(semver).major() -> int": lambda version: version.numbers[0],
    "(semver).minor() -> int": lambda version: version.numbers[1],
    "(semver).patch() -> int": lambda version: version.numbers[2],
    "(semver).compareTo(semver) -> int": _compared,
    "(semver).isGreaterThan(semver) -> bool": lambda one, other: _compared(one, other) > 0,
    "(semver).isLessThan(semver) -> bool": lambda one, other: _compared(one, other) < 0,
}
