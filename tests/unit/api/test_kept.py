"""Contents that wait in a file: what is read is what was given, and memory does not hold it."""

from __future__ import annotations

import gc
import os
import sys
import tracemalloc
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.api._kept import Held, Kept, Spool, Written, kept
from mlspec.api._workers import shared
from mlspec.api._write import compare, write
from mlspec.canonical import digest_bytes
from mlspec.errors import OutputError
from mlspec.ir import AppliedPatch, Artifact, Claim, ObjectName

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into `/proc` and `/dev`")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PATCH = AppliedPatch("p", "patches/p.yaml", "sha256:0")
CLAIM = Claim(ObjectName("apps", "Deployment", "prod", "m"), "m", "kubernetes")
MEBIBYTE = 1 << 20


def large(count):
    return [Artifact(f"a/{n}.txt", f"{n}".zfill(MEBIBYTE), "s.yaml", "mine") for n in range(count)]


@settings(max_examples=60)
@given(st.lists(TEXTS, max_size=12), st.randoms(use_true_random=False))
def test_every_content_is_read_back_in_any_order(texts, rng):
    spool = Spool()
    found = [kept(Artifact(f"{n}", text, "s", "t"), spool) for n, text in enumerate(texts)]
    rng.shuffle(found)

    assert [(each.path, texts[int(each.path)]) for each in found] == [
        (each.path, each.content) for each in found
    ]
    assert [digest_bytes(each.content.encode()) for each in found] == [
        each.digest for each in found
    ]


def test_everything_that_is_known_of_an_artifact_is_kept():
    artifact = Artifact("a/b.yaml", "é\n", "s.yaml", "mine", (PATCH,), (CLAIM,))
    found = kept(artifact, Spool())

    assert artifact == Artifact(
        found.path, found.content, found.source, found.target, found.patches, found.claims
    )
    assert (CLAIM,) == found.claims


def test_what_is_kept_already_stays_where_it_is():
    found = kept(Artifact("a", "text", "s"), Spool())

    assert found is kept(found, Spool())


def test_without_room_in_a_file_memory_has_to_do():
    full = Spool()
    os.dup2(os.open("/dev/full", os.O_RDWR), full.fileno())

    found = kept(Artifact("a", "text", "s"), full)

    assert "text" == found.content
    assert isinstance(found.at, Held)


def test_without_a_place_for_a_file_memory_has_to_do(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")

    (found,) = shared([partial(list, [Artifact("a", "text", "s")])], [])

    assert "text" == found.content


def test_a_file_that_was_cut_off_is_no_content():
    spool = Spool()
    found = kept(Artifact("a", "text", "s"), spool)
    os.ftruncate(spool.fileno(), 2)

    with pytest.raises(OSError, match="cut off"):
        found.at.read()


def test_the_file_goes_with_the_last_of_its_contents():
    gc.collect()  # files of other tests that nobody has any more
    before = len([*Path("/proc/self/fd").iterdir()])
    found = [kept(each, spool) for spool in [Spool()] for each in large(2)]
    assert before + 1 == len([*Path("/proc/self/fd").iterdir()])

    del found[0]
    assert before + 1 == len([*Path("/proc/self/fd").iterdir()])
    found.clear()
    gc.collect()
    assert before == len([*Path("/proc/self/fd").iterdir()])


@pytest.mark.parametrize("most", [1, 2])
def test_a_hundred_mebibytes_are_made_written_and_compared_in_twenty(tmp_path, most):
    jobs = [partial(iter, ()) for _ in range(6)]
    output = tmp_path / "build"
    tracemalloc.start()
    try:
        found = tuple(shared([lambda: made(100)], jobs, most=most))
        write(found, output, tmp_path)
        assert () == compare(found, output, tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 100 == sum(file.stat().st_size == MEBIBYTE for file in output.glob("a/*"))
    assert peak < 20 * MEBIBYTE


def made(count):
    """Yield artifacts of a mebibyte each, none of which is held here."""
    for n in range(count):
        yield Artifact(f"a/{n}.txt", f"{n}".zfill(MEBIBYTE), "s.yaml", "mine")


def test_what_another_process_made_stays_in_its_file():
    jobs = [partial(large, 4) for _ in range(8)]
    tracemalloc.start()
    try:
        found = [each for each in shared([], jobs, most=3) if isinstance(each, Kept)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 32 == len(found)
    assert {1} == {each.content.count("1") for each in found if each.path == "a/1.txt"}
    assert held < 4 * MEBIBYTE


def there(folder, number):
    """Return an artifact whose content is in its file of the output folder already."""
    file = folder / "build" / f"{number}.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"text {number}")
    at = Written(file, digest_bytes(file.read_bytes()))
    return Kept(file.name, "s.yaml", "mine", at.digest, at, part=f"part {number}")


@pytest.mark.parametrize("most", [1, 3])
def test_what_is_there_already_is_told_by_any_process(tmp_path, most):
    known = [there(tmp_path, n) for n in range(12)]
    jobs = [partial(list, [each, *large(1)]) for each in known]

    found = list(shared([], jobs, most=most))

    assert known == found[::2]
    assert {large(1)[0].content} == {each.content for each in found[1::2]}


def test_a_file_that_is_there_is_listed_and_not_written(tmp_path):
    known = there(tmp_path, 1)
    before = known.at.file.stat()
    report = write([known, *large(1)], tmp_path / "build", tmp_path)

    assert (("a/0.txt",), ("1.txt",)) == (report.written, report.unchanged)
    assert before == known.at.file.stat()
    assert () == compare([known, *large(1)], tmp_path / "build", tmp_path)


def test_a_file_that_was_changed_meanwhile_is_not_taken_for_what_it_was(tmp_path):
    known = there(tmp_path, 1)
    known.at.file.write_text("a person")

    with pytest.raises(OSError, match="changed while it was compiled"):
        known.read()
    with pytest.raises(OutputError, match=r"1\.txt.*changed while it was compiled"):
        write([known._replace(path="moved.txt")], tmp_path / "build", tmp_path)
