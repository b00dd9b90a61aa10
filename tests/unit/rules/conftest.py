"""The baseline: a complete workspace in which no rule finds anything, and patches over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mlspec.diagnostics import has_errors
from mlspec.syntax import SourceText, emit_documents, parse
from mlspec.workspace import load

TODAY = "2026-11-21"
BASELINE = Path(__file__).parent / "baseline"


def documents_of(text):
    parsed = parse(SourceText("example.yaml", text.encode()))
    assert not has_errors(parsed.diagnostics), parsed.diagnostics
    return [document.data for document in parsed.documents]


def merged(value, patch):
    """Merge mappings key by key; null deletes; anything else replaces."""
    if not (isinstance(value, dict) and isinstance(patch, dict)):
        return patch
    result = value | {key: merged(value.get(key), each) for key, each in patch.items()}
    return {key: each for key, each in result.items() if each is not None}


def patched(documents, patches):
    """Patch documents by kind and name; without a name, the only one of the kind.

    A new name makes a copy of the only one of the kind, and patches that.
    """
    result = list(documents)
    for patch in patches:
        name = patch.get("metadata", {}).get("name")
        found = [
            index
            for index, each in enumerate(result)
            if each["kind"] == patch["kind"] and name in (None, each["metadata"]["name"])
        ]
        if not found:
            (only,) = (each for each in documents if each["kind"] == patch["kind"])
            result.append(merged(only, patch))
            continue
        assert len(found) == 1, f"the patch fits {len(found)} documents"
        result[found[0]] = merged(result[found[0]], patch)
    return result


@pytest.fixture(scope="session")
def baseline_files():
    return {
        path.relative_to(BASELINE).as_posix(): path.read_bytes()
        for path in sorted(BASELINE.rglob("*.yaml"))
    }


@pytest.fixture(scope="session")
def baseline_documents(baseline_files):
    return [
        document for text in baseline_files.values() for document in documents_of(text.decode())
    ]


@pytest.fixture(scope="session")
def load_files():
    def load_them(files):
        loaded = load([SourceText(name, content) for name, content in sorted(files.items())])
        assert not has_errors(loaded.diagnostics), loaded.diagnostics
        assert loaded.workspace is not None
        return replace(loaded.workspace, today=TODAY)

    return load_them


@pytest.fixture(scope="session")
def load_documents(load_files):
    def load_them(documents):
        settings = [each for each in documents if each["kind"] == "Workspace"]
        specs = [each for each in documents if each["kind"] != "Workspace"]
        return load_files(
            {
                "mlspec.yaml": emit_documents(settings).encode(),
                "specs/all.yaml": emit_documents(specs).encode(),
            }
        )

    return load_them


@pytest.fixture(scope="session")
def load_patched(baseline_documents, load_documents):
    """Load the baseline with patches, given as YAML text."""

    def load_them(text=""):
        return load_documents(patched(baseline_documents, documents_of(text) if text else []))

    return load_them
