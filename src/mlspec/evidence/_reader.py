"""Formats of evidence: one module of `evidence.readers` is one reader."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason
from mlspec.extensions import Extension, find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._model import Material
    from mlspec.evidence._provenance import Provenance

__all__ = ["Reader", "Source", "Wanted", "load_readers", "reader_of", "resembled", "unknown_format"]


class Source(Protocol):
    """What comes out of a file: typed values, the file, and what it says about its origin."""

    @property
    def material(self) -> Material:
        """The file, as a material of evidence."""

    @property
    def provenance(self) -> Provenance:
        """Where the values come from."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a file is needed: columns of a table; one run where the file holds several."""

    columns: tuple[str, ...] = ()
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """One format. `read` never raises for what a file says: that is a reason.

    `gives` is the name of the type that comes out, such as `Cases`. A file with one of `suffixes`
    is taken for this format where the spec names none; most formats are JSON and are named. `marks`
    are members that a JSON document of this format has at its top, and hardly any other: where the
    spec names no format, the message says which one may be meant.
    """

    format: str
    summary: str
    gives: str
    read: Callable[[FileContent, Wanted], Source | Reason]
    suffixes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is read, and what becomes a reason: the docstring of the module that reads."""
        return (sys.modules[self.read.__module__].__doc__ or "").strip()


@cache
def load_readers() -> Mapping[str, Reader]:
    """Return every discovered reader by its format, in order of format.

    Raises:
        UsageError: a module does not import or defines no `READER`, or two share a format.
    """
    readers: dict[str, Reader] = {}
    for extension in find("mlspec.evidence.readers", "mlspec.readers"):
        reader = _loaded(extension)
        if reader.format in readers:
            raise UsageError(f"two readers have the format `{reader.format}`")
        readers[reader.format] = reader
    return MappingProxyType(dict(sorted(readers.items())))


def reader_of(file_format: str | None, suffix: str) -> Reader | None:
    """Return the reader of a format, or else that of a suffix; None where there is none.

    A module that is called like the format, or like the suffix, is asked first: then the others
    need not be imported.
    """
    if file_format is not None:
        likely = _of_module(file_format)
        is_it = likely is not None and likely.format == file_format
        return likely if is_it else load_readers().get(file_format)
    likely = _of_module(suffix[1:])
    if likely is not None and suffix in likely.suffixes:
        return likely
    return next((each for each in load_readers().values() if suffix in each.suffixes), None)


@cache
def _of_module(name: str) -> Reader | None:
    """Return the reader in the module of a name, where there is one."""
    extensions = find("mlspec.evidence.readers", "mlspec.readers")
    word = name.replace("-", "_")
    found = next((each for each in extensions if each.name == word), None)
    return None if found is None else _loaded(found)


def _loaded(extension: Extension) -> Reader:
    reader = extension.load("READER").READER
    if not isinstance(reader, Reader):
        raise UsageError(f"`READER` of the extension `{extension.module}` is not a reader")
    return reader


def resembled(document: Json) -> str | None:
    """Return the format whose marks a parsed file has; None for any other."""
    if not isinstance(document, dict):
        return None
    marked = (each for each in load_readers().values() if each.marks)
    return next((each.format for each in marked if document.keys() >= set(each.marks)), None)


def unknown_format(content: FileContent, file_format: str | None) -> Reason:
    """Return the reason that no reader takes a file, and the format that may have been meant."""
    if file_format is None:
        what = f"the suffix {shown(content.suffix)} tells no format; name it in `format`"
    else:
        close = did_you_mean(file_format, load_readers())
        what = f"there is no format {shown(file_format)}"
        what += f"; did you mean {shown(close)}?" if close else ""
    return Reason("unknown-format", f"{shown(content.file)}: {what}")
