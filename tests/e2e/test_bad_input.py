"""Bad input of every kind: one clear message, the documented exit code, nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.e2e.commands import contents, edit

HEADER = b"apiVersion: mlspec.dev/v1\nkind: Team\nmetadata: {name: desk}\nspec:\n"
MALFORMED = {
    "absent-key": b"kind: Team\n",
    "alias-bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c,*c,*c]\n" * 2,
    "anchor-cycle": b"a: &a [*a]\n",
    "byte-order-mark-utf-16": b"\xff\xfea\x00:\x00 \x001\x00",
    "conflict-markers": b"<<<<<<< ours\nkind: Team\n=======\nkind: Model\n>>>>>>> theirs\n",
    "control-characters": HEADER + b'  members: ["\x07"]\n',
    "date": HEADER + b"  members: 2026-13-45\n",
    "deep-flow": b"[" * 50_000,
    "deep-block": b"".join(b" " * n + b"- \n" for n in range(2_000)),
    "dangling-alias": b"a: *nowhere\n",
    "duplicate-key": HEADER + b"  members: [a]\n  members: [b]\n",
    "flow-open": b"a: [1, 2\n",
    "html": b"<!DOCTYPE html><html><body>404</body></html>\n",
    "huge-integer": HEADER + b"  members: " + b"9" * 20_000 + b"\n",
    "jinja": b"{% for team in teams %}\nname: {{ team }}\n{% endfor %}\n",
    "json-cut-off": b'{"apiVersion": "mlspec.dev/v1", "kind": ',
    "large-file-pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "latin-1": HEADER + b"  members: [Bj\xf6rn]\n",
    "list": b"- 1\n- 2\n",
    "merge-key": b"a: &a {b: 1}\nc:\n  <<: *a\n",
    "not-a-number": HEADER + b"  members: .nan\n",
    "null-bytes": b"\x00" * 64,
    "quote-open": b'a: "never closed\n',
    "scalar": b"just words\n",
    "tab": b"a:\n\tb: 1\n",
    "tag": b"a: !!python/object/apply:os.system ['true']\n",
    "unknown-kind": b"apiVersion: mlspec.dev/v1\nkind: Taem\nmetadata: {name: a}\nspec: {}\n",
    "unknown-version": b"apiVersion: mlspec.dev/v9\nkind: Team\nmetadata: {name: a}\nspec: {}\n",
    "wrong-type": HEADER + b"  members: 5\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_a_diagnostic_with_a_place(mlspec, shop, name):
    (shop / "specs" / "zz.yaml").write_bytes(MALFORMED[name])
    before = contents(shop)

    report = mlspec("validate", "--format", "json", cwd=shop).expect(4).json
    text = mlspec("validate", cwd=shop).expect(4)
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).refused(4, "zz.yaml")

    files = {each["span"]["file"] for each in report["diagnostics"]}
    assert files == {"specs/zz.yaml"}
    assert "specs/zz.yaml" in text.out
    assert contents(shop) == before


@pytest.mark.parametrize("content", [b"", b"# nothing yet\n"])
def test_a_file_without_a_document_is_a_warning(mlspec, shop, content):
    (shop / "specs" / "zz.yaml").write_bytes(content)

    assert "specs/zz.yaml:1:1: warning[MLS043]" in mlspec("validate", cwd=shop).expect(0).out
    mlspec("validate", "--strict", cwd=shop).expect(4)
    mlspec("plan", "--env", "staging", cwd=shop).expect(0)


@pytest.mark.parametrize("content", [b"", b"[", b"kind: Workspace\n", b"\xff\xfe", b"- a\n"])
def test_a_malformed_workspace_file_stops_every_command(mlspec, shop, content):
    (shop / "mlspec.yaml").write_bytes(content)
    before = contents(shop)

    mlspec("validate", cwd=shop).expect(4)
    for command in (["plan"], ["compile"], ["gate", "run"], ["status"], ["history"]):
        mlspec(*command, cwd=shop).refused(4)

    assert contents(shop) == before


RECORDED = [
    *(["status"], ["history"], ["drift"], ["audit", "verify"], ["audit", "log"]),
    *(["state", "list"], ["state", "export"], ["state", "show", "team/growth"]),
    *(["audit", "show", "team/growth"], ["audit", "export", "--out", "ledger"]),
]


@pytest.mark.parametrize("name", ["unknown-kind", "scalar", "wrong-type"])
def test_a_malformed_spec_never_hides_what_is_recorded(mlspec, shop, name):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    (shop / "specs" / "zz.yaml").write_bytes(MALFORMED[name])

    for command in RECORDED:
        told = mlspec(*command, "--env", "staging", cwd=shop).expect(0)
        assert 1 == told.err.count("warning: the specs have errors"), command
    mlspec("plan", "--env", "staging", cwd=shop).refused(4, "zz.yaml")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("churn", "owner: growth", "owner: grwoth", "did you mean `growth`?"),
        ("churn", "customers-2024@v1", "customers-2204@v1", "did you mean `customers-2024`?"),
        ("churn", "better-than-chance@v1", "better-than-chance@v7", "better-than-chance"),
        ("churn", "careful-canary@v1", "careless-canary@v1", "careless-canary"),
        ("churn", "customer-activity@v1", "customer-activties@v1", "customer-activity"),
        ("data", "dataset: customers-2024@v1", "dataset: customer-2024@v1", "customers-2024"),
    ],
)
def test_a_dangling_reference_names_what_was_meant(mlspec, shop, file, old, new, said):
    edit(shop / "specs" / f"{file}.yaml", old, new)
    before = contents(shop)

    told = mlspec("validate", cwd=shop).expect(4)
    mlspec("plan", "--env", "staging", cwd=shop).refused(4)

    assert said in told.out
    assert contents(shop) == before


def test_every_error_of_every_file_is_told_in_one_run(mlspec, shop):
    for number, content in enumerate(MALFORMED.values()):
        (shop / "specs" / f"bad-{number:02}.yaml").write_bytes(content)

    report = mlspec("validate", "--format", "json", cwd=shop).expect(4).json

    spans = [each["span"] for each in report["diagnostics"]]
    places = [(each["file"], each["start"]["line"], each["start"]["column"]) for each in spans]
    assert {file for file, _, _ in places} >= {
        f"specs/bad-{number:02}.yaml" for number in range(len(MALFORMED))
    }
    assert places == sorted(places)


# The registry.


def reader_commands():
    return [["plan"], ["status"], ["history"], ["audit", "verify"]]


def a_folder(path):
    path.mkdir()


def another_database(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE cats (name TEXT)")


def a_newer_registry(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE meta (key TEXT)")
        connection.execute(f"PRAGMA application_id = {0x6D6C7370}")
        connection.execute("PRAGMA user_version = 99")


UNREADABLE = {
    "folder": a_folder,
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 64),
    "text": lambda path: path.write_text("state: fine\n" * 100),
    "other-database": another_database,
    "newer": a_newer_registry,
    "fifo": os.mkfifo,
    "header-only": lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 84),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_registry_is_said_and_left_alone(mlspec, shop, name):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    (shop / ".mlspec").mkdir()
    UNREADABLE[name](shop / ".mlspec" / "registry.db")
    before = contents(shop)

    for command in reader_commands():
        mlspec(*command, "--env", "staging", cwd=shop).refused(69, "registry.db")
    mlspec("apply", "plan.json", cwd=shop).refused(69, "registry.db")

    assert contents(shop) == before


def test_a_damaged_registry_is_said_and_left_alone(mlspec, shop):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    registry = shop / ".mlspec" / "registry.db"
    content = registry.read_bytes()
    registry.write_bytes(content[: len(content) // 2])
    before = contents(shop)

    mlspec("apply", "plan.json", cwd=shop).refused(69, "the file is damaged")
    for command in reader_commands():
        assert mlspec(*command, "--env", "staging", cwd=shop).code in {0, 12, 69}

    assert contents(shop) == before


@pytest.mark.parametrize("what", ["file", "dangling"])
def test_a_registry_that_cannot_be_created_is_said(mlspec, shop, what):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    folder = shop / ".mlspec"
    folder.write_text("") if what == "file" else folder.symlink_to("/nowhere/at/all")
    before = contents(shop)

    said = "registry.db" if what == "file" else "leads out of the workspace"
    mlspec("apply", "plan.json", cwd=shop).refused(69, said)

    assert contents(shop) == before


def test_a_registry_that_another_run_holds_is_said(mlspec, shop):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    edit(shop / "specs" / "churn.yaml", "monthly: 100", "monthly: 120")
    mlspec("plan", "--env", "staging", "--out", "next.json", cwd=shop).expect(0)

    with closing(sqlite3.connect(shop / ".mlspec" / "registry.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        mlspec("apply", "next.json", cwd=shop).refused(11, "another run holds the registry")
        mlspec("status", "--env", "staging", cwd=shop).expect(0)
        other.execute("ROLLBACK")
    mlspec("apply", "next.json", cwd=shop).expect(0)


# What can't be written.


def outputs():
    return {
        "plan": ["plan", "--env", "staging", "--out", "out"],
        "compile": ["compile", "--env", "staging", "--out", "out"],
    }


OBSTACLES = {
    "file-above": lambda out: out.parent / "mlspec.yaml" / "out",
    "dangling-link": lambda out: linked(out, "/nowhere/at/all"),
    "link-elsewhere": lambda out: linked(out, ".."),
    "device": lambda _out: "/dev/full",
    "process-files": lambda _out: "/proc/nothing/out",
}


def linked(path, target):
    path.symlink_to(target)
    return path


@pytest.mark.parametrize("command", outputs().values(), ids=outputs())
@pytest.mark.parametrize("obstacle", OBSTACLES.values(), ids=OBSTACLES)
def test_an_output_that_cannot_be_written_is_said(mlspec, shop, command, obstacle):
    out = str(obstacle(shop / "out"))
    before = contents(shop)

    done = mlspec(*command[:-1], out, cwd=shop).refused(1, "hint: ")

    assert out in done.err or "out" in done.err
    assert contents(shop) == before
    assert Path("/dev/full").is_char_device()


def test_a_plan_is_not_written_over_a_folder(mlspec, shop):
    before = contents(shop)

    mlspec("plan", "--env", "staging", "--out", "specs", cwd=shop).refused(1, "`specs`")

    assert contents(shop) == before


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["plan", "--env", "staging", "--out", "plan.json"], 1),
        (["apply", "reviewed.json"], 69),
        (["compile", "--env", "staging"], 1),
        (["gate", "run"], 1),
        (["init", "new"], 1),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else None,
)
def test_a_full_disk_is_said_and_leaves_everything_as_it_was(mlspec, shop, command, code):
    rows = [f"{row},{row % 2},{0.1 + 0.8 * (row % 2) + row / 1e5}" for row in range(400)]
    (shop / "evaluation").mkdir()
    (shop / "evaluation" / "churn.csv").write_text("\n".join(["customer_id,left,score", *rows]))
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    mlspec("compile", "--env", "staging", cwd=shop).expect(0)
    edit(shop / "specs" / "churn.yaml", "cpu: 250m", "cpu: 300m")
    mlspec("plan", "--env", "staging", "--out", "reviewed.json", cwd=shop).expect(0)
    before = settled(contents(shop))

    for size in (64, 600) if command[0] != "apply" else (64, 4096):
        mlspec(*command, cwd=shop, file_bytes=size).refused(code)
        assert settled(contents(shop)) == before, size
    mlspec(*command, cwd=shop).expect(0)


def settled(tree):
    """Leave out the side files of SQLite: they hold nothing, and the next run clears them."""
    return {path: each for path, each in tree.items() if "registry.db-" not in path}


def test_evidence_is_not_written_through_a_link(mlspec, county, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.rmtree(county / "evidence" / "prod")
    (county / "evidence" / "prod").symlink_to(outside)
    run = ["gate", "run", "--env", "prod", "form-digit-reader"]

    mlspec(*run, cwd=county).refused(64, "leads out of the workspace")
    (county / "evidence" / "prod").unlink()
    (county / "evidence" / "prod").mkdir()
    link = county / "evidence" / "prod" / "form-digit-reader.evidence.json"
    link.symlink_to(outside / "stolen")
    mlspec(*run, cwd=county).refused(1, "not a regular file")

    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"\xff", b"null", b'{"format": "mlspec.evidence/9"}'],
)
def test_evidence_that_is_no_record_is_said(mlspec, county, content):
    file = county / "evidence" / "prod" / "form-digit-reader.evidence.json"
    file.write_bytes(content)
    before = contents(county)

    for command in (["plan"], ["compile"]):
        done = mlspec(*command, "--env", "prod", cwd=county)
        assert done.code in {12, 13, 64}, done
        done.refused(done.code, "form-digit-reader")

    assert contents(county) == before


@pytest.mark.parametrize(
    "content", [b"", b"customer_id\n", b"\x00\x01", b"a,b\n1\n", b"customer_id,left,score\n1,x,y\n"]
)
def test_predictions_that_cannot_be_read_are_not_evaluated(mlspec, shop, content):
    (shop / "evaluation").mkdir()
    (shop / "evaluation" / "churn.csv").write_bytes(content)

    done = mlspec("gate", "run", "--format", "json", cwd=shop).expect(9)

    verdicts = json.dumps(done.json)
    assert "not-evaluated" in verdicts


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"format": "x"}', b"[]"])
def test_a_damaged_manifest_is_said_and_nothing_is_overwritten(mlspec, shop, content):
    mlspec("compile", "--env", "staging", cwd=shop).expect(0)
    (shop / "build" / "staging" / ".mlspec-manifest.json").write_bytes(content)
    before = contents(shop)

    mlspec("compile", "--env", "staging", cwd=shop).refused(1, ".mlspec-manifest.json")

    assert contents(shop) == before
    mlspec("compile", "--env", "staging", "--force", cwd=shop).expect(0)


def test_what_a_person_edited_is_reported_and_kept(mlspec, shop):
    mlspec("compile", "--env", "staging", cwd=shop).expect(0)
    file = shop / "build" / "staging" / "kubernetes" / "churn.yaml"
    file.write_text(file.read_text() + "# by hand\n")
    before = contents(shop)

    checked = mlspec("compile", "--env", "staging", "--check", cwd=shop).expect(4)
    mlspec("compile", "--env", "staging", cwd=shop).expect(4)

    assert "edited" in checked.out
    assert contents(shop) == before
