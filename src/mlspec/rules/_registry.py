"""Finding rules, and the rules that look at a kind."""

from __future__ import annotations

from functools import cache

from mlspec.errors import UsageError
from mlspec.extensions import Extension, find
from mlspec.rules._port import Rule

__all__ = ["documented_rules", "load_rules", "rules_for"]


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return every discovered rule in order of code.

    Raises:
        UsageError: a rule module does not import or defines no `RULE`, or two rules share a code
            or a name.
    """
    return tuple(documented_rules())


@cache
def documented_rules() -> dict[Rule, str]:
    """Return the documentation of every rule, in order of code.

    Raises:
        UsageError: as for `load_rules`.
    """
    found = [_load(each) for each in find("mlspec.rules", "mlspec.rules")]
    found.sort(key=lambda pair: (pair[0].code, pair[0].name))
    _refuse_duplicates([rule for rule, _ in found])
    return dict(found)


@cache
def rules_for(kind: str) -> tuple[Rule, ...]:
    """Return the rules that look at resources of a kind."""
    return tuple(rule for rule in load_rules() if not rule.kinds or kind in rule.kinds)


def _load(extension: Extension) -> tuple[Rule, str]:
    module = extension.load("RULE")
    if not isinstance(module.RULE, Rule):
        raise UsageError(f"`RULE` of the extension `{extension.module}` is not a rule")
    return module.RULE, module.__doc__ or ""


def _refuse_duplicates(rules: list[Rule]) -> None:
    known: dict[str, Rule] = {}
    for rule in rules:
        for word in (rule.code, rule.name):
            if word in known:
                raise UsageError(
                    f"two rules are called `{word}`",
                    details=(f"`{known[word].name}` ({known[word].code})", f"`{rule.name}`"),
                    hint="uninstall one of the packages that provide them",
                )
            known[word] = rule
