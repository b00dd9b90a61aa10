"""Diagnostics of this family, made by the name of their code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Diagnostic, did_you_mean
from mlspec.workspace._codes import WORKSPACE_CODES

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlspec.diagnostics import Fix, Related, Span

__all__ = ["closest", "report"]

_CODES = {each.name: each for each in WORKSPACE_CODES}
_FEW = 500


def report(
    name: str,
    message: str,
    span: Span | None,
    *,
    hint: str | None = None,
    related: tuple[Related, ...] = (),
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """Return a diagnostic of the workspace family by the name of its code."""
    code = _CODES[name]
    return Diagnostic(code.code, code.name, code.severity, message, span, related, hint, fixes)


def closest(word: str, names: Collection[str]) -> str | None:
    """Return the closest name; among very many names, of those that start alike."""
    if len(names) > _FEW:
        names = [each for each in names if each[:2] == word[:2]][:_FEW]
    return did_you_mean(word, names)
