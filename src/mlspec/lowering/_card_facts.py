"""Card values from specs: copied from a place that is named, or shown as missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.ir import CardValue, ValueStatus

if TYPE_CHECKING:
    from mlspec.diagnostics import Path, Span
    from mlspec.kinds._papers import Paper
    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace import Resource

__all__ = ["Facts", "duration", "not_online", "number", "paper_text", "percent", "place"]

_EXACT = 1e15
"""Below it, a float holds every whole number."""
_MINUTES = (("day", 24 * 60), ("hour", 60), ("minute", 1))
_ANSWERS = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Facts:
    """Makes card values out of one spec; `group` is what they are about."""

    resource: Resource
    group: str = ""

    def about(self, group: str) -> Facts:
        """Return the same facts for another group."""
        return replace(self, group=group)

    def value(self, label: str, path: Path, content: object) -> CardValue:
        """Return what stands at `path`; where nothing does, a missing value says how to add it.

        A value that the language fills in is marked as a default: nobody wrote it.
        """
        text = content if isinstance(content, str) else _text(content)
        if not text:
            return self.missing(label, path)
        shown = text if _is_written(self.resource.data, path) else f"{text} (default)"
        return self._known(label, ValueStatus.PRESENT, path, shown)

    def said(self, label: str, path: Path, text: str) -> CardValue:
        """Return a sentence made of what stands at `path`."""
        return self._known(label, ValueStatus.PRESENT, path, text)

    def missing(self, label: str, path: Path) -> CardValue:
        """Return a missing value, with the field that would fill it."""
        address, dotted = self.resource.address, _dotted(path)
        how = f"set {dotted} of {address} in {self.resource.document.source.file}"
        at = (address, dotted)
        return CardValue(label, ValueStatus.MISSING, "", "", how, self.group, (), "", (), at)

    def not_applicable(self, label: str, path: Path, reason: str) -> CardValue:
        """Return a value that can't exist, because of what stands at `path`."""
        return self._known(label, ValueStatus.NOT_APPLICABLE, path, reason)

    def conflict(self, label: str, path: Path, text: str, how: str) -> CardValue:
        """Return what stands at `path` and what somebody else says; both are in `text`."""
        return self._known(label, ValueStatus.CONFLICT, path, text)._replace(how=how)

    def _known(self, label: str, status: ValueStatus, path: Path, text: str) -> CardValue:
        # By place, not by name: a card has a hundred of them, and names cost as much as the rest.
        at = (self.resource.address, _dotted(path))
        return CardValue(label, status, text, self._source(path), "", self.group, (), "", (), at)

    def _source(self, path: Path) -> str:
        """Return where the value stands, and where an environment overrides a part of it."""
        if not self.resource.origins:
            return self.resource.place(path)
        depth, spans = len(path), [self.resource.span(path)]
        spans += [
            origin.span
            for found, origin in sorted(
                self.resource.origins.items(), key=lambda item: item[1].span
            )
            if len(found) > depth > 1 and found[:depth] == path
        ]
        return ", ".join(dict.fromkeys(place(span) for span in spans))


def not_online(spec: ModelSpec) -> tuple[Path, str] | None:
    """Return where a spec says that nobody waits for an answer, and how; None when it's online."""
    if spec.serving is None:
        return ("spec",), "no serving is declared"
    if spec.serving.mode == "batch":
        return ("spec", "serving", "mode"), "served in batch"
    return None


def place(span: Span) -> str:
    """Return `file:line`."""
    return f"{span.file}:{span.start.line}"


def number(value: float) -> str:
    """Return a number for people: thousands apart, six digits that count."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < _EXACT):
        return f"{int(value):,}"
    return f"{value:.6g}"


def duration(minutes: int) -> str:
    """Return minutes in the largest unit that says them exactly."""
    if minutes == 0:
        return "0 minutes"
    unit, size = next((unit, size) for unit, size in _MINUTES if minutes % size == 0)
    return f"{number(minutes // size)} {unit}{'' if minutes == size else 's'}"


def paper_text(paper: Paper | None) -> str:
    """Return where a document lies, with its digest and day where they are stated; "" for none."""
    if paper is None:
        return ""
    stated = ", ".join(each for each in (paper.digest, paper.day) if each)
    return f"{paper.uri} ({stated})" if stated else paper.uri


def percent(share: float) -> str:
    """Return a share in 0..1 as per cent."""
    return f"{number(round(share * 100, 6))} %"


def _text(content: object) -> str:
    if content is None:
        return ""
    if isinstance(content, bool):
        return _ANSWERS[content]
    if isinstance(content, (int, float)):
        return number(content)
    if isinstance(content, (list, tuple)):
        return ", ".join(_text(each) for each in content)
    return str(content)


def _is_written(data: Mapping[str, object], path: Path) -> bool:
    found: object = data
    for key in path:
        if isinstance(found, (dict, Mapping)) and key in found:
            found = found[key]
        elif isinstance(found, (list, tuple)) and key in range(len(found)):
            found = found[int(key)]
        else:
            return False
    return True


@lru_cache(maxsize=4096)
def _dotted(path: Path) -> str:
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
