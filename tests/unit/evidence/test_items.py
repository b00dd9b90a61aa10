"""Evidence items: statements as text and back, and the six ways in which they stand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.evidence import (
    BoundTo,
    Item,
    ItemPaper,
    ItemRecord,
    ItemState,
    ItemStatus,
    read_item,
    standing,
    write_item,
)

TODAY = "2026-11-21"
ONE, TWO, MODEL = (digest_bytes(each) for each in (b"1", b"2", b"model"))
RECORD = ItemRecord(
    address="model/screen",
    kind="test-report",
    day="2026-11-20",
    state=ItemState.KEPT,
    bound=(BoundTo("model/screen", MODEL),),
    paper=ItemPaper("report.pdf", ONE, 1),
    tool_version="0.1.0",
)
CURRENT = {"model/screen": MODEL, "model/screen#use": TWO, "dataset/rows": ONE}


def item(record=RECORD, **more):
    return Item(record.address, record.kind, ItemStatus.PRESENT, file="a", record=record, **more)


def with_paper(digest, **more):
    return replace(RECORD, paper=ItemPaper("report.pdf", digest, 1), **more)


def only(*items, current=CURRENT, pinned=()):
    [found] = standing(items, current, pinned, TODAY)
    return found


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        replace(RECORD, valid_until="2027-01-01", part="eva", by="eva", note="n", signed=True),
        replace(RECORD, environments=("prod", "staging"), paper=ItemPaper("a", ONE, 0, "d/a")),
        replace(RECORD, state=ItemState.NOT_APPLICABLE, paper=None, by="eva", reason="so"),
        replace(RECORD, kind="x", bound=()),
    ],
)
def test_what_was_written_is_read(record):
    assert record == read_item(write_item(record))


@pytest.mark.parametrize("char", ["\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ufeff"])
def test_what_looks_like_the_end_of_a_line_is_no_edit(char):
    record = replace(RECORD, note=f"It was{char}signed in the office.")
    kept = canonical_json(record.statement(recordDigest=record.digest)).decode()

    assert record == read_item(write_item(record)) == read_item(kept)


@pytest.mark.parametrize(
    "path",
    [("predicate", "day"), ("predicate", "kind"), ("predicate", "signed"), ("predicateType",)],
)
def test_an_edited_statement_is_refused(path):
    stated = json.loads(write_item(RECORD))
    *above, last = path
    place = stated
    for each in above:
        place = place[each]
    place[last] = {"day": "2026-11-21", "kind": "notice", "signed": True}.get(last, "x")

    with pytest.raises(ValueError, match="changed after it was written"):
        read_item(json.dumps(stated))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"predicate": 1}',
        write_item(RECORD).replace("2026-11-20", "2026-02-30"),
        write_item(RECORD).replace("test-report", "../test-report"),
        write_item(RECORD).replace("report.pdf", "../../report.pdf"),
        write_item(RECORD).replace('"kept"', '"not-applicable"'),
        write_item(RECORD).replace('"kept"', '"unheard-of"'),
        write_item(RECORD).replace('"bytes": 1', '"bytes": true'),
        write_item(RECORD).replace(ONE[7:], "abc"),
        write_item(RECORD)[:-20],
        write_item(replace(RECORD, note="n" * 5000)),
        write_item(replace(RECORD, environments=("e",) * 500)),
    ],
)
def test_what_is_no_item_is_refused_with_one_sentence(text):
    with pytest.raises(ValueError, match="no evidence item, or only a part of one"):
        read_item(text)


def test_what_is_there_and_about_today_is_present():
    assert (ItemStatus.PRESENT, "") == (only(item()).status, only(item()).reason)


@pytest.mark.parametrize(
    ("record", "part"),
    [
        (replace(RECORD, valid_until="2026-11-20"), "good until 2026-11-20"),
        (replace(RECORD, bound=(BoundTo("model/screen", TWO),)), "bound to"),
        (replace(RECORD, bound=(BoundTo("dataset/rows", TWO),)), "of `dataset/rows`"),
        (replace(RECORD, bound=(BoundTo("dataset/gone", TWO),)), "not there any more"),
        (replace(RECORD, bound=(BoundTo("model/screen#use", ONE),)), "another purpose"),
        (
            replace(RECORD, bound=(*RECORD.bound, BoundTo("dataset/rows", TWO))),
            "of `dataset/rows`",
        ),
    ],
)
def test_what_is_old_or_about_other_bytes_is_stale(record, part):
    found = only(item(record))

    assert ItemStatus.STALE is found.status
    assert part in found.reason


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, valid_until=TODAY),
        replace(RECORD, bound=(BoundTo("model/screen#use", TWO), BoundTo("dataset/rows", ONE))),
    ],
)
def test_the_last_day_still_counts_and_so_do_further_bindings(record):
    assert ItemStatus.PRESENT is only(item(record)).status


def test_a_model_that_lost_its_digest_has_nothing_that_is_about_it():
    found = only(item(), current={"model/screen": ""})

    assert ItemStatus.STALE is found.status
    assert "has no digest today" in found.reason


def test_a_paper_that_lies_elsewhere_is_stale_once_it_was_changed():
    record = replace(RECORD, paper=ItemPaper("r.pdf", ONE, 1, "docs/r.pdf"))

    assert ItemStatus.PRESENT is only(item(record)).status  # it is not at hand
    changed = only(item(record), current={**CURRENT, "file:docs/r.pdf": TWO})
    assert (ItemStatus.STALE, True) == (changed.status, "docs/r.pdf" in changed.reason)


def test_two_papers_of_one_kind_and_day_contradict_each_other():
    found = only(item(), item(with_paper(TWO)))

    assert ItemStatus.CONFLICT is found.status
    assert "2 of the kind are of 2026-11-20 and differ" in found.reason


def test_a_paper_and_a_reason_for_having_none_contradict_each_other():
    none = replace(RECORD, state=ItemState.NOT_APPLICABLE, paper=None, by="eva", reason="so")

    assert ItemStatus.CONFLICT is only(item(), item(none)).status


def test_papers_of_two_people_stand_beside_each_other():
    found = standing(
        [item(replace(RECORD, part="eva")), item(with_paper(TWO, part="bo"))], CURRENT, (), TODAY
    )

    assert [("bo", ItemStatus.PRESENT), ("eva", ItemStatus.PRESENT)] == [
        (each.part, each.status) for each in found
    ]


def test_a_later_paper_takes_the_place_of_an_earlier_one():
    found = only(item(), item(with_paper(TWO, day="2026-11-21")))

    assert (ItemStatus.PRESENT, TWO) == (found.status, found.digest)


def test_of_the_same_paper_twice_the_signed_statement_is_told():
    signed = item(replace(RECORD, signed=True), signers=("eva",))

    assert ("eva", "eva") == (only(item(), signed).by, only(signed, item()).by)


@pytest.mark.parametrize(
    ("pinned", "status"),
    [
        ((("test-report", "", TWO, "spec.a"),), ItemStatus.CONFLICT),
        ((("test-report", "", ONE, "spec.a"),), ItemStatus.PRESENT),
        ((("test-report", "", TWO, "a"), ("test-report", "", ONE, "b")), ItemStatus.PRESENT),
        ((("notice", "", TWO, "spec.a"),), ItemStatus.PRESENT),
    ],
)
def test_a_paper_that_the_spec_pins_to_other_bytes_contradicts(pinned, status):
    assert status is only(item(), pinned=pinned).status


def test_the_record_of_a_person_is_held_against_what_the_spec_pins_for_that_person():
    pinned = [("test-report", "eva", ONE, "a"), ("test-report", "bo", TWO, "b")]

    assert ItemStatus.CONFLICT is only(item(replace(RECORD, part="bo")), pinned=pinned).status
    assert ItemStatus.PRESENT is only(item(replace(RECORD, part="eva")), pinned=pinned).status


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (ItemState.NOT_APPLICABLE, ItemStatus.NOT_APPLICABLE),
        (ItemState.WITHHELD, ItemStatus.WITHHELD),
    ],
)
def test_a_reason_stands_until_its_day(state, status):
    paper = None if state is ItemState.NOT_APPLICABLE else RECORD.paper
    record = replace(RECORD, state=state, paper=paper, by="eva", reason="nobody is affected")

    found = only(item(record))

    assert (status, "nobody is affected", True) == (found.status, found.reason, found.is_good)
    late = only(item(replace(record, valid_until="2026-11-20")))
    assert ItemStatus.STALE is late.status


def test_what_is_not_whole_spoils_all_of_its_kind_and_no_other():
    broken = Item("model/screen", "test-report", ItemStatus.CONFLICT, "edited", "b", is_whole=False)
    other = item(replace(RECORD, kind="notice"))

    found = standing([item(), broken, other], CURRENT, (), TODAY)

    assert [
        ("notice", ItemStatus.PRESENT),
        ("test-report", ItemStatus.CONFLICT),
        ("test-report", ItemStatus.CONFLICT),
    ] == [(each.kind, each.status) for each in found]


def test_expressions_read_what_is_there_and_nothing_that_is_not():
    missing = Item("model/screen", "notice", ItemStatus.MISSING)

    assert missing.to_input() == {
        "kind": "notice",
        "status": "missing",
        "digest": "",
        "signed": False,
        "signers": [],
    }
    signed = item(replace(RECORD, by="bo"), signers=("eva",)).to_input()
    assert ("eva", True, "2026-11-20", ONE) == tuple(
        signed[each] for each in ("by", "signed", "day", "digest")
    )
