"""YAML text to documents with a position for every value, and values to YAML text.

In: the bytes of a file. Out: documents and diagnostics, never an exception for bad input.
Must not: know kinds, touch the disk beyond the file it is given, resolve tags, run anything.
"""

from mlspec.syntax._codes import SYNTAX_CODES, SyntaxCode
from mlspec.syntax._document import Document
from mlspec.syntax._emit import emit_documents, emit_scalar
from mlspec.syntax._limits import Limits
from mlspec.syntax._parse import Parsed, has_libyaml, parse
from mlspec.syntax._source import SourceText

__all__ = [
    "SYNTAX_CODES",
    "Document",
    "Limits",
    "Parsed",
    "SourceText",
    "SyntaxCode",
    "emit_documents",
    "emit_scalar",
    "has_libyaml",
    "parse",
]
