"""Evidence files as values, for the tests of the readers."""

from __future__ import annotations

import json
from pathlib import Path

from mlspec.evidence import FileContent, Wanted, load_readers

FIXTURES = Path(__file__).parents[2] / "fixtures" / "evidence"


def content(value, file="evidence.json"):
    """Return a file that holds bytes, text, or a value as JSON."""
    text = value if isinstance(value, bytes | str) else json.dumps(value)
    return FileContent("it", file, text.encode() if isinstance(text, str) else text, "sha256:0")


def fixture(name):
    return content((FIXTURES / name).read_bytes(), name)


def read(file_format, value, *, run=None, columns=(), file="evidence.json"):
    """Return what the reader of a format makes of a value."""
    return load_readers()[file_format].read(content(value, file), Wanted(columns, run))


def read_fixture(file_format, name, *, run=None, columns=()):
    return load_readers()[file_format].read(fixture(name), Wanted(columns, run))
