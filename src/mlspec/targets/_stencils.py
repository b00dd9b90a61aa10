"""Files of models of one shape: made once, as formats that each model fills with its words.

The files are made as ever, of a model that has marks in place of its words. Where a mark comes out
as it went in, or within the name of an alert, words are filled in. Before anything is filled in,
what would be is compared with files of a model that were made as ever: if anything else was done
with a word, the two differ, and every model of that shape gets files of its own.
"""

from __future__ import annotations

from enum import Enum, auto
from itertools import chain
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from mlspec.ir import Artifact, Claim, ObjectName, alert_name
from mlspec.targets._shapes import MARK_HEAD, MARK_TAIL, Shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mlspec.ir import Bundle, Monitor, Service

    _Make = Callable[[Bundle, Sequence[Monitor], Sequence[Service]], Iterable[Artifact]]

__all__ = ["Stencils"]

_MOST_SHAPES: Final = 128
_END: Final = "\0"
"""Between the texts of an artifact: no path and no name of an object holds one."""


class _NoMarkError(Exception):
    """A text holds what looks like a mark."""


class _State(Enum):
    """What is known of a shape that has no stencils."""

    MET = auto()
    UNFIT = auto()


class _Form(NamedTuple):
    """A text with holes: `pieces` are the text between them in turn with what a word replaces."""

    pieces: list[str]
    take: Callable[[Sequence[str]], Sequence[str]]

    def filled(self, words: Sequence[str]) -> str:
        """Return the text with words that `take` finds for its holes."""
        pieces = self.pieces.copy()
        pieces[1::2] = self.take(words)  # several times as fast as to format a text
        return "".join(pieces)


class _Drawn(NamedTuple):
    """The files of a shape: for each a form of its content, and one of the rest.

    `alerts` are the numbers of words that names of alerts are made of; those stand after all words.
    """

    alerts: Sequence[int]
    files: Sequence[tuple[_Form, _Form]]

    def artifacts(self, words: Sequence[str]) -> list[Artifact]:
        """Return all files with these words."""
        values = (*words, *[alert_name(words[each]) for each in self.alerts])
        return [
            _artifact(content.filled(values), rest.filled(values)) for content, rest in self.files
        ]


class Stencils:
    """Makes the files of one model after the other, as `make` does of its monitors and services.

    All bundles that it is asked about must be the same but for their models. It takes the second
    model of a shape to draw stencils: most shapes of a workspace without likeness have one.
    """

    def __init__(self, make: _Make) -> None:
        self._make = make
        self._known: dict[Shape, _Drawn | _State] = {}

    def artifacts(
        self, bundle: Bundle, monitors: Sequence[Monitor], services: Sequence[Service]
    ) -> list[Artifact]:
        """Return the files of the model of a bundle that has these monitors and services."""
        shape, words = shape_of(bundle, monitors, services)
        known = self._known.get(shape)
        if isinstance(known, _Drawn):
            return known.artifacts(words)
        found = [*self._make(bundle, monitors, services)]
        if known is None:
            self._remember(shape, _State.MET)
        elif known is _State.MET:
            marked = self._make(*shape.within(bundle))
            self._remember(shape, _drawn(marked, words, found))
        return found

    def _remember(self, shape: Shape, state: _Drawn | _State) -> None:
        if len(self._known) >= _MOST_SHAPES:
            self._known.clear()
        self._known[shape] = state


def _drawn(
    marked: Iterable[Artifact], words: Sequence[str], found: Iterable[Artifact]
) -> _Drawn | _State:
    """Return stencils of files with marks, if they give what was found for these words."""
    drawn = _draw([_texts(each) for each in marked], len(words))
    if drawn is None:
        return _State.UNFIT
    filled = [_texts(each) for each in drawn.artifacts(words)]
    return drawn if filled == [_texts(each) for each in found] else _State.UNFIT


def _draw(files: Iterable[tuple[str, str]], count: int) -> _Drawn | None:
    """Return stencils of files; None where a mark is not that of one of `count` words."""
    alerts: dict[int, int] = {}
    try:
        drawn = [
            (_form(content, alerts, count), _form(rest, alerts, count)) for content, rest in files
        ]
    except _NoMarkError:
        return None
    return _Drawn(tuple(alerts), drawn)


def _form(text: str, alerts: dict[int, int], count: int) -> _Form:
    """Return a text with marks as one with holes; `alerts` learns what names of alerts there are.

    Raises:
        _NoMarkError: something looks like a mark and is none.
    """
    first, *others = text.split(MARK_HEAD)
    pieces, places = [first], []
    for piece in others:
        tail = MARK_TAIL.match(piece)
        if tail is None or (number := int(tail[tail.lastindex or 0])) >= count:
            raise _NoMarkError
        is_alert = tail["alert"] is not None
        places.append(alerts.setdefault(number, count + len(alerts)) if is_alert else number)
        pieces += ["", piece[tail.end() :]]
    if len(places) > 1:
        return _Form(pieces, itemgetter(*places))
    return _Form(pieces, lambda words: [words[each] for each in places])


_PARTS = attrgetter(
    "object.group", "object.kind", "object.namespace", "object.name", "model", "maker"
)
"""The texts of a claim."""


def _texts(artifact: Artifact) -> tuple[str, str]:
    """Return the content of an artifact, and all else that a target says of it."""
    claims = chain.from_iterable(map(_PARTS, artifact.claims))
    return artifact.content, _END.join((artifact.path, artifact.source, *claims))


def _artifact(content: str, rest: str) -> Artifact:
    path, source, *parts = rest.split(_END)
    part = iter(parts)
    claims = [
        Claim(ObjectName(group, kind, namespace, name), model, maker)
        for group, kind, namespace, name, model, maker in zip(*[part] * 6, strict=True)
    ]
    return Artifact(path, content, source, claims=tuple(claims))
