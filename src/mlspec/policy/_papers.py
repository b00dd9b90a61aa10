"""The papers that a spec names: where they stand in it, and which kind of evidence each is.

In: the spec of a model or a system as JSON, such as rules read it. Nothing is read but the spec:
whether a paper is there is for others to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

__all__ = [
    "PAPER_KINDS",
    "StatedPaper",
    "dotted",
    "papers_beside",
    "stated_papers",
    "without_papers",
]

_EACH: Final = "*"
_PERSON: Final = "person"

PAPER_KINDS: Final[Mapping[tuple[str, ...], str]] = {
    ("oversight", "overseers", _EACH, "training"): "training-record",
    ("postMarket", "plan"): "post-market-plan",
    ("risk", "euAiAct", "exemption", "assessment"): "exemption-assessment",
    ("risk", "euAiAct", "generalPurpose", "documentation"): "supplier-documentation",
    ("risk", "euAiAct", "rightsAssessment"): "rights-assessment",
    ("risk", "privacy", "impactAssessment"): "impact-assessment",
    ("transparency", "instructions"): "instructions",
    ("transparency", "marking"): "marking",
    ("transparency", "notice"): "notice",
}
"""Where a spec names papers, `*` for each entry of a list, and the kind of items that they are."""


@dataclass(frozen=True, slots=True)
class StatedPaper:
    """A paper as a spec states it; `path` starts with `spec`, `digest` is "" for none.

    `part` tells papers of one kind apart: of training records, whose it is.
    """

    path: Path
    kind: str
    uri: str
    digest: str
    part: str = ""


def stated_papers(spec: Json) -> tuple[StatedPaper, ...]:
    """Return the papers of a spec, in order of their place."""
    return tuple(
        paper
        for pattern, kind in PAPER_KINDS.items()
        for paper in _below(spec, pattern, ("spec",), kind, "")
    )


def papers_beside(own: Json, joined: Json, systems: Iterable[Json]) -> Iterator[StatedPaper]:
    """Yield papers of systems that lost their place in the joined spec to that of another one.

    The model's own paper stands alone: it says the same of all its systems.
    """
    stands = {each.path: each for each in stated_papers(joined)}
    mine = {each.path for each in stated_papers(own)}
    stated = (each for risk in systems for each in stated_papers({"risk": risk}))
    for each in dict.fromkeys(stated):
        if each.path in stands.keys() - mine and stands[each.path] != each:
            yield each


def _below(
    value: Json, pattern: tuple[str, ...], path: Path, kind: str, part: str
) -> Iterator[StatedPaper]:
    if not pattern:
        yield from _paper(value, path, kind, part)
        return
    first, *rest = pattern
    if first == _EACH:
        for index, each in enumerate(value if isinstance(value, list) else ()):
            yield from _below(each, (*rest,), (*path, index), kind, _whose(each))
    elif isinstance(value, dict) and first in value:
        yield from _below(value[first], (*rest,), (*path, first), kind, part)


def _paper(value: Json, path: Path, kind: str, part: str) -> Iterator[StatedPaper]:
    """Yield a paper; what has no place is none, and what is no text is no digest."""
    if isinstance(value, dict) and isinstance(value.get("uri"), str):
        digest = value.get("digest")
        known = digest if isinstance(digest, str) else ""
        yield StatedPaper(path, kind, str(value["uri"]), known, part)


def _whose(entry: Json) -> str:
    found = entry.get(_PERSON) if isinstance(entry, dict) else None
    return str(found or "")


def without_papers(spec: Json, paths: Collection[Path]) -> Json:
    """Return a spec in which some papers are not stated; the first key of a path is `spec`."""
    found = spec
    for path in paths:
        found = _without(found, path[1:])
    return found


def _without(value: Json, path: Path) -> Json:
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        entries: list[Json] = [
            _without(each, rest) if index == first else each for index, each in enumerate(value)
        ]
        return entries
    members = cast("dict[str, Json]", value)  # a path leads through lists and objects
    if not rest:
        return {name: each for name, each in members.items() if name != first}
    return {name: _without(each, rest) if name == first else each for name, each in members.items()}


def dotted(path: Path) -> str:
    """Return a path as specs are talked about: `spec.oversight.overseers[0].training`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
