"""Runs that broke the glass on a resource, or on the bindings and waivers that govern it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.lowering import BrokenGlass
from mlspec.planning.audit import audit_log
from mlspec.planning.break_glass import passed_over_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.kinds.waiver import WaiverSpec
    from mlspec.planning.audit import LoggedEvent
    from mlspec.registry import Backend
    from mlspec.workspace import Resource, Workspace

__all__ = ["GlassLog", "governing"]


def governing(workspace: Workspace, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the bindings in force in a workspace and the waivers of some resources, sorted."""
    covered, environment = {*addresses}, workspace.environment
    bindings = (
        each.address
        for each in workspace.of_kind("PolicyBinding")
        if not (named := cast("PolicyBindingSpec", each.spec).environments) or environment in named
    )
    waivers = (
        each.address
        for each in workspace.of_kind("Waiver")
        if cast("WaiverSpec", each.spec).scope.resource in covered
    )
    return tuple(sorted((*bindings, *waivers)))


class GlassLog:
    """What a registry tells of broken glass; the log of an address is read once."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: dict[str, tuple[BrokenGlass, ...]] = {}

    def of(self, workspace: Workspace, resource: Resource) -> tuple[BrokenGlass, ...]:
        """Return the runs that broke the glass on a resource or on what governs it, oldest first.

        One that changed several of these is told once, for the first of them.

        Raises:
            RegistryUnavailableError: the registry can't be read.
        """
        addresses = (resource.address, *governing(workspace, [resource.address]))
        runs: dict[str, BrokenGlass] = {}
        for each in (broken for address in addresses for broken in self._at(address)):
            runs.setdefault(each.run, each)
        return tuple(sorted(runs.values(), key=lambda each: (each.at, each.run)))

    def _at(self, address: str) -> tuple[BrokenGlass, ...]:
        if address not in self._known:
            self._known[address] = tuple(_broken(address, audit_log(self._backend, address)))
        return self._known[address]


def _broken(address: str, log: Iterable[LoggedEvent]) -> Iterator[BrokenGlass]:
    for each in log:
        glass = each.facts.break_glass if each.facts else None
        if each.facts and glass:
            looked = f"{each.review.principal} as {each.review.role}" if each.review else ""
            event = f"event {each.event.sequence} of {address}, {each.event.digest}"
            actor, run = each.facts.actor, each.facts.run_id
            yield BrokenGlass(
                run,
                address,
                each.at,
                actor,
                glass.role,
                glass.reason,
                passed_over_text(glass.passed_over),
                looked,
                event,
            )
