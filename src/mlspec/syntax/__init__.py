"""YAML text to documents with a position for every value, and values to YAML text.

In: the bytes of a file. Out: documents and diagnostics, never an exception for bad input.
Must not: know kinds, touch the disk beyond the file it is given, resolve tags, run anything.
"""

from mlspec.syntax._document import Document, SourceText
from mlspec.syntax._emit import emit_documents, emit_scalar
from mlspec.syntax._parse import Limits, Parsed, parse

__all__ = [
    "Document",
    "Limits",
    "Parsed",
    "SourceText",
    "emit_documents",
    "emit_scalar",
    "parse",
]
