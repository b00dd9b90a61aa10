"""Laws of evidence items: what is written is read, no edit passes, each has one status."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mlspec.canonical import digest_bytes
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
from mlspec.reporting.evidence_items import render_added, render_items

DIGESTS = st.sampled_from([digest_bytes(bytes([each])) for each in range(3)])
DAYS = st.dates().map(lambda each: each.isoformat())
NEAR = st.sampled_from(["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = TEXTS.filter(lambda each: each and not {"/", "\\", "\0"} & set(each))
KINDS = st.sampled_from(["notice", "test-report", "x"])
PARTS = st.sampled_from(["", "eva"])
PAPERS = st.builds(ItemPaper, NAMES, DIGESTS, st.integers(0, 2**40), TEXTS)
BOUND = st.lists(
    st.builds(BoundTo, st.sampled_from(["model/a", "model/a#use", "dataset/b"]), DIGESTS),
    max_size=3,
).map(tuple)


@st.composite
def records(draw, days=DAYS, texts=TEXTS):
    state = draw(st.sampled_from(ItemState))
    return ItemRecord(
        "model/a",
        draw(KINDS),
        draw(days),
        state,
        draw(BOUND),
        None if state is ItemState.NOT_APPLICABLE else draw(PAPERS),
        draw(st.just("") | days),
        tuple(draw(st.lists(st.sampled_from(["prod", "staging"]), max_size=2))),
        draw(PARTS),
        draw(texts),
        draw(texts),
        draw(texts),
        draw(texts),
        draw(st.booleans()),
    )


CURRENT = st.dictionaries(
    st.sampled_from(["model/a", "model/a#use", "dataset/b"]), DIGESTS | st.just("")
)
PINNED = st.lists(st.tuples(KINDS, PARTS, DIGESTS, st.just("spec.a")), max_size=2)


def item(number, record, *, is_whole=True):
    known = record if is_whole else None
    status = ItemStatus.PRESENT
    return Item("model/a", record.kind, status, "", str(number), known, is_whole=is_whole)


SHELVES = st.lists(st.tuples(records(NEAR), st.integers(0, 5)), max_size=6).map(
    lambda found: [item(n, record, is_whole=bool(luck)) for n, (record, luck) in enumerate(found)]
)


@given(records())
def test_what_is_written_is_read(record):
    assert record == read_item(write_item(record))


@given(records(), st.data())
def test_no_edited_character_gives_another_statement(record, data):
    text = write_item(record)
    place = data.draw(st.integers(0, len(text) - 1))
    edited = text[:place] + data.draw(st.characters(codec="utf-8")) + text[place + 1 :]

    with suppress(ValueError):
        assert record == read_item(edited)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_json_breaks_the_reader(value):
    with suppress(ValueError):
        read_item(json.dumps({"predicate": value, "subject": value, "predicateType": value}))


@given(SHELVES, CURRENT, PINNED)
@settings(max_examples=300)
def test_each_kind_and_part_has_one_status_and_nothing_broken_is_lost(shelf, current, pinned):
    found = standing(shelf, current, pinned, "2026-11-21")

    whole = [each for each in found if each.is_whole]
    assert {(each.kind, each.part) for each in shelf if each.is_whole} == {
        (each.kind, each.part) for each in whole
    }
    assert len(whole) == len({(each.kind, each.part) for each in whole})
    assert {each.file for each in shelf if not each.is_whole} == {
        each.file for each in found if not each.is_whole
    }
    assert ItemStatus.MISSING not in {each.status for each in found}


@given(SHELVES, CURRENT, PINNED, st.randoms())
@settings(max_examples=300)
def test_the_order_of_files_decides_nothing(shelf, current, pinned, random):
    mixed = [*shelf]
    random.shuffle(mixed)

    first = standing(shelf, current, pinned, "2026-11-21")

    assert first == standing(mixed, current, pinned, "2026-11-21")


@given(SHELVES, CURRENT, PINNED)
@settings(max_examples=300)
def test_what_is_present_is_of_today_whole_and_alone(shelf, current, pinned):
    for each in standing(shelf, current, pinned, "2026-11-21"):
        if each.status is ItemStatus.PRESENT:
            record = each.record
            assert not record.valid_until or record.valid_until >= "2026-11-21"
            assert all(current.get(it.name) == it.digest for it in record.bound)
            rivals = [it for it in shelf if (it.kind, it.part) == (each.kind, each.part)]
            assert {each.digest} == {it.digest for it in rivals if it.day == record.day}
            assert each.kind not in {it.kind for it in shelf if not it.is_whole}


@given(SHELVES, CURRENT, st.sampled_from(["2026-11-22", "2027-01-01"]))
def test_no_item_gets_better_by_waiting(shelf, current, later):
    now = standing(shelf, current, (), "2026-11-21")
    then = standing(shelf, current, (), later)

    for before, after in zip(now, then, strict=True):
        assert before.is_good or not after.is_good


@given(records(texts=TEXTS), TEXTS)
def test_no_text_of_an_item_leaves_its_line_its_cell_or_becomes_markup(record, reason):
    shown = replace(item(1, record), status=ItemStatus.CONFLICT, reason=reason)
    shelf = [("model/a", "prod", [shown])]

    text = render_items("2026-11-21", shelf, "text", colour=False)
    markdown = render_items("2026-11-21", shelf, "markdown", colour=False)

    assert all(line.isprintable() for line in text.split("\n"))
    assert all(line.isprintable() for line in render_added(record, [], is_new=True).split("\n"))
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    assert 1 == sum(each.type == "tbody_open" for each in tokens)
    assert 2 == sum(each.type == "tr_open" for each in tokens)
    assert 16 == sum(each.type in ("th_open", "td_open") for each in tokens)
    inside = [child for each in tokens for child in each.children or ()]
    kinds = {each.type for each in inside}
    assert kinds <= {"text", "code_inline", "html_inline", "softbreak", "text_special"}
    assert {"<!-- -->"} >= {each.content for each in inside if each.type == "html_inline"}


@given(records(texts=TEXTS), TEXTS)
def test_no_text_of_an_item_becomes_a_part_of_the_page(record, reason):
    shown = replace(item(1, record), status=ItemStatus.CONFLICT, reason=reason)
    plain = replace(shown, reason="x", record=replace(record, note="x", by="", part=""))

    page, bare = (
        _Outline(render_items("2026-11-21", [("model/a", "prod", [each])], "html", colour=False))
        for each in (shown, plain)
    )

    assert {*page.tags} == {*bare.tags}
    assert page.tags.count("tr") == bare.tags.count("tr") == 2
    assert not page.scripts


class _Outline(HTMLParser):
    """The elements of a page in their order."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.scripts += [name for name, _ in attrs if name.startswith("on") or tag == "script"]


def test_without_items_the_page_says_that_there_are_none():
    assert "No evidence items" in render_items("2026-11-21", [], "html", colour=False)
