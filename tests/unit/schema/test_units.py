"""Values with a unit that the key, or the form, has already."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.e2e.commands import COUNTY

from mlspec.kinds._model_parts import QUANTITY
from mlspec.schema._units import in_unit_of_key, without_bytes
from mlspec.syntax import SourceText, parse
from mlspec.workspace import load


@pytest.mark.parametrize(
    ("key", "text", "number"),
    [
        ("forMinutes", "30m", "30"),
        ("forMinutes", "30 min", "30"),
        ("holdMinutes", "2h", "120"),
        ("windowDays", "48h", "2"),
        ("p99Ms", "2s", "2000"),
        ("ttlSeconds", "1d", "86400"),
        ("forMinutes", "90s", None),
        ("windowDays", "36h", None),
        ("forMinutes", "soon", None),
        ("forMinutes", "30", None),
        ("forMinutes", "30M", None),
        ("replicas", "30m", None),
    ],
)
def test_a_span_is_told_in_the_unit_of_its_key(key, text, number):
    assert number == in_unit_of_key(key, text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("256MB", "256M"),
        ("256MiB", "256Mi"),
        ("1.5 GB", "1.5G"),
        ("64KB", "64k"),
        ("64kiB", "64Ki"),
        ("1Tb", "1T"),
        ("256M", None),
        ("MB", None),
        ("256 mb", None),
        ("", None),
    ],
)
def test_bytes_are_told_as_kubernetes_writes_them(text, amount):
    assert amount == without_bytes(text)


def test_an_amount_with_a_byte_too_many_is_mended():
    model = COUNTY / "specs" / "models" / "form-digit-reader.yaml"
    text = model.read_text("utf-8")
    assert "memory: 256Mi" in text

    (found,) = load_and_tell(text.replace("memory: 256Mi", "memory: 256MiB"))

    assert ("MLS108", "write `256Mi`") == (found.code, found.hint)


def load_and_tell(text):
    """Return what binding alone finds in the first document."""
    parsed = parse(SourceText("model.yaml", text.encode()))
    return [each for each in load([parsed.documents[0].source]).diagnostics if each.code < "MLS2"]


@given(number=st.integers(1, 10**6), unit=st.sampled_from("kMGT"), binary=st.booleans())
def test_what_is_proposed_is_a_quantity(number, unit, binary):
    written = f"{number}{unit.upper() if binary else unit}{'i' if binary else ''}B"

    assert re.fullmatch(QUANTITY.removesuffix("$"), without_bytes(written))
