"""What the rules of policy packs said of resources: as a plan shows it and a run records it.

Plain values with one shape in JSON. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.canonical import digest_value

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = [
    "STATED",
    "TIERS",
    "PackEntry",
    "PolicyEntry",
    "PolicyView",
    "RuleEntry",
    "WaiverEntry",
    "gravity_of",
    "policy_from_json",
]

TIERS: Final = ("minimal", "limited", "high", "prohibited")
"""In their order, lowest first."""
_ADVISORY: Final = "advisory"
_WAIVABLE: Final = "waivable"
STATED: Final = "stated"
"""A pass by what the spec states, where nobody has seen the paper or the record behind it."""
_GRAVITY: Final = {"pass": 0, "skip": 0, STATED: 1, "warn": 1, "waived": 2, "fail": 3, "error": 3}


def gravity_of(outcome: str, enforcement: str) -> int:
    """Return how grave an outcome is: a failed advice is no more than a warning."""
    found = _GRAVITY.get(outcome, max(_GRAVITY.values()))
    return min(found, _GRAVITY["warn"]) if enforcement == _ADVISORY else found


@dataclass(frozen=True, slots=True)
class PackEntry:
    """A pack that is in force, by the digest of its files."""

    name: str
    version: str
    digest: str

    def to_json(self) -> dict[str, Json]:
        """Return the pack as JSON."""
        return {"name": self.name, "version": self.version, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """The waiver that was looked at; `reason` is its own where it holds, else why it does not.

    The policy baseline is told so, too, with nobody who agreed: the outcome is not `waived` then.
    """

    address: str
    holds: bool
    reason: str
    until: str = ""
    by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the waiver as JSON."""
        return {
            "address": self.address,
            "holds": self.holds,
            "reason": self.reason,
            "until": self.until,
            "by": list(self.by),
        }


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """What one rule said that did not simply pass. `at` is `file:line:column`, "" for no place."""

    rule: str
    pack: str
    outcome: str
    severity: str
    enforcement: str
    message: str
    at: str = ""
    waiver: WaiverEntry | None = None

    @property
    def is_waived(self) -> bool:
        """Whether a waiver lets it pass."""
        return self.outcome == "waived"

    @property
    def is_known(self) -> bool:
        """Whether the policy baseline has it: what it says stays, and stops nothing."""
        return self.waiver is not None and self.waiver.holds and not self.is_waived

    @property
    def stops(self) -> bool:
        """Whether nothing may be applied because of it."""
        is_grave = self.gravity == max(_GRAVITY.values()) and self.enforcement != _ADVISORY
        return is_grave and not self.is_known

    @property
    def gravity(self) -> int:
        """How grave it is: a failed advice is no more than a warning."""
        return gravity_of(self.outcome, self.enforcement)

    def to_json(self) -> dict[str, Json]:
        """Return the outcome as JSON."""
        return {
            "rule": self.rule,
            "pack": self.pack,
            "outcome": self.outcome,
            "severity": self.severity,
            "enforcement": self.enforcement,
            "message": self.message,
            "at": self.at,
            "waiver": self.waiver.to_json() if self.waiver else None,
        }


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """What all rules said of one resource.

    `declared` and `computed` are tiers, "" for what has none; `because` has the steps that lead to
    the computed one. `passed` are the ids of rules that passed; those that do not apply are left
    out.
    """

    address: str
    declared: str = ""
    computed: str = ""
    because: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    told: tuple[RuleEntry, ...] = ()

    @property
    def is_understated(self) -> bool:
        """Whether the facts, and those that nobody stated, ask for a higher tier."""
        return _rank(self.computed) > _rank(self.declared)

    @property
    def stopping(self) -> tuple[RuleEntry, ...]:
        """The outcomes because of which nothing may be applied."""
        return tuple(each for each in self.told if each.stops)

    @property
    def is_passable(self) -> bool:
        """Whether all that stops it could be waived: who breaks the glass passes over that."""
        stopping = self.stopping
        could = all(each.enforcement == _WAIVABLE for each in stopping)
        return bool(stopping) and could and not self.is_understated

    @property
    def waived(self) -> tuple[RuleEntry, ...]:
        """The outcomes that a waiver lets pass."""
        return tuple(each for each in self.told if each.is_waived)

    @property
    def known(self) -> tuple[RuleEntry, ...]:
        """The outcomes that stop nothing because the policy baseline has them."""
        return tuple(each for each in self.told if each.is_known)

    def to_json(self) -> dict[str, Json]:
        """Return the entry as JSON."""
        return {
            "for": self.address,
            "declared": self.declared,
            "computed": self.computed,
            "because": list(self.because),
            "passed": list(self.passed),
            "told": [each.to_json() for each in self.told],
        }


@dataclass(frozen=True, slots=True)
class PolicyView:
    """What policy says: by which packs, on which day (UTC), of which resources.

    `faults` are what is wrong with the packs in force: nothing may be applied while there is any.
    """

    day: str = ""
    packs: tuple[PackEntry, ...] = ()
    faults: tuple[str, ...] = ()
    entries: tuple[PolicyEntry, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether no pack is in force, and none should be."""
        return not (self.packs or self.faults)

    def of(self, address: str) -> PolicyEntry | None:
        """Return what it says of a resource; None where it says nothing."""
        return next((each for each in self.entries if each.address == address), None)

    @property
    def passable(self) -> tuple[str, ...]:
        """What a run passes over that breaks the glass, each as `RULE ADDRESS`.

        That are rules which could be waived; no glass is broken for what is mandatory, for a tier
        that is too low, or for packs that can't be trusted.
        """
        return tuple(
            f"{rule.rule} {each.address}"
            for each in self.entries
            if each.is_passable
            for rule in each.stopping
        )

    def risk_facts(self) -> Json:
        """Return what of it approvals rest on: the packs, and all that did not simply pass."""
        told = {
            each.address: [
                each.declared,
                each.computed,
                *(
                    [rule.rule, rule.outcome, rule.waiver.address if rule.waiver else ""]
                    for rule in each.told
                ),
            ]
            for each in self.entries
        }
        return digest_value({"packs": [each.to_json() for each in self.packs], "told": told})

    def to_json(self) -> dict[str, Json]:
        """Return the view as JSON."""
        return {
            "day": self.day,
            "packs": [each.to_json() for each in self.packs],
            "faults": list(self.faults),
            "entries": [each.to_json() for each in self.entries],
        }


def policy_from_json(value: Json) -> PolicyView:
    """Return the view that a JSON value holds; what it has beside is passed over.

    Raises:
        TypeError, ValueError: it is not shaped like one.
    """
    return PolicyView(
        day=_text(value, "day"),
        packs=tuple(
            PackEntry(_text(each, "name"), _text(each, "version"), _text(each, "digest"))
            for each in _list(value, "packs")
        ),
        faults=_texts(value, "faults"),
        entries=tuple(map(_entry, _list(value, "entries"))),
    )


def _entry(value: Json) -> PolicyEntry:
    return PolicyEntry(
        address=_text(value, "for"),
        declared=_text(value, "declared"),
        computed=_text(value, "computed"),
        because=_texts(value, "because"),
        passed=_texts(value, "passed"),
        told=tuple(map(_rule, _list(value, "told"))),
    )


def _rule(value: Json) -> RuleEntry:
    waiver = _member(value, "waiver")
    return RuleEntry(
        rule=_text(value, "rule"),
        pack=_text(value, "pack"),
        outcome=_text(value, "outcome"),
        severity=_text(value, "severity"),
        enforcement=_text(value, "enforcement"),
        message=_text(value, "message"),
        at=_text(value, "at"),
        waiver=None if waiver is None else _waiver(waiver),
    )


def _waiver(value: Json) -> WaiverEntry:
    holds = _member(value, "holds")
    if not isinstance(holds, bool):
        raise TypeError("`holds` is not true or false")
    return WaiverEntry(
        _text(value, "address"),
        holds,
        _text(value, "reason"),
        _text(value, "until"),
        _texts(value, "by"),
    )


def _member(value: Json, name: str) -> Json:
    if not isinstance(value, dict) or name not in value:
        raise ValueError(f"there is no `{name}`")
    return value[name]


def _text(value: Json, name: str) -> str:
    found = _member(value, name)
    if not isinstance(found, str):
        raise TypeError(f"`{name}` is not a text")
    return found


def _list(value: Json, name: str) -> list[Json]:
    found = _member(value, name)
    if not isinstance(found, list):
        raise TypeError(f"`{name}` is not a list")
    return found


def _texts(value: Json, name: str) -> tuple[str, ...]:
    found = _list(value, name)
    if not all(isinstance(each, str) for each in found):
        raise TypeError(f"`{name}` is not a list of texts")
    return tuple(map(str, found))


def _rank(tier: str) -> int:
    return TIERS.index(tier) if tier in TIERS else -1
