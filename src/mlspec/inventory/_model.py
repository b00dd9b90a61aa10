"""What an inventory is made of: documents, records, sights of live sources, and rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "LIVE_CLASSES",
    "Applied",
    "Class",
    "Documented",
    "Expected",
    "Gates",
    "Inventory",
    "Origin",
    "Owner",
    "Review",
    "Row",
    "Sight",
    "Source",
    "Standing",
]


class Class(StrEnum):
    """What a reviewer counts; a row has any number of them."""

    LIVE_UNDOCUMENTED = "live-undocumented"
    """A live source shows it, and no spec documents it."""
    DOCUMENTED_DEAD = "documented-dead"
    """A spec documents it, and the sources that would show it were read and don't."""
    UNOWNED = "unowned"
    """Nobody is named who answers for it."""
    HOSTED_API = "hosted-api"
    """Somebody else runs it: there are no bytes, but an interface and its provider."""
    TIER_UNKNOWN = "tier-unknown"
    """Nobody said which risk tier it is of."""
    REVIEW_OVERDUE = "review-overdue"
    """The day by which it was to be looked at again is past, or it never was looked at."""
    OBSERVED = "observed"
    """mlspec documents it, and manages nothing of it."""
    MANAGED = "managed"
    """A spec of a managed kind documents it, or the registry records it as live."""
    UNREADABLE = "unreadable"
    """Its spec has errors, so that nobody can tell what it says."""


LIVE_CLASSES: Final = frozenset({Class.LIVE_UNDOCUMENTED, Class.DOCUMENTED_DEAD})
"""Classes that nobody can tell without a live source."""


class Standing(StrEnum):
    """Whether a model is live, as far as somebody looked."""

    LIVE = "live"
    PRESENT = "present"
    """A live source holds it, and it is not known to serve: no alias or stage, or no replicas."""
    DEAD = "dead"
    """Every source that would show it was read, and none does."""
    NOT_APPLIED = "not-applied"
    """No registry of mlspec has it: it was never applied, and nothing shows it."""
    RETIRED = "retired"
    NOT_LOOKED = "not-looked"
    """No source was read that would show it."""


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """Who answers for a model; `source` says how that is known, `members` are of the team.

    `source` is `team` (of `metadata.owner`), `stated` (in the spec of an observed model),
    `codeowners` (of the file of the spec), `label` (of the live object: a guess), or "".
    """

    name: str = ""
    source: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Days as `2027-01-31`, "" where there is none; `is_never` where a first one is missing."""

    last: str = ""
    next: str = ""
    is_never: bool = False


@dataclass(frozen=True, slots=True)
class Gates:
    """Gates of a model in an environment: how many are declared, how many of these pass.

    `age_days` is the age of the verdicts, None where there is no record, or it tells no moment.
    `status` is `present`, `stale` or `missing`; a stale record passes nothing.
    """

    environment: str
    declared: int
    passed: int = 0
    age_days: int | None = None
    status: str = "missing"


@dataclass(frozen=True, slots=True, order=True)
class Applied:
    """What the registry of mlspec holds of an address in an environment."""

    environment: str
    version: str
    lifecycle: str


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """Where a model would be seen if it were live.

    `system` names the sort of source, `place` one of them, or the namespace in a cluster; "" is
    any. `environments` are those where it is awaited, empty where that is not known.
    """

    system: str
    place: str = ""
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a model was found: the system, the place, its name there, when that was made in ms."""

    system: str
    place: str
    name: str
    created_ms: int = 0


@dataclass(frozen=True, slots=True)
class Documented:
    """One model or system, as its spec says; `kind` is `Model`, `ObservedModel` or `System`.

    `origins` is where it was found. `registered` are names in a registry of models, each with the
    moment in ms that the registry made it, 0 for any; `implied` are names that nobody wrote and
    that follow from its own. `storage` are normalised addresses of its bytes. `models` are the
    addresses of the models of a system. Of a spec with errors that is not `is_readable` only its
    address is certain, and what tells live objects of it from others.
    """

    address: str
    kind: str
    version: str = ""
    owner: Owner = Owner()
    code_owners: tuple[str, ...] = ()
    tier: str = ""
    review: Review = Review()
    gates: tuple[Gates, ...] = ()
    findings: int = 0
    file: str = ""
    is_hosted: bool = False
    provider: str = ""
    origins: tuple[Origin, ...] = ()
    registered: tuple[tuple[str, int], ...] = ()
    implied: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    models: tuple[str, ...] = ()
    is_readable: bool = True

    @property
    def is_managed(self) -> bool:
        """Whether mlspec applies it."""
        return self.kind != "ObservedModel"


@dataclass(frozen=True, slots=True, order=True)
class Sight:
    """One object of a live source that is a model, or serves one.

    `system`, `source` and `name` together name it: no two sights share them. `environment` is what
    the object says of itself, `places` are the environments that it is found to be in, each with
    the version there; `version` is the one that is live. `labelled` is the name that labels of
    mlspec give its model, `part_of` the name of the object that made it. `is_registered` tells
    that `name` is one of a registry of models, which made it at `created_ms`. What is not known is
    "", or 0.
    """

    system: str
    source: str
    name: str
    kind: str = ""
    place: str = ""
    environment: str = ""
    places: tuple[tuple[str, str], ...] = ()
    namespace: str = ""
    version: str = ""
    aliases: tuple[str, ...] = ()
    is_live: bool = True
    labelled: str = ""
    part_of: str = ""
    is_registered: bool = False
    created_ms: int = 0
    storage: str = ""
    owner: str = ""
    tier: str = ""
    provider: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the object."""
        return self.system, self.source, self.name


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was read, or that was not: `why_not` says why.

    `systems` are the sorts of objects that it shows. `environments` and `namespaces` are those
    that it is of; empty environments are any. `newest` is the newest moment that stands in it,
    `remarks` are sentences on what of it was not looked at, `unread` the parts that can't be read.
    """

    name: str
    system: str
    systems: tuple[str, ...] = ()
    objects: int = 0
    environments: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    is_live: bool = False
    is_dump: bool = False
    newest: str = ""
    remarks: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One model or system. `address` is "" where no spec and no record has one for it.

    `looked` names the live sources that would have shown it. `suggestion` is the address of a spec
    of a like name, which may be the same model: nothing more is known. Of what is not
    `is_readable` a spec is there, and what it says is not known.
    """

    address: str
    name: str
    kind: str
    standing: Standing
    classes: tuple[Class, ...]
    sights: tuple[Sight, ...] = ()
    applied: tuple[Applied, ...] = ()
    version: str = ""
    owner: Owner = Owner()
    code_owners: tuple[str, ...] = ()
    tier: str = ""
    review: Review = Review()
    gates: tuple[Gates, ...] = ()
    findings: int | None = None
    file: str = ""
    provider: str = ""
    looked: tuple[str, ...] = ()
    suggestion: str = ""
    is_readable: bool = True

    @property
    def environments(self) -> Mapping[str, tuple[str, ...]]:
        """The environments that it is in, with its versions there; what is retired is in none."""
        found: dict[str, set[str]] = {}
        for each in self.applied:
            if each.lifecycle == "live":
                found.setdefault(each.environment, set()).add(each.version)
        recorded = {*found}
        for name, version in (each for sight in self.sights for each in sight.places):
            if name not in recorded:
                found.setdefault(name, set()).add(version)
        return {name: tuple(sorted(found[name] - {""})) for name in sorted(found)}

    @property
    def worst_gates(self) -> Gates | None:
        """The gates where the fewest pass, on the oldest evidence; None where none is declared."""
        return min(
            (each for each in self.gates if each.declared),
            key=lambda each: (each.passed / each.declared, -(each.age_days or 0), each.environment),
            default=None,
        )


@dataclass(frozen=True)
class Inventory:
    """All rows on a day, and what was looked at; `shown` are the classes that were asked for.

    `code_owners` is the file of that name, "" where the repository has none.
    """

    as_of: str
    environment: str
    rows: tuple[Row, ...]
    sources: tuple[Source, ...]
    code_owners: str = ""
    shown: tuple[Class, ...] = ()
    counts: Mapping[Class, int] = field(init=False)

    def __post_init__(self) -> None:
        """Count the classes of all rows once."""
        counted = Counter(name for row in self.rows for name in row.classes)
        object.__setattr__(self, "counts", {each: counted[each] for each in Class})

    @property
    def chosen(self) -> tuple[Row, ...]:
        """The rows of the classes that were asked for, all of them otherwise."""
        wanted = {*self.shown}
        return tuple(each for each in self.rows if not wanted or wanted & {*each.classes})

    @property
    def is_whole(self) -> bool:
        """Whether all specs could be read."""
        return not any(each.why_not and each.system == "specs" for each in self.sources)

    @property
    def has_looked(self) -> bool:
        """Whether a live source was read that shows something, or is known to have none of it."""
        read = (each for each in self.sources if each.is_live and not each.why_not)
        return any(each.systems for each in read)
