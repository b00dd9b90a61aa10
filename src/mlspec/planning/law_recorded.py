"""The law that was in force before a plan: bindings of the registry that its specs no longer have.

A change can't take away the rule that stands in its way: what it loosens judges the rest of it
once more, and the stricter of two outcomes counts. That the binding itself goes or changes is for
those who approve it. A pack whose bytes are not here any more judges nothing: then nothing else
may be written in the same change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from mlspec.canonical import pretty_json
from mlspec.diagnostics import has_errors
from mlspec.errors import UsageError
from mlspec.kinds import API_VERSION
from mlspec.ledger.policy_facts import gravity_of
from mlspec.members import section, text, texts
from mlspec.planning._binding import bound_body, live_bindings
from mlspec.policy import BoundPack, recalled
from mlspec.syntax import SourceText
from mlspec.workspace import WORKSPACE_FILE, canonical_body, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.policy import PackFiles, Result
    from mlspec.state import ObjectRecord, Snapshot
    from mlspec.workspace import Resource, Workspace

    Fetch = Callable[[PolicyBindingSpec, str], PackFiles]

__all__ = ["Former", "former_of", "strictest"]


@dataclass(frozen=True)
class Former:
    """Packs that were in force and are not, or not as strictly; `faults` say which are lost."""

    packs: tuple[BoundPack, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the specs have all that the registry has."""
        return not (self.packs or self.faults)


def former_of(
    workspace: Workspace, packs: Sequence[BoundPack], snapshot: Snapshot, fetch: Fetch | None
) -> Former:
    """Return what was in force in the environment and is not as the specs have it.

    `packs` are those of the specs; `fetch` gives the files of a pack, of a digest if one is known,
    or raises `UsageError`. The bodies of live bindings have to be in the snapshot.
    """
    stated = [_rules_of(_recorded_as(each)) for each in packs]
    found = [
        _bound(workspace, each, fetch)
        for each in live_bindings(snapshot)
        if _applies_in(each, workspace.environment) and _rules_of(each.body) not in stated
    ]
    return Former(
        tuple(each for each in found if isinstance(each, BoundPack)),
        tuple(each for each in found if isinstance(each, str)),
    )


def _applies_in(record: ObjectRecord, environment: str) -> bool:
    named = texts(section(record.body, "spec"), "environments")
    return not named or environment in named


def _recorded_as(bound: BoundPack) -> Json:
    return bound_body(canonical_body(bound.binding), {bound.pack.name: bound.pack.digest})


def _rules_of(body: Json) -> Json:
    """Return what of a binding decides: not its name, owner or labels."""
    digest = text(section(body, "governed"), "digest")
    return {"spec": dict(section(body, "spec")), "digest": digest}


def _bound(workspace: Workspace, record: ObjectRecord, fetch: Fetch | None) -> BoundPack | str:
    """Return a binding of the registry with its pack, or why it can't judge any more."""
    binding = _resource(workspace, record)
    if binding is None or fetch is None:
        return f"`{record.address}` of the registry can't be read"
    digest = text(section(record.body, "governed"), "digest")
    try:
        spec = cast("PolicyBindingSpec", binding.spec)  # resources of this kind have it
        bound = recalled(binding, fetch(spec, digest))
    except UsageError as error:
        return f"`{record.address}`: {error}"
    if bound is None or digest not in ("", bound.pack.digest):
        named = f"`{spec.pack}` {spec.version}"
        return f"`{record.address}`: the bytes of {named} that are in force are not here any more"
    return bound


def _resource(workspace: Workspace, record: ObjectRecord) -> Resource | None:
    """Return a binding as it is recorded, read again: bodies may be of any age."""
    name = record.address.partition("/")[2]
    document: dict[str, Json] = {
        "apiVersion": API_VERSION,
        "kind": "PolicyBinding",
        "metadata": {"name": name},
        "spec": dict(section(record.body, "spec")),
    }
    source = SourceText(f"registry/{record.address}.yaml", pretty_json(document).encode())
    loaded = load([workspace.sources[WORKSPACE_FILE], source])
    if loaded.workspace is None or has_errors(loaded.diagnostics):
        return None
    return loaded.workspace.resources.get(record.address)


def strictest(
    results: Iterable[Result], packs: Sequence[BoundPack], former: Sequence[BoundPack]
) -> Iterator[Result]:
    """Yield one result for each rule and resource: the gravest; of two alike, that of the specs.

    One that comes from a binding which the specs no longer have says so.
    """
    own = {rule.id for each in packs for rule in each.pack.rules}
    homes = {rule.id: each.binding.address for each in former for rule in each.pack.rules}
    found: dict[tuple[str, str], Result] = {}
    for each in results:
        key = (each.address, each.rule)
        is_former = key in found or each.rule not in own
        if key not in found or _gravity(each) > _gravity(found[key]):
            found[key] = _told(each, homes[each.rule]) if is_former else each
    yield from found.values()


def _gravity(result: Result) -> int:
    return gravity_of(result.outcome.value, result.enforcement.value)


def _told(result: Result, binding: str) -> Result:
    if not result.message:
        return result
    told = f"{result.message} (`{binding}`, as it was applied last)"
    return replace(result, message=told)
