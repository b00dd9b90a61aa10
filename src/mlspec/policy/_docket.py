"""The rules of a pack that a kind of resource is asked, with what does not depend on which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.policy._model import Enforcement, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.policy._model import Pack, PackRule, Wording

__all__ = ["Entry", "docket"]

_INCIDENT = "Incident"


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule that is asked; `who` names it where steps are counted."""

    rule: PackRule
    wording: Wording
    level: Enforcement
    severity: Severity
    pack: str
    who: str
    owing: frozenset[str]
    """The roles that owe the duty; where there are none, everybody does."""


def docket(
    pack: Pack, enforcement: Mapping[str, Enforcement], kind: str, stage: Stage
) -> Iterator[Entry]:
    """Yield the rules that look at a kind of resource at a stage, by id.

    `enforcement` is what a binding says beyond the pack, by id of the rule; it never loosens.
    """
    for rule in pack.rules:
        wording = rule.by_kind.get(kind)
        if wording is not None and _is_judged(rule, stage):
            yield Entry(
                rule,
                wording,
                level=_level(rule, enforcement, kind),
                severity=Severity(rule.spec.severity),
                pack=f"{pack.name}@{pack.version}",
                who=f"`{rule.id}` of `{pack.name}`",
                owing=frozenset(rule.spec.roles),
            )


def _is_judged(rule: PackRule, stage: Stage) -> bool:
    return bool(rule.spec.stages) if stage is Stage.READ else stage.value in rule.spec.stages


def _level(rule: PackRule, enforcement: Mapping[str, Enforcement], kind: str) -> Enforcement:
    """Return the stricter of what the pack and the binding say.

    What is said of an incident stops nobody: the truth is recorded, however late it is.
    """
    if kind == _INCIDENT:
        return Enforcement.ADVISORY
    stated = Enforcement(rule.spec.enforcement)
    bound = enforcement.get(rule.id, stated)
    return bound if bound.strictness > stated.strictness else stated
