"""YAML text to documents with a position for every value, and values to YAML text.

In: the bytes of a file. Out: documents and diagnostics, never an exception for bad input.
Must not: know kinds, touch the disk beyond the file it is given, resolve tags, run anything.
Modules are imported on first use: reading a sound file needs no table of codes, and no emitter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.syntax._codes import SYNTAX_CODES, SyntaxCode
    from mlspec.syntax._document import Document
    from mlspec.syntax._edit import offset_of, with_text
    from mlspec.syntax._emit import emit_documents, emit_members, emit_scalar
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._parse import Parsed, has_libyaml, parse
    from mlspec.syntax._plain import plain_data
    from mlspec.syntax._source import SourceText

__all__ = [
    "SYNTAX_CODES",
    "Document",
    "Limits",
    "Parsed",
    "SourceText",
    "SyntaxCode",
    "emit_documents",
    "emit_members",
    "emit_scalar",
    "has_libyaml",
    "offset_of",
    "parse",
    "plain_data",
    "with_text",
]

_MODULES = {
    "SYNTAX_CODES": "_codes",
    "Document": "_document",
    "Limits": "_limits",
    "Parsed": "_parse",
    "SourceText": "_source",
    "SyntaxCode": "_codes",
    "emit_documents": "_emit",
    "emit_members": "_emit",
    "emit_scalar": "_emit",
    "has_libyaml": "_parse",
    "offset_of": "_edit",
    "parse": "_parse",
    "plain_data": "_plain",
    "with_text": "_edit",
}

__getattr__ = importer(__name__, _MODULES)
