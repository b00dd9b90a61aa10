"""How checks write the codes they may give: example manifests before and after."""

from __future__ import annotations

import inspect

from mlspec.diagnostics import Code, Severity

__all__ = ["breaks", "notes", "warns"]


def breaks(code: str, name: str, summary: str, why: str, *, bad: str, good: str) -> Code:
    """Return the code of what a cluster or its controllers refuse, ignore or fail on."""
    return _code(Severity.ERROR, (code, name, summary, why), bad, good)


def warns(code: str, name: str, summary: str, why: str, *, bad: str, good: str) -> Code:
    """Return the code of what works, but not as somebody will expect, or may lie elsewhere."""
    return _code(Severity.WARNING, (code, name, summary, why), bad, good)


def notes(code: str, name: str, summary: str, why: str, *, bad: str, good: str) -> Code:
    """Return the code of what usually lies elsewhere, and is worth a look."""
    return _code(Severity.NOTE, (code, name, summary, why), bad, good)


def _code(severity: Severity, words: tuple[str, str, str, str], bad: str, good: str) -> Code:
    code, name, summary, why = words
    text = " ".join(why.split())
    examples = [f"{inspect.cleandoc(each)}\n" for each in (bad, good)]
    return Code(code, name, severity, summary, text, examples[0], examples[1])
