from textwrap import dedent

import pytest

from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems, load_checks
from mlspec.syntax import SourceText, parse


def manifests_of(text):
    parsed = parse(SourceText("all.yaml", dedent(text).encode()))
    assert not parsed.diagnostics
    objects, files = [], []
    for document in parsed.documents:
        is_object = isinstance(document.data, dict) and "apiVersion" in document.data
        (objects if is_object else files).append(document)
    return ManifestSet(tuple(Manifest(each) for each in objects), tuple(files))


@pytest.fixture(name="read")
def fixture_read():
    return manifests_of


@pytest.fixture(name="found")
def fixture_found():
    """Return what one check (or every one) finds in a text, as `CODE line message`."""

    def found(text, check=None):
        checks = [each for each in load_checks() if check in (None, each.name)]
        assert checks
        told = find_problems(manifests_of(text), checks)
        return [f"{each.code} {each.span.start.line} {each.message}" for each in told]

    return found
