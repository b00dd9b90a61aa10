from __future__ import annotations

import os
import sys

import pytest
from tests.unit.workspace.specs import PLAIN, TEAM

from mlspec.syntax import Limits
from mlspec.workspace import _discover as discovery
from mlspec.workspace import discover, load, load_standalone, read_sources

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repository"
    (folder / "specs").mkdir(parents=True)
    (folder / "mlspec.yaml").write_text(PLAIN)
    return folder


def write(root, *files):
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEAM)


def codes(found):
    return [each.code for each in found.diagnostics]


def test_specs_are_found_sorted_in_all_folders(root):
    write(root, "specs/b.yaml", "specs/a/z.yml", "specs/a/y.yaml", "other.yaml", "specs/notes.md")

    found = discover(root)

    assert found.files == ("mlspec.yaml", "specs/a/y.yaml", "specs/a/z.yml", "specs/b.yaml")
    assert found.diagnostics == ()


def test_hidden_files_and_folders_are_left_alone(root):
    write(root, "specs/.git/a.yaml", "specs/.b.yaml", "specs/a.yaml")

    assert discover(root).files == ("mlspec.yaml", "specs/a.yaml")


def test_the_workspace_says_where_specs_are_and_where_they_are_not(root):
    paths = "  paths: {specs: ml, output: ml/out, evidence: ml/runs, templates: ml/templates}\n"
    (root / "mlspec.yaml").write_text(PLAIN + paths)
    write(
        root, "ml/a.yaml", "ml/out/b.yaml", "ml/runs/c.yaml", "ml/templates/d.yaml", "specs/e.yaml"
    )

    assert discover(root).files == ("ml/a.yaml", "mlspec.yaml")


@pytest.mark.parametrize("path", ["../other", "/etc", "specs/../..", ".", "3", "[a]"])
def test_a_path_that_leads_out_is_not_followed(root, path):
    (root / "mlspec.yaml").write_text(PLAIN + f"  paths: {{specs: {path}}}\n")
    write(root.parent, "other/secret.yaml")
    write(root, "specs/a.yaml")

    assert discover(root).files == ("mlspec.yaml", "specs/a.yaml")
    assert [each.code[:4] for each in load(read_sources(root).sources).diagnostics] == ["MLS1"]


def test_a_missing_folder_is_an_error(root):
    (root / "specs").rmdir()

    found = discover(root)

    assert found.files == ("mlspec.yaml",)
    assert [(each.code, each.severity) for each in found.diagnostics] == [("MLS224", "error")]


def test_a_missing_workspace_is_for_loading_to_tell(root):
    (root / "mlspec.yaml").unlink()
    write(root, "specs/a.yaml")

    found = read_sources(root)

    assert [each.file for each in found.sources] == ["specs/a.yaml"]
    assert found.diagnostics == ()
    assert [each.code for each in load(found.sources).diagnostics] == ["MLS210"]


def test_contents_are_read_as_they_are(root):
    (root / "specs" / "a.yaml").write_bytes(b"\xff\x00")

    sources = read_sources(root).sources

    assert [(each.file, each.content) for each in sources] == [
        ("mlspec.yaml", PLAIN.encode()),
        ("specs/a.yaml", b"\xff\x00"),
    ]


def test_no_more_of_a_huge_file_is_read_than_tells_that_it_is_huge(root):
    with (root / "specs" / "a.yaml").open("wb") as stream:
        stream.truncate(64 << 20)

    found = read_sources(root)

    assert len(found.sources[1].content) == Limits().file_bytes + 1
    assert [each.code[:4] for each in load(found.sources).diagnostics] == ["MLS0"]


@posix
def test_links_to_files_inside_are_read_and_outside_are_not(root):
    write(root, "shared/a.yaml")
    write(root.parent, "outside/b.yaml")
    (root / "specs" / "a.yaml").symlink_to("../shared/a.yaml")
    (root / "specs" / "b.yaml").symlink_to(root.parent / "outside" / "b.yaml")
    (root / "specs" / "c.yaml").symlink_to("nowhere.yaml")
    (root / "specs" / "d.yaml").symlink_to("d.yaml")

    found = read_sources(root)

    assert [each.file for each in found.sources] == ["mlspec.yaml", "specs/a.yaml"]
    assert sorted(codes(found)) == ["MLS220", "MLS220", "MLS221"]


@posix
def test_linked_folders_are_told_and_not_entered(root):
    (root / "specs" / "loop").symlink_to("..", target_is_directory=True)
    write(root, "specs/a.yaml")

    found = discover(root)

    assert found.files == ("mlspec.yaml", "specs/a.yaml")
    assert codes(found) == ["MLS222"]


@posix
def test_a_specs_folder_that_is_a_link_out_is_not_read(root):
    (root / "specs").rmdir()
    write(root.parent, "outside/b.yaml")
    (root / "specs").symlink_to(root.parent / "outside", target_is_directory=True)

    found = discover(root)

    assert found.files == ("mlspec.yaml",)
    assert codes(found) == ["MLS221"]


@posix
def test_the_workspace_itself_may_be_reached_through_a_link(root):
    write(root, "specs/a.yaml")
    (root.parent / "link").symlink_to(root, target_is_directory=True)

    assert discover(root.parent / "link") == discover(root)


@posix
def test_a_named_pipe_does_not_stop_the_run(root):
    os.mkfifo(root / "specs" / "a.yaml")

    found = read_sources(root)

    assert codes(found) == ["MLS220"]
    assert found.diagnostics[0].message == "`specs/a.yaml` can't be read: it is not a regular file"


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_what_may_not_be_read_is_told(root):
    write(root, "specs/a.yaml", "specs/closed/b.yaml")
    (root / "specs" / "a.yaml").chmod(0)
    (root / "specs" / "closed").chmod(0)

    found = read_sources(root)

    (root / "specs" / "closed").chmod(0o700)
    assert codes(found) == ["MLS220", "MLS220"]


def test_a_folder_that_cannot_be_listed_is_told(root, monkeypatch):
    write(root, "specs/a.yaml")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(discovery.os, "scandir", refuse)

    assert codes(discover(root)) == ["MLS220"]


def test_a_folder_named_like_a_spec_is_a_folder(root):
    write(root, "specs/odd.yaml/a.yaml")

    assert discover(root).files == ("mlspec.yaml", "specs/odd.yaml/a.yaml")


def test_the_number_of_files_is_bounded(root, monkeypatch):
    monkeypatch.setattr(discovery, "MAXIMUM_FILES", 3)
    write(root, *(f"specs/{folder}/{n}.yaml" for folder in "ab" for n in range(4)))

    found = discover(root)

    assert codes(found) == ["MLS223"]
    assert len(found.files) < 8


def test_the_depth_of_folders_is_bounded(root):
    write(root, "specs/" + "d/" * 40 + "a.yaml", "specs/b.yaml")

    assert discover(root).files == ("mlspec.yaml", "specs/b.yaml")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes")
def test_a_name_that_is_not_text_is_told(root):
    path = os.fsencode(root / "specs") + b"/\xff.yaml"
    with open(path, "wb"):  # noqa: PTH123  (pathlib has no bytes)
        pass

    found = discover(root)

    assert codes(found) == ["MLS220"]
    found.diagnostics[0].message.encode()


def test_a_file_outside_any_workspace_is_checked_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(TEAM.replace("members", "member"))

    loaded = load_standalone([tmp_path / "team.yaml", tmp_path / "gone.yaml"])

    assert [(each.code, each.span.file) for each in loaded.diagnostics] == [
        ("MLS220", "gone.yaml"),
        ("MLS103", "team.yaml"),
    ]
    assert loaded.workspace is None
    assert list(loaded.sources) == ["team.yaml"]
