"""What changes from one version of a pack to another: rules, and what they say of resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.policy._model import Pack, PackRule, PackTierRule, Result

__all__ = ["FieldChange", "OutcomeChange", "RuleChange", "changed_outcomes", "changed_rules"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a rule; None is one that is not stated."""

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that comes, goes or changes; `fields` are those that differ, by their path."""

    rule: str
    title: str
    change: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """What a rule says of a resource, before and after; "" where there is no such rule."""

    address: str
    rule: str
    before: str
    after: str
    stops: bool
    """Whether a plan could be applied before, as far as this rule is asked, and can't after."""
    lifts: bool = False
    """Whether this rule stopped a plan before, and does no more."""


def changed_rules(before: Pack, after: Pack) -> Iterator[RuleChange]:
    """Yield the rules that differ between two states of a pack, by id."""
    old, new = _by_id(before), _by_id(after)
    for name in sorted({*old, *new}):
        if name not in new:
            yield RuleChange(name, old[name].title, "removed")
        elif name not in old:
            yield RuleChange(name, new[name].title, "added")
        elif fields := tuple(_fields(_stated(old[name]), _stated(new[name]))):
            yield RuleChange(name, new[name].title, "changed", fields)


def _by_id(pack: Pack) -> Mapping[str, PackRule | PackTierRule]:
    rules: list[PackRule | PackTierRule] = [*pack.rules, *pack.tiers]
    return {each.id: each for each in rules}


def _stated(rule: PackRule | PackTierRule) -> Mapping[str, Json]:
    spec: dict[str, Json] = rule.spec.model_dump(mode="json", by_alias=True)
    return {"title": rule.title, **spec}


def _fields(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[FieldChange]:
    for name in sorted({*before, *after}):
        was, is_now = before.get(name), after.get(name)
        if was != is_now:
            yield FieldChange(name, was, is_now)


def changed_outcomes(before: Iterable[Result], after: Iterable[Result]) -> Iterator[OutcomeChange]:
    """Yield where what rules say of resources differs, by address and rule."""
    old = {(each.address, each.rule): each for each in before}
    new = {(each.address, each.rule): each for each in after}
    for address, rule in sorted({*old, *new}):
        (was, stopped), (is_now, stops) = (_said(each.get((address, rule))) for each in (old, new))
        if was != is_now or stops != stopped:
            comes, goes = stops and not stopped, stopped and not stops
            yield OutcomeChange(address, rule, was, is_now, comes, goes)


def _said(result: Result | None) -> tuple[str, bool]:
    """Return the outcome, "" for none, and whether it stops a plan."""
    return ("", False) if result is None else (result.outcome.value, result.stops)
