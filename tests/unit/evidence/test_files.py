from __future__ import annotations

import os

import pytest

from mlspec.canonical import digest_bytes
from mlspec.evidence import FileContent, Reason, close_file, locate, read_file


def test_a_file_comes_with_the_digest_of_what_was_read(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.csv").write_bytes(b"id\n1\n")

    found = read_file(tmp_path, "deep/a.csv", name="predictions")

    assert isinstance(found, FileContent)
    assert digest_bytes(b"id\n1\n") == found.digest == found.material().digest


@pytest.mark.parametrize(
    "file",
    [
        "/etc/passwd",
        "../outside.csv",
        "deep/../../outside.csv",
        "deep/../a.csv",
        "C:\\outside.csv",
        "C:outside.csv",
        "\\\\host\\share\\outside.csv",
        "deep\\..\\..\\outside.csv",
    ],
)
def test_a_path_that_leads_out_of_the_workspace_is_refused(tmp_path, file):
    root = tmp_path / "workspace"
    (root / "deep").mkdir(parents=True)
    (tmp_path / "outside.csv").touch()
    (root / "a.csv").touch()

    found = locate(root, file)

    assert isinstance(found, Reason)
    assert "path-escape" == found.code


@pytest.mark.parametrize("target", ["outside.csv", "not-there.csv"])
def test_a_symbolic_link_out_of_the_workspace_is_refused_and_tells_nothing(tmp_path, target):
    root = tmp_path / "workspace"
    root.mkdir()
    (tmp_path / "outside.csv").touch()
    (root / "link.csv").symlink_to(tmp_path / target)

    found = locate(root, "link.csv")

    assert Reason("path-escape", "`link.csv` leads out of the workspace") == found


def test_a_linked_folder_out_of_the_workspace_is_refused(tmp_path):
    root = tmp_path / "workspace"
    root.mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.csv").touch()
    (root / "link").symlink_to(tmp_path / "outside")

    assert "path-escape" == read_file(root, "link/a.csv", name="x").code


def test_a_symbolic_link_within_the_workspace_is_followed(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id\n")
    (tmp_path / "link.csv").symlink_to("a.csv")

    assert b"id\n" == read_file(tmp_path, "link.csv", name="x").content


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("absent.csv", "missing-file"),
        ("a.csv/b.csv", "missing-file"),
        ("folder", "not-a-file"),
        (".", "not-a-file"),
        ("pipe.csv", "not-a-file"),
        ("loop.csv", "unreadable-file"),
        ("nul\0.csv", "unreadable-file"),
        ("x" * 5000, "unreadable-file"),
    ],
)
def test_what_is_no_readable_file_has_a_reason(tmp_path, file, code):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.csv").touch()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to("loop.csv")

    found = read_file(tmp_path, file, name="x")

    assert isinstance(found, Reason)
    assert code == found.code


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission_has_a_reason(tmp_path):
    (tmp_path / "a.csv").touch(mode=0)

    assert "unreadable-file" == read_file(tmp_path, "a.csv", name="x").code


def test_a_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("mlspec.evidence._file.MAX_BYTES", 10)
    (tmp_path / "a.csv").write_bytes(b"x" * 11)

    assert "too-large" == read_file(tmp_path, "a.csv", name="x").code


def test_control_characters_of_a_name_do_not_reach_the_terminal(tmp_path):
    found = read_file(tmp_path, "a\x1b[31m\n`.csv", name="x")

    assert "`a?[31m??.csv` does not exist" == found.sentence


@pytest.mark.parametrize(
    ("file", "close"),
    [
        ("data/chalenger.csv", "data/challenger.csv"),
        ("data/challenger.cvs", "data/challenger.csv"),
        ("data/other.json", None),
        ("dta/challenger.csv", None),
        ("../data/chalenger.csv", None),
        ("/etc/passwdd", None),
        ("data/folde", None),
    ],
)
def test_a_file_beside_one_that_is_absent_may_be_meant(tmp_path, file, close):
    (tmp_path / "data" / "folder").mkdir(parents=True)
    (tmp_path / "data" / "challenger.csv").write_text("id\n")

    assert close == close_file(tmp_path, file)
