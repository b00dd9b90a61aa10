"""A paper counts by its bytes: in the workspace, as a copy by digest, or as a registry kept it."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.canonical import digest_bytes
from mlspec.evidence import (
    Item,
    ItemPaper,
    ItemRecord,
    ItemState,
    ItemStatus,
    PaperShelf,
    PaperStatus,
    look_at_item,
    look_at_paper,
)

PAPER = b"what deployers have to know\n"
DIGEST = digest_bytes(PAPER)
OTHER = digest_bytes(b"another")


@pytest.fixture
def shelf(tmp_path):
    return PaperShelf(tmp_path, tmp_path / "evidence" / "_papers")


def lay(shelf, content=PAPER, name="docs/use.pdf"):
    file = shelf.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return name


def keep(shelf, content=PAPER, digest=DIGEST):
    shelf.kept.mkdir(parents=True, exist_ok=True)
    (shelf.kept / f"{digest.removeprefix('sha256:')}.pdf").write_bytes(content)


def asked(shelf):
    return PaperShelf(shelf.root, shelf.kept, is_asked=True)


def item(state=ItemState.KEPT, status=ItemStatus.PRESENT, digest=DIGEST, uri="", **fields):
    paper = None if state is ItemState.NOT_APPLICABLE else ItemPaper("use.pdf", digest, 28, uri)
    record = ItemRecord("model/a", "instructions", "2026-11-20", state, (), paper)
    return Item("model/a", "instructions", status, record=record, **fields)


def test_a_file_with_the_digest_that_is_stated_is_present(shelf):
    found = look_at_paper(shelf, lay(shelf), DIGEST)

    assert (PaperStatus.PRESENT, True) == (found.status, found.is_there)
    assert "docs/use.pdf" in found.told


def test_a_file_with_another_digest_is_a_conflict_that_names_both(shelf):
    found = look_at_paper(shelf, lay(shelf, b"another"), DIGEST)

    assert (PaperStatus.CONFLICT, False) == (found.status, found.is_there)
    assert OTHER[:19] in found.told
    assert DIGEST[:19] in found.told


def test_what_nobody_has_is_missing_and_not_looked_at_where_no_registry_was_asked(shelf):
    here, everywhere = (look_at_paper(each, "docs/x.pdf", DIGEST) for each in (shelf, asked(shelf)))

    assert (PaperStatus.NOT_LOOKED, PaperStatus.MISSING) == (here.status, everywhere.status)
    assert "no registry was asked" in here.told
    assert "`docs/x.pdf` does not exist" in everywhere.told


@pytest.mark.parametrize("uri", ["https://docs.example.org/use.pdf", "s3://papers/use.pdf"])
def test_a_place_outside_is_never_read_and_never_counts_by_itself(shelf, uri):
    assert PaperStatus.NOT_LOOKED is look_at_paper(shelf, uri, DIGEST).status
    keep(shelf)

    assert PaperStatus.PRESENT is look_at_paper(shelf, uri, DIGEST).status


def test_a_copy_counts_only_with_the_bytes_of_its_name(shelf):
    keep(shelf, b"edited")

    assert not look_at_paper(shelf, "docs/use.pdf", DIGEST).is_there


def test_a_copy_that_is_a_link_is_none(shelf, tmp_path_factory):
    far = tmp_path_factory.mktemp("far") / "use.pdf"
    far.write_bytes(PAPER)
    shelf.kept.mkdir(parents=True)
    (shelf.kept / DIGEST.removeprefix("sha256:")).symlink_to(far)

    assert not look_at_paper(shelf, "docs/use.pdf", DIGEST).is_there


@pytest.mark.parametrize("uri", ["../use.pdf", "/etc/hostname", "docs/../../use.pdf", "docs"])
def test_no_path_leads_out_of_the_workspace(shelf, uri):
    lay(shelf)
    (shelf.root.parent / "use.pdf").write_bytes(PAPER)

    assert not look_at_paper(shelf, uri, DIGEST).is_there


def test_a_link_that_leads_out_is_not_followed(shelf, tmp_path_factory):
    far = tmp_path_factory.mktemp("far") / "use.pdf"
    far.write_bytes(PAPER)
    (shelf.root / "docs").mkdir()
    (shelf.root / "docs" / "use.pdf").symlink_to(far)

    assert not look_at_paper(shelf, "docs/use.pdf", DIGEST).is_there


def test_a_pipe_and_a_file_without_end_are_not_read(shelf):
    os.mkfifo(shelf.root / "pipe")
    with (shelf.root / "huge").open("wb") as stream:
        stream.truncate((1 << 29) + 1)

    assert not look_at_paper(shelf, "pipe", DIGEST).is_there
    found = look_at_paper(shelf, "huge", DIGEST)
    assert PaperStatus.NOT_LOOKED is found.status
    assert "more than 536,870,912 bytes" in found.told


def test_a_paper_without_a_digest_is_told_by_an_item_and_by_no_file(shelf):
    uri = lay(shelf)
    keep(shelf)

    assert PaperStatus.MISSING is look_at_paper(shelf, uri, "").status
    assert PaperStatus.PRESENT is look_at_paper(shelf, uri, "", [item()]).status


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (ItemStatus.STALE, PaperStatus.STALE),
        (ItemStatus.CONFLICT, PaperStatus.CONFLICT),
        (ItemStatus.WITHHELD, PaperStatus.WITHHELD),
        (ItemStatus.NOT_APPLICABLE, PaperStatus.NOT_APPLICABLE),
    ],
)
def test_an_item_that_does_not_hold_speaks_against_bytes_that_are_there(shelf, status, told):
    keep(shelf)
    found = look_at_paper(shelf, lay(shelf), DIGEST, [item(status=status, reason="until May")])

    assert (told, False, "until May") == (found.status, found.is_there, found.told)


def test_an_item_that_is_not_whole_is_a_conflict(shelf):
    found = look_at_paper(shelf, lay(shelf), DIGEST, [item(is_whole=False, reason="edited")])

    assert (PaperStatus.CONFLICT, "edited") == (found.status, found.told)


def test_a_run_of_the_registry_tells_of_a_paper_that_it_saw(shelf):
    kept = look_at_paper(asked(shelf), "docs/use.pdf", DIGEST, [item(run="7")])
    named = [item(ItemState.REFERENCED, uri="docs/use.pdf", run="7")]
    only_named = look_at_paper(asked(shelf), "docs/use.pdf", DIGEST, named)

    assert (PaperStatus.RECORDED, True) == (kept.status, kept.is_there)
    assert "run 7" in kept.told
    assert not only_named.is_there  # nobody saw its bytes when it was applied


def test_an_empty_file_is_no_paper_wherever_it_lies(shelf):
    empty = digest_bytes(b"")
    keep(shelf, b"", empty)
    looks = [
        look_at_paper(asked(shelf), lay(shelf, b""), empty),
        look_at_item(asked(shelf), item(digest=empty)),
        look_at_item(asked(shelf), item(ItemState.REFERENCED, digest=empty, uri="docs/use.pdf")),
        look_at_paper(asked(shelf), "docs/use.pdf", "", [item(digest=empty)]),
    ]

    assert {PaperStatus.MISSING} == {each.status for each in looks}
    assert "of an empty file" in looks[0].told


def test_an_item_of_other_bytes_is_no_evidence_of_these(shelf):
    assert not look_at_paper(asked(shelf), "x", DIGEST, [item(digest=OTHER, run="7")]).is_there


def test_a_paper_that_is_referenced_is_looked_at_where_it_lies(shelf):
    found = look_at_item(shelf, item(ItemState.REFERENCED, uri=lay(shelf)))
    moved = look_at_item(shelf, item(ItemState.REFERENCED, uri="https://example.org/use.pdf"))

    assert (PaperStatus.PRESENT, PaperStatus.NOT_LOOKED) == (found.status, moved.status)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_no_name_of_a_paper_makes_it_present_or_raises(tmp_path_factory, uri):
    root = tmp_path_factory.getbasetemp()
    found = look_at_paper(PaperShelf(root, root / "none"), uri, DIGEST)

    assert not found.is_there
    assert found.told
