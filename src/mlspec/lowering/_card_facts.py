"""Card values from specs: copied from a place that is named, or shown as missing.

Values are made whole, with their names and the rules that ask for them: a card has a hundred, and
each later step would make all of them again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.ir import CardValue, ValueStatus
from mlspec.lowering._card_names import LEFT_OUT, name_of
from mlspec.lowering._card_papers import as_seen
from mlspec.lowering._card_required import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.diagnostics import Path, Span
    from mlspec.kinds._papers import Paper
    from mlspec.kinds.model import ModelSpec
    from mlspec.lowering._card_papers import Papers
    from mlspec.workspace import Resource

__all__ = [
    "Facts",
    "Linked",
    "Page",
    "duration",
    "facts_of",
    "not_online",
    "number",
    "paper_text",
    "percent",
    "place",
]

_EXACT = 1e15
"""Below it, a float holds every whole number."""
_MINUTES = (("day", 24 * 60), ("hour", 60), ("minute", 1))
_ANSWERS = {True: "yes", False: "no"}
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
_KEPT = 4096
_PRESENT, _MISSING = ValueStatus.PRESENT, ValueStatus.MISSING
Linked = dict[tuple[str, str, str, Asked], tuple[CardValue, ...]]
"""What was told of resources that others name, by section, group, address and rules."""


@dataclass(frozen=True, slots=True)
class Page:
    """What all values of a card share: whose it is, the rules in force, papers by path.

    `linked` is the same for all cards: what they tell of a resource that many of them name.
    """

    address: str = ""
    asked: Asked = field(default_factory=Asked)
    papers: Papers = field(default_factory=dict)
    linked: Linked = field(default_factory=dict)


class _Copied:
    """A spec that values are copied from, with the lines of its values by path with dots.

    `lines` are empty where they have to be asked for one by one: where an environment overrides
    some, or where the reader kept none, or for a spec that a single value is copied from. `asked`
    and `papers` are None where none can concern it.
    """

    __slots__ = (
        "address",
        "asked",
        "ending",
        "file",
        "is_own",
        "lines",
        "page",
        "papers",
        "resource",
    )

    def __init__(self, resource: Resource, page: Page, lines: Mapping[str, int] | None) -> None:
        self.resource = resource
        self.page = page
        self.lines = lines or {}
        self.address = resource.address
        self.file = resource.document.source.file
        self.is_own = self.address == page.address
        self.papers = (page.papers or None) if self.is_own else None
        self.asked = page.asked if page.asked.exact else None
        self.ending = f" of {self.address} in {self.file}"

    def source(self, path: str) -> str:
        """Return where the value stands, and where an environment overrides a part of it."""
        if self.lines:
            while path not in self.lines:  # a default stands where what it is a part of does
                path = path[: max(path.rfind("."), path.rfind("["), 0)]
            return f"{self.file}:{self.lines[path] + 1}"
        steps, resource = _steps(path), self.resource
        if not resource.origins:
            return resource.place(steps)
        depth, spans = len(steps), [resource.span(steps)]
        spans += [
            origin.span
            for found, origin in sorted(resource.origins.items(), key=lambda item: item[1].span)
            if len(found) > depth > 1 and found[:depth] == steps
        ]
        return ", ".join(dict.fromkeys(place(span) for span in spans))

    def is_written(self, path: str) -> bool:
        """Tell whether somebody wrote the value: the language fills in others."""
        if self.lines:
            return path in self.lines
        return _is_written(self.resource.data, _steps(path))


class Facts:
    """Makes card values out of one spec; `group` is what they are about.

    Paths are written with dots and brackets: `spec.gates[0].metric`. Without a section, values have
    no names and rules yet.
    """

    __slots__ = ("_from", "group", "section")

    def __init__(self, copied: _Copied, group: str = "", section: str = "") -> None:
        self._from = copied
        self.group = group
        self.section = section

    @property
    def resource(self) -> Resource:
        """The spec that values are copied from."""
        return self._from.resource

    @property
    def is_asked(self) -> bool:
        """Whether rules in force may ask for what cards leave out where nobody states it."""
        return self._from.asked is not None

    def about(self, group: str) -> Facts:
        """Return the same facts for another group."""
        return Facts(self._from, group, self.section)

    def under(self, section: str) -> Facts:
        """Return the same facts for another section."""
        return Facts(self._from, "", section)

    def once(self, resource: Resource) -> Facts:
        """Return the facts of another spec, of which a value or two are told."""
        return Facts(_Copied(resource, self._from.page, None), self.group, self.section)

    def linked(
        self, resource: Resource, tell: Callable[[Facts], Iterable[CardValue]]
    ) -> tuple[CardValue, ...]:
        """Return what is told of another spec under this group, made once for all cards.

        `tell` looks at nothing but that spec, and is the only one for it in a section.
        """
        page = self._from.page
        key = (self.section, self.group, resource.address, page.asked)
        known = page.linked.get(key)
        if known is None:
            if len(page.linked) >= _KEPT:
                page.linked.clear()
            copied = _Copied(resource, page, resource.lines())
            known = page.linked[key] = tuple(tell(Facts(copied, self.group, self.section)))
        return known

    def value(self, label: str, path: str, content: object) -> CardValue:
        """Return what stands at `path`; where nothing does, a missing value says how to add it.

        A value that the language fills in is marked as a default: nobody wrote it.
        """
        text = content if isinstance(content, str) else _text(content)
        if not text:
            return self.missing(label, path)
        copied = self._from
        if path in copied.lines:
            source = f"{copied.file}:{copied.lines[path] + 1}"
            return self._made(label, _PRESENT, text, source, path)
        shown = text if copied.is_written(path) else f"{text} (default)"
        return self._made(label, _PRESENT, shown, copied.source(path), path)

    def said(self, label: str, path: str, text: str, at: str = "") -> CardValue:
        """Return a sentence about `path`, made of what stands there, or at another path `at`."""
        return self._made(label, _PRESENT, text, self._from.source(at or path), path)

    def missing(self, label: str, path: str, how: str = "") -> CardValue:
        """Return a missing value with `how` to add it, by itself with the field that would."""
        how = how or f"set {path}{self._from.ending}"
        return self._made(label, _MISSING, "", "", path, how)

    def beside(
        self, label: str, status: ValueStatus, text: str = "", source: str = "", how: str = ""
    ) -> CardValue:
        """Return a value that no spec tells: a record does, or a step would add it."""
        group, section = self.group, self.section
        name, _ = name_of(section, label, group) if section else ("", False)
        return CardValue(label, status, text, source, how, group, (), name)

    def not_applicable(self, label: str, path: str, reason: str) -> CardValue:
        """Return a value that can't exist, because of what stands at `path`."""
        status, source = ValueStatus.NOT_APPLICABLE, self._from.source(path)
        return self._made(label, status, reason, source, path)

    def conflict(self, label: str, path: str, text: str, how: str) -> CardValue:
        """Return what stands at `path` and what somebody else says; both are in `text`."""
        source = self._from.source(path)
        return self._made(label, ValueStatus.CONFLICT, text, source, path, how)

    def source(self, path: str) -> str:
        """Return where the value stands, and where an environment overrides a part of it."""
        return self._from.source(path)

    def _made(
        self, label: str, status: ValueStatus, text: str, source: str, path: str, how: str = ""
    ) -> CardValue:
        copied, group, section = self._from, self.group, self.section
        if copied.papers is not None and status is _PRESENT:
            seen = copied.papers.get(path)
            status, text, source, how = as_seen(text, source, copied.address, seen)
        name, is_optional, is_missing = "", False, status is _MISSING
        rules: tuple[str, ...] = ()
        if section:
            name, is_optional = name_of(section, label, group)
            if copied.asked is not None:
                rules = copied.asked.of((section, path, copied.is_own, is_missing))
            if is_optional and is_missing and not rules:
                return LEFT_OUT
        # by place, not by name: a card has a hundred of them, and names cost as much as the rest
        place = (copied.address, path)
        return CardValue(label, status, text, source, how, group, (), name, rules, place)


def facts_of(resource: Resource, page: Page | None = None) -> Facts:
    """Return the facts of a spec."""
    return Facts(_Copied(resource, page or Page(), resource.lines()))


def not_online(spec: ModelSpec) -> tuple[str, str] | None:
    """Return where a spec says that nobody waits for an answer, and how; None when it's online."""
    if spec.serving is None:
        return "spec", "no serving is declared"
    if spec.serving.mode == "batch":
        return "spec.serving.mode", "served in batch"
    return None


def place(span: Span) -> str:
    """Return `file:line`."""
    return f"{span.file}:{span.start.line}"


@lru_cache(maxsize=1024, typed=True)  # a whole number and a float of its size are told apart
def number(value: float) -> str:
    """Return a number for people: thousands apart, six digits that count."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < _EXACT):
        return f"{int(value):,}"
    return f"{value:.6g}"


@lru_cache(maxsize=1024)
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


@lru_cache(maxsize=1024, typed=True)
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


@lru_cache(maxsize=_KEPT)
def _steps(path: str) -> Path:
    return tuple(int(index) if index else key for index, key in _STEP.findall(path))
