"""How a Rollout of Argo moves traffic, in words, and what judges it on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.importing._model import Lost
from mlspec.importing._objects import mapping, place_of, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.manifests import Manifest, ManifestSet

    Path = tuple[str | int, ...]
    Reference = tuple[str, str, Path]

__all__ = ["analyses", "judgements", "strategy_tags"]

_GROUP: Final = "argoproj.io"
_KINDS: Final = ("AnalysisTemplate", "ClusterAnalysisTemplate")
_CANARY: Final = ("spec", "strategy", "canary")
_BLUE_GREEN: Final = ("spec", "strategy", "blueGreen")
_LONGEST: Final = 200


def strategy_tags(each: Manifest) -> dict[str, str]:
    """Return the strategy of a Rollout, and its steps where it has some."""
    strategy = mapping(each.at(("spec", "strategy")))
    if "blueGreen" in strategy:
        return {"strategy": "blueGreen", "steps": _promotion(mapping(strategy["blueGreen"]))}
    if "canary" in strategy:
        steps = "; ".join(_word(mapping(step)) for step in _listed(each, *_CANARY, "steps"))
        return {"strategy": "canary"} | ({"steps": steps} if steps else {})
    return {}


def _promotion(strategy: Mapping[str, Json]) -> str:
    if strategy.get("autoPromotionEnabled") is False:
        return "a person promotes"
    seconds = text(strategy.get("autoPromotionSeconds"))
    return f"promoted after {seconds} s" if seconds else "promoted once it is ready"


def _word(step: Mapping[str, Json]) -> str:
    for key, value in step.items():
        if key == "setWeight":
            return f"weight {text(value)}"
        if key == "pause":
            duration = text(mapping(value).get("duration"))
            return f"pause {duration}" if duration else "pause until a person promotes"
        if key == "analysis":
            held = mapping(value).get("templates")
            entries = held if isinstance(held, list) else []
            return f"analysis {', '.join(text(mapping(e).get('templateName')) for e in entries)}"
        return key
    return "nothing"


def analyses(each: Manifest) -> Iterator[Reference]:
    """Yield name, kind and path of every analysis that a Rollout refers to."""
    for path in _places(each):
        for at, entry in enumerate(_listed(each, *path)):
            found = mapping(entry)
            kind = _KINDS[found.get("clusterScope") is True]
            if name := text(found.get("templateName")):
                yield name, kind, (*path, at, "templateName")


def _places(each: Manifest) -> Iterator[Path]:
    yield (*_CANARY, "analysis", "templates")
    for at, _ in enumerate(_listed(each, *_CANARY, "steps")):
        yield (*_CANARY, "steps", at, "analysis", "templates")
        yield (*_CANARY, "steps", at, "experiment", "analyses")
    yield (*_BLUE_GREEN, "prePromotionAnalysis", "templates")
    yield (*_BLUE_GREEN, "postPromotionAnalysis", "templates")


def judgements(each: Manifest, known: ManifestSet) -> Iterator[Lost]:
    """Yield what the analyses of a Rollout check, those that others are made of among them."""
    seen: set[tuple[str, str]] = set()
    left = [(each, *found) for found in analyses(each)][::-1]
    while left:
        holder, name, kind, path = left.pop()
        if (name, kind) in seen:
            continue
        seen.add((name, kind))
        template = known.find(_GROUP, kind, name, each.namespace)
        if template is None:
            why = f"the {kind} `{_short(name)}` is not there, so what it checks is not known"
            yield Lost(place_of(holder, *path), why)
            continue
        yield from _checks(template, name)
        left += [(template, *found) for found in _inner(template)][::-1]


def _inner(template: Manifest) -> Iterator[Reference]:
    for at, entry in enumerate(_listed(template, "spec", "templates")):
        found = mapping(entry)
        if name := text(found.get("templateName")):
            kind = _KINDS[found.get("clusterScope") is True]
            yield name, kind, ("spec", "templates", at, "templateName")


def _checks(template: Manifest, name: str) -> Iterator[Lost]:
    for at, entry in enumerate(_listed(template, "spec", "metrics")):
        metric = mapping(entry)
        told = f"the analysis `{_short(name)}` checks `{_short(text(metric.get('name')))}`"
        good, bad = (text(metric.get(f"{word}Condition")) for word in ("success", "failure"))
        if good:
            told += f", which is good where `{_short(good)}`"
        if bad:
            told += f", which is bad where `{_short(bad)}`"
        place = place_of(template, "spec", "metrics", at)
        yield Lost(place, f"{told}: an observed model has no gates")


def _listed(each: Manifest, *path: str | int) -> list[Json]:
    held = each.at(path)
    return held if isinstance(held, list) else []


def _short(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + " ..."
