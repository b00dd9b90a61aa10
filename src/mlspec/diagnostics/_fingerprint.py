"""What tells a finding from all others, and stays when lines move or a day goes by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.diagnostics._model import Diagnostic

__all__ = ["fingerprint", "fingerprints"]


def fingerprint(code: str, about: str, message: str, count: int = 1) -> str:
    """Return 64 hexadecimal digits for a finding.

    `about` is the address of a resource, or the name of a file where no resource is known;
    `count` numbers findings that are alike in all of these, from 1 on.
    """
    return digest_value([code, about, message, count]).removeprefix("sha256:")


def fingerprints(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield the fingerprint of each diagnostic; those alike are numbered in the given order."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for each in diagnostics:
        file = each.span.file if each.span else ""
        key = (each.code, each.about or file, each.lasting or each.message)
        seen[key] += 1
        yield fingerprint(*key, seen[key])
