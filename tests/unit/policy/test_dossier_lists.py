"""Lists of what a law wants to see: what is misspelt in them is found when a pack is read."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, files

from mlspec.policy import (
    BoundPack,
    listed_kinds,
    read_pack,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
)

SOURCES = """\
  sources:
    - {id: law, title: The law, uri: "https://example.org/law", version: "1", read: "2026-11-21"}
"""
LIST = """\
apiVersion: mlspec.dev/policy/v1
kind: DossierMap
metadata: {name: annex, title: Papers of a system}
spec:
  source: law
  cite: Annex I
  points:
    - id: "1"
      title: General description
      parts:
        - {id: "1(a)", asks: Its purpose., holds: [{label: Purpose, PLACE}]}
"""


def read(place="field: spec.purpose", home=HOME + SOURCES, text=LIST):
    return read_pack(files(home=home, **{"dossiers/annex.yaml": text.replace("PLACE", place)}))


def told(found):
    return [(each.name, each.message) for each in found.diagnostics]


@pytest.mark.parametrize(
    "place",
    [
        "field: spec.risk.euAiAct.registration",
        "field: metadata.version",
        "data: spec.gaps",
        "item: test-report",
        "record: gates",
        "record: versions",
    ],
)
def test_a_place_of_each_sort_is_read(place):
    found = read(place)

    assert told(found) == []
    (listed,) = found.pack.dossiers
    assert (listed.name, listed.title) == ("annex", "Papers of a system")
    ((_, named),) = [place.split(": ")]
    assert listed.spec.points[0].parts[0].holds[0].places == (named,)


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("field: spec.purpos", "purpose"),
        ("field: spec.risk.euAiAct.registraton", "registration"),
        ("data: spec.gap", "gaps"),
        ("data: spec.purpose", "spec"),
    ],
)
def test_a_misspelt_field_is_found_where_it_stands(place, word):
    found = read(place)

    assert found.pack is None
    (only,) = found.diagnostics
    assert only.name == "misspelt-expression"
    assert only.span.file == "house/dossiers/annex.yaml"
    assert only.span.start.line == 11
    assert word in f"{only.message} {only.hint}"


@pytest.mark.parametrize(
    ("place", "count"), [("field: spec.purpose, item: purpose", 2), ("record: null", 0)]
)
def test_something_has_one_place(place, count):
    found = read(place)

    assert found.pack is None
    assert ("unsound-list", f"`Purpose` names {count} places, not one") in told(found)


def test_the_text_has_to_be_a_source_of_the_pack():
    assert told(read(home=HOME)) == [
        ("unsound-list", "the list `annex` is of `law`, no source of the pack")
    ]


def test_two_lists_of_one_name_are_told():
    found = read(text=f"{LIST}---\n{LIST}")

    assert ("unsound-list", "the pack has two lists `annex`") in told(found)


@pytest.mark.parametrize("record", ["gate", "ledger"])
def test_a_record_that_there_is_not_is_told(record):
    assert read(f"record: {record}").pack is None


def test_a_list_belongs_to_the_digest_of_its_pack():
    assert read().pack.digest != read(text=LIST.replace("Its purpose.", "Its use.")).pack.digest


@pytest.mark.parametrize("name", shipped_packs())
def test_lists_that_are_shipped_are_sound(name):
    found = read_pack(read_pack_folder(shipped_folder() / name, name))

    assert found.pack is not None
    for listed in found.pack.dossiers:
        ids = [part.id for point in listed.spec.points for part in point.parts]
        assert len(set(ids)) == len(ids)


def test_kinds_of_papers_are_those_of_packs_in_force():
    packs = {"prod": "item: test-report", "staging": "item: b"}
    bound = [BoundPack(read(each).pack, None, (name,), {}) for name, each in packs.items()]

    assert listed_kinds(bound, "prod") == ("test-report",)
