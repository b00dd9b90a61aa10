"""Values of a YAML document as they were written: their text letter by letter, and their place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import Severity
from mlspec.printable import printable
from mlspec.schema import written_text
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.syntax import Document, Parsed

__all__ = ["Written", "merged", "problems", "written"]

_NUMBERS: Final = frozenset({"MLS016", "MLS017"})
"""Numbers that JSON does not have: their text is taken, so nothing of them is lost."""
_MERGE: Final = "MLS018"
_MARKS = re.compile(r"\A(?:[&!]\S*\s+)+")


@dataclass(frozen=True, slots=True)
class Written:
    """One value of a document. `fields` are those of a mapping, `items` those of a list."""

    document: Document
    path: Path
    data: Json
    fields: Mapping[str, Written] = field(default_factory=dict)
    items: tuple[Written, ...] = ()

    def at(self, *keys: str) -> Written:
        """Return what stands under keys; a value without content where nothing does."""
        found = self
        for key in keys:
            found = found.fields.get(key) or Written(found.document, (*found.path, key), None)
        return found

    @property
    def text(self) -> str:
        """The text of a scalar: `0.90` stays `0.90`; "" for a list, a mapping and nothing."""
        data = self.data
        if isinstance(data, str):
            return data
        if data is None or isinstance(data, dict | list):
            return ""
        raw = written_text(self.document.source, self.document.span(self.path))
        raw = _MARKS.sub("", raw, count=1)
        if raw.startswith("*"):
            return _repeated(self.document.source, raw[1:], data)
        return raw or str(data)

    @property
    def place(self) -> str:
        """File and line, such as `cards/README.md:3`."""
        span = self.document.span(self.path)
        return f"{printable(span.file)}:{span.start.line}"

    @property
    def key_place(self) -> str:
        """File and line of the key that it stands under."""
        span = self.document.key_span(self.path)
        return f"{printable(span.file)}:{span.start.line}"

    @property
    def is_plain(self) -> bool:
        """Whether it is text, a number, a truth value or nothing."""
        return not isinstance(self.data, dict | list)

    def scalars(self) -> Iterator[Written]:
        """Yield the scalar that this is, or those of the list that this is."""
        for each in self.items if isinstance(self.data, list) else (self,):
            if each.is_plain and each.data is not None:
                yield each


@lru_cache(maxsize=16)
def _repeated(source: SourceText, anchor: str, data: float) -> str:
    """Return the text of a number or truth value that an alias repeats."""
    pattern = rf"&{re.escape(anchor)}[ \t]+([^\s,\]}}]+)".encode()
    found = (each[1].decode() for each in re.finditer(pattern, source.content))
    return next((each for each in found if _data_of(each) == data), str(data))


def _data_of(text: str) -> Json:
    """Return what a text says where it is a whole document."""
    documents = parse(SourceText("", text.encode())).documents
    return documents[0].data if documents else None


def problems(parsed: Parsed) -> Iterator[tuple[int, str]]:
    """Yield what of a file can't be read, with its line."""
    for each in parsed.diagnostics:
        if each.severity is Severity.ERROR and each.code not in _NUMBERS:
            merges = "`<<` is not resolved here, so what it brings along is not known"
            message = merges if each.code == _MERGE else each.message
            yield each.span.start.line if each.span else 1, message


def written(document: Document) -> Written:
    """Return the value of a whole document."""
    return _written(document, (), document.data)


def _written(document: Document, path: Path, data: Json) -> Written:
    if isinstance(data, dict):
        fields = {key: _written(document, (*path, key), each) for key, each in data.items()}
        return Written(document, path, data, fields)
    if isinstance(data, list):
        items = (_written(document, (*path, index), each) for index, each in enumerate(data))
        return Written(document, path, data, {}, tuple(items))
    return Written(document, path, data)


def merged(base: Written, over: Written) -> Written:
    """Return a value with another laid over it, which may be of another document.

    Mappings are merged key by key, lists are joined, of all else the other one is taken; where
    nothing is laid over, or what is no mapping over one, the base is. Every value keeps the place
    where it was written.
    """
    if over.data is None:
        return base
    if isinstance(base.data, dict):
        if not isinstance(over.data, dict):
            return base
        fields = dict(base.fields)
        for key, each in over.fields.items():
            fields[key] = merged(fields[key], each) if key in fields else each
        return Written(base.document, base.path, base.data, fields)
    if isinstance(base.data, list) and isinstance(over.data, list):
        return Written(base.document, base.path, base.data, {}, (*base.items, *over.items))
    return over
