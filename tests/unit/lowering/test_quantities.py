from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.lowering._quantities import canonical_quantity, read_quantity

QUANTITIES = st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,3})?(m|k|Ki|M|Mi|G|Gi|T|Ti)?", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("500m", "500m"),
        ("0.5", "500m"),
        ("1000m", "1"),
        ("1.5", "1500m"),
        ("2000", "2k"),
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("1.5Ki", "1536"),
        ("0.1Ki", "102400m"),
        ("1000M", "1G"),
        ("1Ki", "1Ki"),
        ("0.5Ki", "512"),
        ("0.0001Ki", "103m"),
        ("0", "0"),
        ("0Mi", "0"),
        ("0.0004", "1m"),
        ("1024Ti", "1Pi"),
    ],
)
def test_a_quantity_is_written_as_the_api_server_stores_it(written, stored):
    assert stored == canonical_quantity(written)


@given(QUANTITIES)
def test_the_stored_form_is_the_same_amount(written):
    stored = canonical_quantity(written)

    if stored.endswith(("Pi", "Ei", "P", "E")):
        return  # larger than a spec can write
    assert read_quantity(written) == read_quantity(stored)
    assert stored == canonical_quantity(stored)


@pytest.mark.parametrize("text", ["1GG", "", "-1", "1e3", " 1", "Mi", "1 Gi"])
def test_other_text_is_no_quantity(text):
    with pytest.raises(ValueError, match="is not a quantity"):
        read_quantity(text)


def test_a_fraction_of_a_thousandth_is_rounded_up():
    assert Fraction(1, 1000) == read_quantity("0.0001")
