"""Why a rule was passed over: it has ended, others owe it, or its condition does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.cel import MISSING, Budget
from mlspec.policy._expressions import as_json
from mlspec.policy._model import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.cel import Fact as FactRead
    from mlspec.policy._model import Inputs, Pack, PackRule

__all__ = ["why_skipped"]

_STEPS: Final = 200_000
_ROLES: Final = ("spec", "risk", "roles")


def why_skipped(pack: Pack, rule: PackRule, inputs: Inputs) -> tuple[str, tuple[Fact, ...]]:
    """Return why a rule does not concern a resource, with the facts that this rests on.

    It asks what an evaluation asks, in the same order, and is only called for rules that skip.
    """
    until, owing, stated = rule.spec.applies_until, rule.spec.roles, _stated_roles(inputs)
    if until is not None and inputs.today > until:
        return f"it applied until {until}", ()
    if owing and stated and set(owing).isdisjoint(map(str, stated)):
        told = f"it is owed by {_listed(owing)}, and the organisation is {_listed(stated)}"
        return told, (Fact(_ROLES, stated),)
    found = rule.by_kind[inputs.kind].when.explain(inputs.facts(pack), Budget(_STEPS))
    return "`when` is false", tuple(map(_fact, found.facts))


def _stated_roles(inputs: Inputs) -> list[Json]:
    spec = inputs.subject.get("spec")
    risk = spec.get("risk") if isinstance(spec, dict) else None
    roles = risk.get("roles") if isinstance(risk, dict) else None
    return roles if isinstance(roles, list) else []


def _listed(names: Sequence[object]) -> str:
    return " or ".join(f"`{each}`" for each in names)


def _fact(read: FactRead) -> Fact:
    is_stated = read.value is not MISSING
    return Fact(read.path, as_json(read.value) if is_stated else None, is_stated)
