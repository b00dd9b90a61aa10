"""Diagnostics of this family, made by the name of their code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Diagnostic
from mlspec.policy._codes import POLICY_CODES

if TYPE_CHECKING:
    from mlspec.diagnostics import Related, Span

__all__ = ["report"]

_CODES = {each.name: each for each in POLICY_CODES}


def report(
    name: str,
    message: str,
    span: Span | None,
    hint: str | None = None,
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    """Return a diagnostic of the policy family by the name of its code."""
    code = _CODES[name]
    return Diagnostic(code.code, code.name, code.severity, message, span, related, hint)
