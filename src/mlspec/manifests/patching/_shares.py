"""Who gets which share of requests: a patch must not hand them to the challenger in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.manifests.patching._values import entries, mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["Split", "outnumbered", "replicas", "shifted"]

_CHAMPION = "-champion"
"""How the name of what serves today ends, where a challenger stands beside it."""
_WHOLE = 100.0
_REVISION = "the newest revision"
_LEADING = ("InferencePool", "Service")
_INSTANCE = "app.kubernetes.io/instance"

Split = dict[str, float]
"""A share in 0..100 by the name of who has it."""


def shifted(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    """Yield each backend that gets more of the requests than before, the champion aside.

    Rules are the same where they ask for the same requests.
    """
    was, now = (dict(_splits(dict(each))) for each in (before, after))
    for asked, split in now.items():
        known = was.get(asked, {})
        for name, share in split.items():
            if share > known.get(name, 0.0) and not name.endswith(_CHAMPION):
                yield f"`{name}` gets {share:.3g} % of requests, not {known.get(name, 0.0):.3g} %"


def replicas(documents: Iterable[Json]) -> Split:
    """Return the shares of Deployments of one file in all its replicas, by their names.

    Where one Service leads to all of them, as in a step of a rollout without a router, these are
    their shares of the requests.
    """
    found = [mapping(each) for each in documents]
    return _split(
        [
            (_name(mapping(each.get("metadata"))), _positive(spec.get("replicas"), 1.0))
            for each in found
            if each.get("kind") == "Deployment"
            for spec in [mapping(each.get("spec"))]
        ]
    )


def outnumbered(was: Split, now: Split) -> Iterator[str]:
    """Yield each Deployment with a greater share of replicas than before, the champion aside."""
    for name, share in now.items():
        if share > was.get(name, 0.0) and not name.endswith(_CHAMPION):
            yield (
                f"`{name}` has {share:.3g} % of the replicas, and so of the requests, not "
                f"{was.get(name, 0.0):.3g} %"
            )


def _splits(value: Json) -> Iterator[tuple[str, Split]]:
    """Yield how each rule below a value splits requests, by what it asks for."""
    if isinstance(value, dict):
        asked = canonical_json([value.get("matches"), value.get("match")]).decode()
        if backends := entries(value, "backendRefs"):
            yield (
                asked,
                _split([(_name(each), _positive(each.get("weight"), 1.0)) for each in backends]),
            )
        if targets := [each for each in entries(value, "route") if "destination" in each]:
            yield asked, _split([(_host(each), _positive(each.get("weight"))) for each in targets])
        if value.get("kind") in _LEADING and (selector := _selected(mapping(value.get("spec")))):
            yield _INSTANCE, {selector: _WHOLE}
        if value.get("kind") == "InferenceService":
            yield _REVISION, _canary(mapping(value.get("spec")))
        for each in value.values():
            yield from _splits(each)
    elif isinstance(value, list):
        for each in value:
            yield from _splits(each)


def _split(weights: list[tuple[str, float]]) -> Split:
    total = sum(number for _, number in weights)
    if len(weights) == 1:
        return {weights[0][0]: _WHOLE}
    split: Split = {}
    for name, number in weights if total else ():
        split[name] = split.get(name, 0.0) + _WHOLE * number / total
    return split


def _selected(spec: Mapping[str, Json]) -> str:
    """Return whose pods are led to: those of one Deployment, or of all that match."""
    stated = mapping(spec.get("selector"))
    selector = mapping(stated.get("matchLabels")) or stated
    return str(selector.get(_INSTANCE) or canonical_json(selector).decode()) if selector else ""


def _name(backend: Mapping[str, Json]) -> str:
    return str(backend.get("name"))


def _host(target: Mapping[str, Json]) -> str:
    destination = mapping(target.get("destination"))
    subset = destination.get("subset")
    return f"{destination.get('host')}/{subset}" if subset else str(destination.get("host"))


def _canary(spec: Mapping[str, Json]) -> Split:
    """Return what an InferenceService sends to what is new; all of it where it says nothing."""
    own = mapping(spec.get("predictor")).get("canaryTrafficPercent")
    split = {_REVISION: _positive(own, _WHOLE)}
    for each in entries(spec, "canary"):
        name = mapping(each.get("predictor")).get("name")
        split[f"canary {name}"] = _positive(each.get("trafficPercent"))
    return split


def _positive(value: Json, absent: float = 0.0) -> float:
    if value is None:
        return absent
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return max(float(value), 0.0)
