"""Targets: one module is one output format.

In: the IR of one environment. Out: files that are not written yet, in order of path. Must not:
know kinds, touch the disk, read a clock. A module of this package that defines `TARGET` is found
by its name; third parties register theirs under the entry point group `mlspec.targets`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import OutputError, UsageError
from mlspec.extensions import find
from mlspec.targets._drill import AlertProof, Measured, alert_proof, starts
from mlspec.targets._jobs import Job, Make, Reuse, Spread, anew, in_turn, jobs
from mlspec.targets._listing import Listing, listing
from mlspec.targets._looks import ControllerLooks, StepLooks, controller_looks
from mlspec.targets._moves import is_first_release
from mlspec.targets._port import Renderer, Target
from mlspec.targets._quoting import quote_html, quote_markdown
from mlspec.targets._seal import has_seal, is_sealed
from mlspec.targets._shipped import (
    ejected_digest,
    ejected_text,
    replaceable_templates,
    shipped_text,
)
from mlspec.targets._templates import template_renderer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mlspec.ir import Artifact, Bundle, Emitted

__all__ = [
    "AlertProof",
    "ControllerLooks",
    "Job",
    "Listing",
    "Make",
    "Measured",
    "Renderer",
    "Reuse",
    "StepLooks",
    "Target",
    "alert_proof",
    "anew",
    "collect",
    "controller_looks",
    "ejected_digest",
    "ejected_text",
    "emit",
    "emit_objects",
    "has_seal",
    "in_turn",
    "is_first_release",
    "is_sealed",
    "listing",
    "load_targets",
    "quote_html",
    "quote_markdown",
    "replaceable_templates",
    "shipped_text",
    "spoken_name",
    "starts",
    "template_renderer",
]

_SEGMENT = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,200}")
_LONGEST_PATH = 1000


@cache
def load_targets() -> tuple[Target, ...]:
    """Return all installed targets in order of name.

    Raises:
        UsageError: a target does not import, or its `TARGET` is none.
    """
    modules = [each.load("TARGET") for each in find("mlspec.targets", "mlspec.targets")]
    for module in modules:
        if not isinstance(module.TARGET, Target):
            raise UsageError(f"`TARGET` of the extension `{module.__name__}` is not a Target")
    return tuple(sorted((each.TARGET for each in modules), key=lambda target: target.name))


def emit(
    bundle: Bundle,
    enabled: Iterable[str],
    renderer: Renderer,
    spread: Spread = in_turn,
    reuse: Reuse = anew,
) -> tuple[Emitted, ...]:
    """Return the artifacts of the enabled targets by path.

    An empty choice means the targets that run by default. `spread` does the work, perhaps in
    several processes; `reuse` may give files of an earlier time where nothing that they depend on
    has changed.

    Raises:
        UsageError: a target of that name is not installed.
        OutputError: two artifacts claim one path, or a path leaves its folder.
    """
    chosen = _chosen(frozenset(enabled))
    artifacts = collect(spread(*jobs(bundle, chosen, renderer, reuse)))
    if not any(target.over for target in chosen):
        return artifacts
    every = _chosen(frozenset(bundle.targets))
    # A choice of one target must not change what it says of the others.
    known = artifacts if every == chosen else collect(spread(*jobs(bundle, every, renderer, reuse)))
    return collect([*artifacts, *_added(bundle, chosen, known)])


def emit_objects(bundle: Bundle) -> tuple[Emitted, ...]:
    """Return what the enabled targets make for clusters, and nothing else.

    Raises what `emit` raises.
    """
    chosen = [each for each in _chosen(frozenset(bundle.targets)) if each.has_objects]
    return collect(in_turn(*jobs(bundle, chosen, template_renderer(None))))


def _added(
    bundle: Bundle, targets: Iterable[Target], known: tuple[Emitted, ...]
) -> Iterator[Artifact]:
    for target in targets:
        for artifact in target.over(bundle, known) if target.over else ():
            yield replace(artifact, target=target.name)


def collect(artifacts: Iterable[Emitted]) -> tuple[Emitted, ...]:
    """Return artifacts by path, each with a path of its own inside the output folder.

    Raises:
        OutputError: two artifacts claim one path, or a path leaves its folder.
    """
    claimed: dict[str, Emitted] = {}
    for artifact in sorted(artifacts, key=attrgetter("path")):
        _check_path(artifact.path)
        # Without case: on some file systems `A.yaml` and `a.yaml` are one file.
        other = claimed.setdefault(artifact.path.casefold(), artifact)
        if other is not artifact:
            raise OutputError(f"`{other.path}` and `{artifact.path}` would be one file")
    return tuple(claimed.values())


def _chosen(names: frozenset[str]) -> list[Target]:
    installed = {spoken_name(target.name): target for target in load_targets()}
    _require_installed(names, installed)
    wanted = {spoken_name(name) for name in names}
    return [
        target
        for name, target in installed.items()
        if (name in wanted if wanted else target.is_default)
    ]


def _require_installed(names: frozenset[str], installed: Collection[str]) -> None:
    for name in sorted(names):
        if spoken_name(name) not in installed:
            close = did_you_mean(name, installed)
            raise UsageError(
                f"there is no target `{name}`",
                hint=f"did you mean `{close}`?" if close else None,
                details=(f"installed: {', '.join(installed)}",),
            )


def spoken_name(name: str) -> str:
    """Return a name of a target as specs write it: `gateway-api` names the module `gateway_api`."""
    return name.replace("_", "-")


def _check_path(path: str) -> None:
    segments = path.removeprefix("/").split("/")
    if len(path) > _LONGEST_PATH or not all(map(_is_plain, segments)):
        raise OutputError(f"an artifact would be written to {path!r}, outside of its folder")


def _is_plain(segment: str) -> bool:
    return segment not in (".", "..") and _SEGMENT.fullmatch(segment) is not None
