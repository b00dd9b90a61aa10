"""What is known only at some stages: a rule that reads it can't be judged at the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.policy._model import Stage
from mlspec.policy._report import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.policy._model import PackRule

__all__ = ["is_planned", "reads", "untimely"]

_PLANNED = (Stage.PLAN, Stage.APPLY)
_KNOWN = {
    ("change",): _PLANNED,
    ("registry",): _PLANNED,
    ("evidence", "gates"): _PLANNED,
    ("evidence", "approvals"): (Stage.APPLY,),
    ("change", "author"): (Stage.APPLY,),
    ("change", "authors"): (Stage.APPLY,),
}
"""The stages at which what only some know is there, by path."""


def is_planned(path: Path) -> bool:
    """Tell whether a value is known only where a plan is made or applied."""
    return any(path[: len(each)] == each for each in _KNOWN)


def reads(rule: PackRule) -> frozenset[tuple[str, ...]]:
    """Return the paths that a rule names, as far as their first two steps."""
    wordings = rule.by_kind.values()
    programs = [each for wording in wordings for each in (wording.when, wording.require)]
    return frozenset(path[:2] for program in programs for path in program.reads())


def untimely(rule: PackRule) -> Iterator[Diagnostic]:
    """Yield what a rule reads that is not known yet at one of its stages."""
    read = {path[:length] for path in reads(rule) for length in (1, 2)}
    stages = [Stage(each) for each in rule.spec.stages]
    for path, known in sorted(_KNOWN.items()):
        early = [each.value for each in stages if each not in known]
        if path in read and early:
            told = (
                f"`{rule.id}` reads `{'.'.join(path)}`, and is judged at {_listed(early)}, too,"
                " where nobody knows it yet"
            )
            hint = f"write `stages: [{', '.join(each.value for each in known)}]`"
            yield report("untimely-rule", told, rule.span, hint)


def _listed(words: list[str]) -> str:
    return " and ".join(f"`{each}`" for each in words)
