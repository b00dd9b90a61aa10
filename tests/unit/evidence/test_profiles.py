"""Profiles: the same bytes for the same table, and nothing but what one table can give."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.canonical import digest_value
from mlspec.evidence import (
    FileContent,
    Frame,
    Material,
    Profile,
    Provenance,
    Reason,
    Wanted,
    memory_table,
    read_profile,
    reader_of,
    reference_features,
    write_profile,
)

CSV = "age,town\n" + "".join(f"{20 + n % 40},{'abc'[n % 3]}\n" for n in range(200)) + ",\n"


def content(text, file="profile.json"):
    return FileContent("reference", file, text.encode(), "sha256:1")


def frame(text=CSV, names=("age", "town")):
    found = reader_of(None, ".csv").read(content(text, "table.csv"), Wanted(tuple(names)))
    assert isinstance(found, Frame)
    return found


def profile(text=CSV, names=("age", "town"), categorical=()):
    table = memory_table(frame(text, names), names, categorical)
    features = reference_features(table, names, categorical)
    material = Material("reference", "profile.json", "sha256:1", table.rows)
    tool = Provenance("mlspec", "1", "2026-11-21T00:00:00Z")
    return Profile(material, table.rows, features, ("sha256:9",), tool, "numpy")


def edited(change):
    document = json.loads(write_profile(profile()))
    document.pop("profileDigest")
    change(document)
    return json.dumps({**document, "profileDigest": digest_value(document)})


def test_a_profile_reads_as_it_was_written():
    written = write_profile(profile())

    assert profile() == read_profile(content(written), Wanted())
    assert written == write_profile(read_profile(content(written), Wanted()))


def test_a_profile_counts_missing_values_apart():
    age, town = profile().features

    assert (201, 1, 201, 1) == (age.counted.rows, age.missing, town.counted.rows, town.missing)
    assert (20.0, 59.0) == (age.minimum, age.maximum)
    assert ("a", "b", "c") == town.categories


def test_numbers_that_are_categories_are_counted_as_such():
    (age,) = profile(names=("age",), categorical=("age",)).features

    assert "20" in age.categories
    assert not age.is_numeric


def test_rare_categories_are_kept_by_name_up_to_a_limit():
    few = profile("c\n" + "".join(f"k{n:04}\n" for n in range(60)), ("c",)).features[0]
    many = profile("c\n" + "".join(f"k{n:04}\n" for n in range(1060)), ("c",)).features[0]

    assert (50, 10, 0) == (len(few.categories), len(few.others), few.new)
    assert (50, None, None) == (len(many.categories), many.others, many.new)
    assert 1010 == many.counts[-1]


def test_text_among_numbers_is_no_category():
    found = memory_table(frame("x\n1\n2\nhigh\n", ("x",)), ("x",))

    assert isinstance(found, Reason)
    assert ("not-a-number", True) == (found.code, "high" in found.sentence)


def test_an_infinite_value_is_not_counted():
    found = memory_table(frame("x\n1\ninf\n", ("x",)), ("x",))

    assert "not-finite" == found.code


def test_a_profile_that_was_edited_is_refused():
    text = write_profile(profile()).replace('"rows": 201', '"rows": 301')

    assert "profile-edited" == read_profile(content(text), Wanted()).code


def _first(document):
    return document["features"][0]


def _moved_edges(document):
    """Move all bins where the data is not, so that any drift lands in one of them."""
    first = _first(document)
    first.update(edges=[each + 1000 for each in first["edges"]], spikes=[])
    first["counts"] = first["counts"][: len(first["edges"]) + 1]
    first["counts"][-1] += 200 - sum(first["counts"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.update(_type="other"), "malformed-report"),
        (lambda d: d.update(rows=0), "empty-file"),
        (lambda d: d.update(rows=202), "incomplete-report"),
        (lambda d: d["features"].append(_first(d)), "duplicate-name"),
        (lambda d: _first(d).update(kind="ordinal"), "malformed-report"),
        (lambda d: _first(d).update(counts=[201]), "malformed-report"),
        (lambda d: _first(d).update(edges=_first(d)["edges"][::-1]), "malformed-report"),
        (lambda d: _first(d).update(spikes=[1234.5]), "malformed-report"),
        (lambda d: _first(d).update(deviation=-1), "malformed-report"),
        (lambda d: _first(d)["counts"].__setitem__(0, -3), "malformed-report"),
        (lambda d: _first(d)["counts"].__setitem__(0, True), "malformed-report"),
        (lambda d: d.pop("features"), "malformed-report"),
        (lambda d: _first(d).update(minimum=70.0), "profile-contradicts"),
        (lambda d: _first(d).update(minimum=-1000.0, maximum=None), "profile-contradicts"),
        (lambda d: _first(d).update(maximum=20.0), "profile-contradicts"),
        (lambda d: _first(d).update(mean=19.0), "profile-contradicts"),
        (lambda d: _first(d).update(deviation=40.0), "profile-contradicts"),
        (_moved_edges, "profile-contradicts"),
    ],
)
def test_numbers_that_no_table_gives_are_refused(change, code):
    found = read_profile(content(edited(change)), Wanted())

    assert isinstance(found, Reason)
    assert code == found.code


@given(
    st.lists(
        st.one_of(st.integers(-5, 5), st.floats(allow_nan=False, allow_infinity=False, width=32)),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=60)
def test_what_any_numbers_give_is_never_called_impossible(values):
    text = "x\n" + "".join(f"{each!r}\n" for each in values)
    made = profile(text, ("x",))

    assert isinstance(read_profile(content(write_profile(made)), Wanted()), Profile)
