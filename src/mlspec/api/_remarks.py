"""What a compile says besides its files: of what it decided alone, and of what it has not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lowering import is_output_watched, never_committed
from mlspec.targets import is_first_release, spoken_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Bundle, Emitted
    from mlspec.workspace import Workspace

__all__ = ["idle", "ignored", "remarks"]

_SHOWN = 3
_MOVING = ("gateway_api", "kserve", "kubernetes")
"""Targets that compile steps, or would."""
_ROUTED = ("HTTPRoute", "VirtualService")
_ASKING = ("argo_rollouts", "flagger", "keda")
"""Targets that compile what asks Prometheus in the cluster."""


def idle(artifacts: Iterable[Emitted], asked: Iterable[str]) -> tuple[str, ...]:
    """Return the targets that were asked for by name and have nothing to write, in order."""
    busy = {each.target for each in artifacts}
    return tuple(sorted({*map(spoken_name, asked)}.difference(map(spoken_name, busy))))


def ignored(root: Path, workspace: Workspace, output: Path) -> tuple[Diagnostic, ...]:
    """Return that git ignores the output folder, where a GitOps tool waits for it."""
    if not is_output_watched(workspace):
        return ()
    from mlspec.vcs import is_ignored

    return never_committed(workspace) if is_ignored(root, output) else ()


def remarks(workspace: Workspace, bundle: Bundle, artifacts: Sequence[Emitted]) -> tuple[str, ...]:
    """Return what nobody stated and the compile went on with, each as a sentence."""
    return (
        *_first_releases(bundle, artifacts),
        *_invented_hosts(workspace, artifacts),
        *_invented_prometheus(workspace, artifacts),
    )


def _first_releases(bundle: Bundle, artifacts: Iterable[Emitted]) -> Iterator[str]:
    if not any(spoken_name(each.target) in map(spoken_name, _MOVING) for each in artifacts):
        return
    found = [each for each in bundle.services if is_first_release(each, bundle.platform)]
    words = sorted({each.rollout.word for each in found})
    for word in words:
        names = [each.name for each in found if each.rollout.word == word]
        yield (
            f"no `champion` is stated for {_listed(names)}: a first release answers every request, "
            f"and its {word} begins with the next one, whose spec says what serves by then"
        )


def _invented_hosts(workspace: Workspace, artifacts: Iterable[Emitted]) -> Iterator[str]:
    gateway = workspace.spec.targets.gateway
    missing = [each for each in ("domain", "name") if each not in gateway.model_fields_set]
    if "domain" not in missing:
        return
    routed = {
        f"{claim.object.name}.{gateway.domain}"
        for each in artifacts
        for claim in each.claims
        if claim.object.kind in _ROUTED
    }
    if routed:
        fields = " and ".join(f"`targets.gateway.{each}`" for each in missing)
        yield (
            f"routes answer at {_listed(sorted(routed))}, a domain that nobody stated, of the "
            f"Gateway `{gateway.name}`: set {fields} in `mlspec.yaml`"
        )


def _invented_prometheus(workspace: Workspace, artifacts: Iterable[Emitted]) -> Iterator[str]:
    prometheus = workspace.spec.targets.prometheus
    if "address" in prometheus.model_fields_set:
        return
    asking = (each for each in artifacts if spoken_name(each.target) in map(spoken_name, _ASKING))
    if any(prometheus.address in each.content for each in asking):
        yield (
            f"rollouts and scalers ask Prometheus at {prometheus.address}, an address that nobody "
            "stated: set `targets.prometheus.address` in `mlspec.yaml`"
        )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in names[:_SHOWN])
    rest = len(names) - _SHOWN
    return f"{shown} and {rest:,} more" if rest > 0 else shown
