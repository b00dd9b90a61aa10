"""`explain` of a field: where it stands in which kind, what it holds, and what absent means."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from mlspec.api._kind_pages import field_lines, plain_type
from mlspec.kinds import Metadata, find_kind, kind_names
from mlspec.schema import (
    FieldShape,
    FieldWords,
    ListShape,
    MapShape,
    ModelShape,
    UnionShape,
    field_words,
    fields_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from mlspec.canonical import Json
    from mlspec.schema import Shape

__all__ = ["FIELD_PREFIX", "FieldPage", "field_ends", "field_page"]

FIELD_PREFIX = "field:"
_HOME = "Workspace"
_SPEC, _METADATA = "spec", "metadata"
_EVERY = "every kind"
_MOST = 12
_WIDTH = 96
_INDEX = re.compile(r"\[[^\]]*\]")
_ANY = "*"
_PACKS = ("policies", "policy", "rule", "rules")
"""Words of policies: alone they are not taken for a field, as other commands tell of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind; `steps` lead to it, with `*` for a name of one's own.

    They begin below `spec`; those of `metadata`, which every kind has, begin with that.
    """

    kind: str
    steps: tuple[str, ...]
    words: FieldWords
    parts: tuple[FieldWords, ...]
    examples: tuple[Json, ...]

    @property
    def path(self) -> str:
        """The keys from the top of a document on."""
        return ".".join(self.steps if self.kind == _EVERY else (_SPEC, *self.steps))

    def lines(self) -> Iterator[str]:
        """Yield what is said of the field, and of its own fields."""
        told = next(iter(field_lines([self.words]))).strip().partition(": ")[2]
        yield textwrap.indent(told, "    ")
        yield textwrap.indent(textwrap.fill(self.words.text, _WIDTH - 4), "    ")
        for each in self.examples[:1]:
            yield f"    Example: {json.dumps(each, ensure_ascii=False)}"
        if self.parts:
            yield "\n".join(["", f"Fields of `{self.path}`", *field_lines(self.parts)])


@dataclass(frozen=True, slots=True)
class FieldPage:
    """The fields that a word may mean, those of `mlspec.yaml` first."""

    word: str
    fields: tuple[Field, ...]

    def to_text(self) -> str:
        """Return one field in full, or a line for each of several."""
        if len(self.fields) == 1:
            (only,) = self.fields
            return "\n".join([f"{only.path} (field of {_named(only.kind)})", "", *only.lines()])
        shown = self.fields[:_MOST]
        lines = [f"{self.word} ({len(self.fields)} fields: {self._more()} to read all of it)"]
        for each in shown:
            lines += ["", f"{each.path} (field of {_named(each.kind)})"]
            lines.append(textwrap.indent(textwrap.fill(each.words.text, _WIDTH - 4), "    "))
        rest = len(self.fields) - len(shown)
        return "\n".join([*lines, *([f"\nand {rest} more"] if rest else [])])

    def _more(self) -> str:
        """Return what to write for one of several fields: paths alone may be the same."""
        first, *others = self.fields
        if first.path in (each.path for each in others):
            return f"write the kind before the path, as `{first.kind}.{'.'.join(first.steps)}`,"
        return "write more of a path"

    def to_json(self) -> dict[str, Json]:
        """Return the fields as JSON."""
        found: list[Json] = [
            {
                "kind": each.kind,
                "path": each.path,
                **asdict(each.words),
                "type": plain_type(each.words.type),
                "fields": [asdict(part) for part in each.parts],
            }
            for each in self.fields
        ]
        return {"word": self.word, "fields": found}


def field_page(word: str, *, is_asked: bool = True) -> FieldPage | None:
    """Return the page of a field by its key or the end of its path; None where there is none.

    Keys go in any case. A word that is also one of policies has to be asked for (`is_asked`).
    """
    steps = _steps(word)
    if not steps or (not is_asked and len(steps) == 1 and steps[0] in _PACKS):
        return None
    kind, steps = _kind_of(steps)
    found = [each for each in _fields() if kind in ("", each.kind) and _is_end(steps, each.steps)]
    whole = [each for each in found if len(each.steps) == len(steps)]
    is_whole = whole and (len(steps) > 1 or word.strip().casefold().startswith(f"{_SPEC}."))
    return FieldPage(word, tuple(whole if is_whole else found)) if found else None


def field_ends(word: str) -> tuple[str, ...]:
    """Return the ends of the paths of all fields that have as many keys as a word."""
    count = max(1, len(_steps(word)))
    ends = {".".join(each.steps[-count:]) for each in _fields() if len(each.steps) >= count}
    return tuple(sorted(ends))


def _steps(word: str) -> tuple[str, ...]:
    plain = _INDEX.sub("", word.strip().casefold()).strip(".")
    steps = tuple(plain.split(".")) if plain else ()
    return steps[1:] if len(steps) > 1 and steps[0] == "spec" else steps


def _kind_of(steps: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the kind that a path begins with, and the rest of it."""
    kind = next((each for each in kind_names() if each.casefold() == steps[0]), "")
    if not kind or len(steps) == 1:
        return "", steps
    return kind, steps[2:] if steps[1] == "spec" and steps[2:] else steps[1:]


def _is_end(asked: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    end = steps[-len(asked) :]
    pairs = zip(asked, end, strict=False)
    return len(asked) <= len(steps) and all(known in (_ANY, one) for one, known in _folded(pairs))


def _folded(pairs: zip[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((one, known.casefold()) for one, known in pairs)


@cache
def _fields() -> tuple[Field, ...]:
    """Return the fields of every kind, those of `mlspec.yaml` first, each path once."""
    found: dict[tuple[str, tuple[str, ...], str], Field] = {}
    for name in sorted(kind_names(), key=lambda each: (each != _HOME, each)):
        kind = find_kind(name)
        for each in _below(name, kind.spec, (), ()) if kind else ():
            found.setdefault((each.kind, each.steps, each.words.text), each)
    for words, shape in zip(field_words(Metadata), fields_of(Metadata).values(), strict=True):
        steps = (_METADATA, words.name)
        found[_EVERY, steps, ""] = Field(_EVERY, steps, words, (), _examples(shape))
    return tuple(found.values())


def _below(
    kind: str,
    model: type[BaseModel],
    steps: tuple[str, ...],
    above: tuple[type[BaseModel], ...],
) -> Iterator[Field]:
    """Yield the fields of a model and of those it holds; one that holds itself is seen once."""
    if model in above:
        return
    for words, shape in zip(field_words(model), fields_of(model).values(), strict=True):
        path = (*steps, words.name)
        held = tuple(_models(shape.shape, path))
        parts = field_words(held[0][0]) if len(held) == 1 else ()
        yield Field(kind, path, words, parts, _examples(shape))
        for each, place in held:
            yield from _below(kind, each, place, (*above, model))


def _models(
    shape: Shape, steps: tuple[str, ...]
) -> Iterator[tuple[type[BaseModel], tuple[str, ...]]]:
    """Yield the models that a value of this shape is made of, with the way to each."""
    match shape:
        case ModelShape():
            yield shape.model, steps
        case ListShape():
            yield from _models(shape.item, steps)
        case MapShape():
            yield from _models(shape.value, (*steps, _ANY))
        case UnionShape():
            for each in shape.members.values():
                yield each.model, steps
        case _:
            return


def _examples(shape: FieldShape) -> tuple[Json, ...]:
    found: list[Json] = json.loads(json.dumps(shape.info.examples or []))
    return tuple(found)


def _named(kind: str) -> str:
    return f"{kind}, `mlspec.yaml`" if kind == _HOME else kind
