"""Run the checks that no API server does, and say what they found."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlspec.diagnostics import Diagnostic, sort_diagnostics
from mlspec.errors import UsageError
from mlspec.extensions import find
from mlspec.manifests._port import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.diagnostics import Code
    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["check_codes", "find_problems", "load_checks"]


_LONGEST = 400


@cache
def load_checks() -> tuple[Check, ...]:
    """Return every discovered check in order of name.

    Raises:
        UsageError: a module does not import or defines no `CHECK`, or two checks share a code.
    """
    found = find("mlspec.manifests.checks", "mlspec.checks")
    checks = tuple(each.load("CHECK").CHECK for each in found)
    for extension, check in zip(found, checks, strict=True):
        if not isinstance(check, Check):
            raise UsageError(f"`CHECK` of the extension `{extension.module}` is not a check")
    _refuse_duplicates(checks)
    return checks


def check_codes() -> tuple[Code, ...]:
    """Return the codes of every check, in order of code."""
    codes = {entry for check in load_checks() for entry in check.codes}
    return tuple(sorted(codes, key=lambda entry: entry.code))


def find_problems(
    manifests: ManifestSet, checks: Iterable[Check] | None = None
) -> list[Diagnostic]:
    """Return what the checks (all of them unless some are named) find, in order of place."""
    chosen = load_checks() if checks is None else tuple(checks)
    return sort_diagnostics(_told(manifests, chosen))


def _told(manifests: ManifestSet, checks: tuple[Check, ...]) -> Iterator[Diagnostic]:
    entries = {entry.code: entry for check in checks for entry in check.codes}
    for check in checks:
        for problem in check.find(manifests):
            if problem.code not in entries:
                raise UsageError(f"the check `{check.name}` gives `{problem.code}`, unlisted")
            yield _diagnostic(problem, entries[problem.code])


def _diagnostic(problem: Problem, entry: Code) -> Diagnostic:
    manifest = problem.manifest
    inside = manifest.span_inside(problem.path, problem.inside)
    span = manifest.key_span(problem.path) if problem.on_key else inside
    hint = None if problem.hint is None else _short(problem.hint)
    message = _short(problem.message)
    return Diagnostic(entry.code, entry.name, entry.severity, message, span, hint=hint)


def _short(text: str) -> str:
    """Names in manifests may have a million characters; a message is read by somebody."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _refuse_duplicates(checks: tuple[Check, ...]) -> None:
    known: dict[str, str] = {}
    for check in checks:
        for entry in check.codes:
            for word in (entry.code, entry.name):
                if known.setdefault(word, check.name) != check.name:
                    raise UsageError(f"two checks give `{word}`: `{known[word]}`, `{check.name}`")
