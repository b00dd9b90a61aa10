"""What models that differ in words alone have in common: their shape, with marks for the words.

Names, owners, digests and addresses are copied into files and decide nothing there, as long as
they are of the two sorts below: plain to every writer, in quotes or without. A word of neither
sort is part of the shape. Equal words have one mark, so that what compares them finds the same in
all models of a shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from mlspec.ir import Monitor, Rollout, Scope, Service
from mlspec.targets._header import source_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import Bundle

__all__ = ["MARK_HEAD", "MARK_TAIL", "Shape", "shape_of"]

_T = TypeVar("_T", Monitor, Service)
_Mark = Callable[[str], str]

# Both are plain scalars of YAML, alone and within any text, and need no escape in PromQL, in Go
# templates or in JSON. With six characters or a sign they are no word that YAML reserves.
_SORTS = re.compile(
    r"""
    (?P<name>  # a value of a label in Kubernetes
        (?= .{6} | .*[0-9_.-] ) (?= .{2,63}\Z )
        [A-Za-z][A-Za-z0-9_.-]*+ (?<= [A-Za-z0-9] )
    )
    | (?P<address>  # and what is none: a URI, an image, a digest, a path
        (?= [^/:@]*[/:@] )
        [A-Za-z/][A-Za-z0-9_./@+-]*+ (?: :[A-Za-z0-9/][A-Za-z0-9_./@+-]*+ )*+ (?<= [A-Za-z0-9] )
    )
    """,
    re.VERBOSE,
)

# A mark has every sign that its sort may have: whatever changes one of them changes the mark, too.
MARK_HEAD: Final = "Zqhole"
MARK_TAIL: Final = re.compile(
    r"""
    -(?P<name>[0-9]+)\.x_Elohqz
    | /(?P<address>[0-9]+):Elohqz@x_y\+z-w\.v
    | (?P<alert>[0-9]+)\.X_Elohqz  # what `mlspec.ir.alert_name` makes of the first
    """,
    re.VERBOSE,
)
_MOST = 64
_NAME_MARKS = tuple([f"{MARK_HEAD}-{number}.x_Elohqz" for number in range(_MOST)])
_ADDRESS_MARKS = tuple([f"{MARK_HEAD}/{number}:Elohqz@x_y+z-w.v" for number in range(_MOST)])


class _Object(NamedTuple):
    """A monitor or service taken apart: marks of its words, names of its labels, and the rest."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    rest: tuple[Any, ...]


class _Makeup(Generic[_T]):
    """Which values of a class are words. The values of the labels of a scope are, too."""

    def __init__(self, kind: type[_T], *words: str) -> None:
        self._kind: Callable[..., _T] = kind
        self._words = words
        self._rest = tuple([each for each in _names(kind) if each not in words])
        self._get_words, self._get_rest = attrgetter(*words), attrgetter(*self._rest)

    def taken_apart(self, each: _T, mark: _Mark) -> _Object:
        """Return the parts of an object."""
        labels: tuple[tuple[str, str], ...] = each.scope.labels
        words = (*self._get_words(each), *[text for _, text in labels])
        names = tuple([name for name, _ in labels])
        return _Object(tuple(map(mark, words)), names, self._get_rest(each))

    def put_together(self, parts: _Object) -> _T:
        """Return the object that has these parts."""
        count = len(self._words)
        values = dict(zip(self._words, parts.words[:count], strict=True))
        values |= zip(self._rest, parts.rest, strict=True)
        labels = tuple(zip(parts.labels, parts.words[count:], strict=True))
        nested: dict[str, dict[str, Any]] = {"scope": {"labels": labels}}
        for name in [each for each in values if "." in each]:
            outer, _, inner = name.partition(".")
            nested.setdefault(outer, {})[inner] = values.pop(name)
        return self._kind(**values, **{name: _NESTED[name](**nested[name]) for name in nested})


def _names(kind: type[Monitor | Service]) -> Iterator[str]:
    """Yield the names of all values, those of a rollout and of a scope with a dot."""
    for each in fields(kind):
        if each.name not in _NESTED:
            yield each.name
            continue
        inner = (f"{each.name}.{own.name}" for own in fields(_NESTED[each.name]))
        yield from (name for name in inner if name != "scope.labels")


_NESTED: dict[str, type[Rollout | Scope]] = {"rollout": Rollout, "scope": Scope}
_MONITOR = _Makeup(Monitor, "model", "owner", "receiver", "runbook", "source")
_SERVICE = _Makeup(
    Service,
    "name",
    "version",
    "owner",
    "namespace",
    "image",
    "artifact_uri",
    "artifact_digest",
    "source",
    "receiver",
    "runbook",
    "rollout.champion_image",
    "rollout.champion_version",
    "rollout.champion_uri",
)


class Shape(NamedTuple):
    """All that is said of a model, with marks in place of its words.

    `sources` are its spec files with their digests.
    """

    monitors: tuple[_Object, ...]
    services: tuple[_Object, ...]
    sources: tuple[tuple[str, str], ...]

    def within(self, bundle: Bundle) -> tuple[Bundle, list[Monitor], list[Service]]:
        """Return the bundle with no sources but these, and the monitors and services."""
        return (
            replace(bundle, sources=tuple(sorted(self.sources))),
            [_MONITOR.put_together(each) for each in self.monitors],
            [_SERVICE.put_together(each) for each in self.services],
        )


class _Marks(dict[str, str]):
    """What stands for each word: a mark, or itself. `words` are those that have marks."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def __missing__(self, word: str) -> str:
        number, mark = len(self.words), word
        sort = _SORTS.fullmatch(word)
        if sort is not None and number < _MOST:
            mark = (_NAME_MARKS if sort["name"] else _ADDRESS_MARKS)[number]
            self.words.append(word)
        self[word] = mark
        return mark


def shape_of(
    bundle: Bundle, monitors: Sequence[Monitor], services: Sequence[Service]
) -> tuple[Shape, list[str]]:
    """Return the shape of a model of the bundle, and its words by the numbers of their marks."""
    marks = _Marks()
    mark = marks.__getitem__
    watched = tuple([_MONITOR.taken_apart(each, mark) for each in monitors])
    served = tuple([_SERVICE.taken_apart(each, mark) for each in services])
    files = {each.source for each in monitors} | {each.source for each in services}
    sources = [(mark(each), mark(source_digest(bundle, each))) for each in sorted(files)]
    return Shape(watched, served, tuple(sources)), marks.words
