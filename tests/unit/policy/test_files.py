"""The files of a pack: those of four places, no links, no more than a pack can hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.policy.packs import HOME, proof, rule

from mlspec.errors import UsageError
from mlspec.policy import (
    MOST_BYTES,
    MOST_FILES,
    PackFiles,
    belongs,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
)


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "pack.yaml": HOME,
        "rules/owners.yaml": rule(),
        "tests/owners.test.yaml": proof(),
        "sources/law.md": "of at least six months\n",
        "README.md": "for people",
        "rules/notes.toml": "x = 1",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_a_pack_is_its_home_and_three_folders(folder):
    found = read_pack_folder(folder, "house")

    assert [
        "pack.yaml",
        "rules/owners.yaml",
        "sources/law.md",
        "tests/owners.test.yaml",
    ] == sorted(found.content)


LINKS = ("pack.yaml", "rules", "rules/owners.yaml", "rules/new.yaml", "sources/law.md", "tests")


@pytest.mark.parametrize("name", LINKS)
def test_a_link_where_a_part_of_a_pack_may_be_is_refused(folder, tmp_path_factory, name):
    """Not followed, it would switch its rules off in silence."""
    outside = tmp_path_factory.mktemp("outside") / "target"
    place = folder / name
    if place.exists():
        place.rename(outside)
    else:
        outside.write_text(rule("HOUSE-007"))
    place.symlink_to(outside)

    with pytest.raises(UsageError, match=f"`{name}` of a pack is a link"):
        read_pack_folder(folder, "house")


@pytest.mark.parametrize("name", ["notes.txt", "rules/.#owners.yaml", "rules/notes.pdf", "docs"])
def test_other_links_are_passed_over(folder, name):
    before = read_pack_folder(folder, "house").digest
    (folder / name).symlink_to("nowhere")

    assert before == read_pack_folder(folder, "house").digest


@pytest.mark.parametrize("name", ["rules/new.yaml", "rules", "sources/law.md"])
def test_a_link_in_a_repository_is_refused_as_well(name):
    with pytest.raises(UsageError, match=f"`{name}` of a pack is a link"):
        belongs(f"{name}@")
    assert not belongs("docs@")


def test_a_folder_without_a_home_is_no_pack(tmp_path):
    with pytest.raises(UsageError, match=r"holds no `pack.yaml`"):
        read_pack_folder(tmp_path / "absent", "absent")


def test_more_than_a_pack_can_hold_is_refused(folder):
    (folder / "sources" / "large.md").write_bytes(b"x" * MOST_BYTES)

    with pytest.raises(UsageError, match="larger than 8 MiB"):
        read_pack_folder(folder, "house")


def test_more_files_than_a_pack_can_hold_are_refused(folder):
    for index in range(MOST_FILES):
        (folder / "sources" / f"{index}.md").touch()

    with pytest.raises(UsageError, match=f"more than {MOST_FILES} files"):
        read_pack_folder(folder, "house")


@pytest.mark.parametrize("change", ["content", "name", "added", "removed"])
def test_the_digest_is_of_all_names_and_bytes(folder, change):
    before = read_pack_folder(folder, "house").digest
    law = folder / "sources" / "law.md"
    if change == "content":
        law.write_text("of at least six weeks\n")
    elif change == "name":
        law.rename(folder / "sources" / "other.md")
    elif change == "added":
        (folder / "tests" / "more.yaml").touch()
    else:
        law.unlink()

    assert before != read_pack_folder(folder, "house").digest


NAMES = st.text(alphabet="abc./ ", min_size=1, max_size=6)


@given(st.dictionaries(NAMES, st.binary(max_size=4), max_size=4), st.randoms())
@settings(max_examples=60)
def test_the_digest_does_not_depend_on_the_order_of_files(content, random):
    names = list(content)
    random.shuffle(names)

    shuffled = PackFiles("b", {name: content[name] for name in names})

    assert PackFiles("a", content).digest == shuffled.digest


@given(st.dictionaries(NAMES, st.binary(max_size=4), min_size=1, max_size=3), st.data())
@settings(max_examples=60)
def test_any_other_content_has_another_digest(content, data):
    name = data.draw(st.sampled_from(sorted(content)))

    changed = {**content, name: content[name] + b"x"}

    assert PackFiles("a", content).digest != PackFiles("a", changed).digest


@pytest.mark.parametrize(
    ("path", "is_part"),
    [
        ("pack.yaml", True),
        ("rules/", True),
        ("rules/a.yaml", True),
        ("sources/a.txt", True),
        ("tests/a.yml", True),
        ("rules/a/b.yaml", False),
        ("pack.yaml/", False),
        ("other/", False),
        ("a.yaml", False),
        ("rules/../pack.yaml", False),
        ("../rules/a.yaml", False),
        ("/rules/a.yaml", False),
        ("rules/a.sh", False),
        ("", False),
    ],
)
def test_what_belongs_to_a_pack(path, is_part):
    assert is_part is belongs(path)


@pytest.mark.parametrize("name", shipped_packs())
def test_shipped_packs_hold_nothing_that_is_left_out(name):
    folder = shipped_folder() / name
    there = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}

    assert there == set(read_pack_folder(folder, name).content)


@pytest.mark.parametrize("below", ["rules", "tests", "sources", "dossiers"])
def test_a_folder_within_a_folder_of_a_pack_is_refused_wherever_the_pack_comes_from(
    tmp_path, below
):
    """Rules in it would be read by nobody, and nobody would notice."""
    (tmp_path / "pack.yaml").write_text(HOME)
    (tmp_path / below / "more").mkdir(parents=True)
    (tmp_path / below / "more" / "all.yaml").write_text(rule())

    with pytest.raises(UsageError, match=f"`{below}/more/` is a folder within `{below}/`"):
        read_pack_folder(tmp_path, "house")
    with pytest.raises(UsageError, match="nobody would read it"):
        belongs(f"{below}/more/")


@pytest.mark.parametrize("path", ["docs/", "docs/more/", "rules/", "rules/all.yaml", "notes/a.md"])
def test_folders_beside_those_of_a_pack_are_no_concern(path):
    assert belongs(path) == path.startswith("rules/")
