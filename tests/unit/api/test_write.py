from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mlspec.api import _transaction
from mlspec.api._manifest import read_manifest
from mlspec.api._places import MANIFEST_NAME, UNFINISHED_NAME, Places
from mlspec.api._write import Drift, DriftState, WriteReport, compare, compare_beside, write
from mlspec.canonical import digest_bytes
from mlspec.errors import OutputError
from mlspec.ir import Artifact
from mlspec.targets._seal import SEAL_LINE, seal

if TYPE_CHECKING:
    from pathlib import Path

CARD = Artifact("cards/screen.md", "# screen\n", "specs/models.yaml")
RULES = Artifact("prometheus/screen.yaml", "groups: []\n", "specs/models.yaml")
WORKFLOW = Artifact(
    "/.github/workflows/mlspec.yml", seal(f"# {SEAL_LINE}\nname: mlspec\n"), "mlspec.yaml"
)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


@pytest.fixture
def output(repository):
    return repository / "build"


def tree(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, temporary files included."""
    return {
        each.relative_to(folder).as_posix(): each.read_bytes() if each.is_file() else b"(folder)"
        for each in sorted(folder.rglob("*"))
    }


def manifest(output: Path) -> list[str]:
    return sorted(read_manifest(Places(output, output.parent).manifest))


def test_a_first_write_creates_every_file_and_the_manifest(repository, output):
    report = write([RULES, CARD, WORKFLOW], output, repository)

    assert report == WriteReport((WORKFLOW.path, CARD.path, RULES.path), (), (), ())
    assert CARD.content == (output / "cards/screen.md").read_text()
    assert WORKFLOW.content == (repository / ".github/workflows/mlspec.yml").read_text()
    assert json.loads((output / MANIFEST_NAME).read_text()) == {
        "format": "mlspec.manifest/1.0",
        "artifacts": [
            {
                "path": each.path,
                "digest": digest_bytes(each.content.encode()),
                "source": each.source,
            }
            for each in (WORKFLOW, CARD, RULES)
        ],
    }


def test_unchanged_files_are_not_touched(repository, output):
    write([CARD, WORKFLOW], output, repository)
    before = {each: each.stat().st_mtime_ns for each in repository.rglob("*")}

    report = write([CARD, WORKFLOW], output, repository)

    assert report == WriteReport((), (WORKFLOW.path, CARD.path), (), ())
    assert before == {each: each.stat().st_mtime_ns for each in repository.rglob("*")}


def test_a_generated_file_is_replaced_when_its_content_changes(repository, output):
    write([CARD, RULES], output, repository)
    changed = Artifact(CARD.path, "# screen v2\n", CARD.source)

    report = write([changed, RULES], output, repository)

    assert report == WriteReport((CARD.path,), (RULES.path,), (), ())
    assert (output / CARD.path).read_text() == "# screen v2\n"


def test_stale_files_go_away_with_their_empty_folders(repository, output):
    write([CARD, RULES, WORKFLOW], output, repository)

    report = write([CARD], output, repository)

    assert report.removed == (WORKFLOW.path, RULES.path)
    assert [CARD.path] == manifest(output)
    assert not (output / "prometheus").exists()
    assert not (repository / ".github/workflows/mlspec.yml").exists()


SCREEN, LETTERS, OTHER = (
    Artifact(f"{target}/{name}.yaml", f"# {name}\n", CARD.source, target.replace("-", "_"))
    for target, name in (("argo-cd", "screen"), ("argo-cd", "letters"), ("keda", "screen"))
)


@pytest.mark.parametrize("named", ["argo-cd", "argo_cd"])
def test_of_one_target_its_own_stale_files_go_away_and_no_others(repository, output, named):
    write([SCREEN, LETTERS, OTHER, RULES], output, repository)

    told = compare([SCREEN], output, repository, targets=(named,))
    report = write([SCREEN], output, repository, targets=(named,))

    assert [(LETTERS.path, DriftState.STALE)] == [(each.path, each.state) for each in told]
    assert WriteReport((), (SCREEN.path,), (LETTERS.path,), ()) == report
    assert sorted([SCREEN.path, OTHER.path, RULES.path]) == manifest(output)
    assert not (output / LETTERS.path).exists()
    assert () == compare([SCREEN], output, repository, targets=(named,))


def test_a_stale_file_of_a_target_that_a_person_edited_is_kept(repository, output):
    write([SCREEN, LETTERS, OTHER], output, repository)
    (output / LETTERS.path).write_text("# mine\n")

    report = write([SCREEN], output, repository, targets=("argo-cd",))

    assert WriteReport((), (SCREEN.path,), (), (LETTERS.path,)) == report
    assert sorted([SCREEN.path, LETTERS.path, OTHER.path]) == manifest(output)


def test_files_that_no_target_is_known_of_stay_when_one_is_compiled(repository, output):
    write([CARD, RULES], output, repository)

    report = write([SCREEN], output, repository, targets=("argo-cd",))

    assert WriteReport((SCREEN.path,), (), (), ()) == report
    assert sorted([SCREEN.path, CARD.path, RULES.path]) == manifest(output)


def test_an_edited_file_is_kept_and_reported_until_forced(repository, output):
    write([CARD, RULES], output, repository)
    (output / CARD.path).write_text("# edited\n")
    changed = Artifact(CARD.path, "# screen v2\n", CARD.source)

    first = write([changed, RULES], output, repository)
    second = write([changed, RULES], output, repository)
    kept = (output / CARD.path).read_text()
    forced = write([changed, RULES], output, repository, force=True)

    assert first == second == WriteReport((), (RULES.path,), (), (CARD.path,))
    assert kept == "# edited\n"
    assert forced == WriteReport((CARD.path,), (RULES.path,), (), ())
    assert (output / CARD.path).read_text() == "# screen v2\n"


def test_an_edited_stale_file_is_kept_until_forced(repository, output):
    write([CARD, RULES], output, repository)
    (output / RULES.path).write_text("mine: true\n")

    kept = write([CARD], output, repository)
    forced = write([CARD], output, repository, force=True)

    assert kept.kept_edited == (RULES.path,)
    assert forced.removed == (RULES.path,)
    assert not (output / RULES.path).exists()


def test_a_file_that_a_person_wrote_is_not_overwritten(repository, output):
    (repository / ".github/workflows").mkdir(parents=True)
    (repository / ".github/workflows/mlspec.yml").write_text("name: mine\n")

    report = write([CARD, WORKFLOW], output, repository)

    assert report.kept_edited == (WORKFLOW.path,)
    assert (repository / ".github/workflows/mlspec.yml").read_text() == "name: mine\n"


def test_a_sealed_file_is_replaced_on_a_fresh_clone_without_a_manifest(repository, output):
    write([WORKFLOW], output, repository)
    (output / MANIFEST_NAME).unlink()
    newer = Artifact(WORKFLOW.path, seal(f"# {SEAL_LINE}\nname: newer\n"), "mlspec.yaml")

    report = write([newer], output, repository)

    assert report.written == (WORKFLOW.path,)


def test_a_broken_seal_is_an_edit(repository, output):
    file = repository / ".github/workflows/mlspec.yml"
    write([WORKFLOW], output, repository)
    (output / MANIFEST_NAME).unlink()
    file.write_text(file.read_text() + "# mine\n")
    newer = Artifact(WORKFLOW.path, seal(f"# {SEAL_LINE}\nname: newer\n"), "mlspec.yaml")

    assert write([newer], output, repository).kept_edited == (WORKFLOW.path,)


@pytest.mark.parametrize("force", [False, True])
def test_a_planted_manifest_removes_nothing_outside_of_the_output_folder(repository, output, force):
    (repository / "main.py").write_text("print()\n")
    planted = Artifact("main.py", "print()\n", "mlspec.yaml")
    write([planted], output, repository)
    text = (output / MANIFEST_NAME).read_text().replace('"main.py"', '"/main.py"')
    (output / MANIFEST_NAME).write_text(text)

    report = write([CARD], output, repository, force=force)

    assert report.removed == ()
    assert (repository / "main.py").exists()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//etc/passwd",
        "../out",
        "a/../../b",
        "a//b",
        "./a",
        "a/.",
        "C:/a",
        "a\\b",
        "a\0b",
        "/.git/hooks/pre-commit",
        "/x/.GIT/config",
        MANIFEST_NAME,
    ],
)
def test_a_path_that_leaves_its_folder_is_refused(repository, output, path):
    with pytest.raises(OutputError, match="outside of its folder"):
        write([CARD, Artifact(path, "x", "s")], output, repository)

    assert tree(repository) == {}


def test_two_artifacts_of_one_path_are_refused(repository, output):
    with pytest.raises(OutputError, match="would be one file"):
        write([CARD, Artifact("Cards/Screen.md", "x", "s")], output, repository)


@pytest.mark.parametrize("link", ["build", "build/cards", "build/cards/screen.md"])
def test_nothing_is_written_through_a_symbolic_link(repository, output, tmp_path, link):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "screen.md").write_text("secret\n")
    place = repository / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside / "screen.md" if link.endswith(".md") else outside)

    with pytest.raises(OutputError, match="is a symbolic link"):
        write([CARD], output, repository, force=True)

    assert tree(outside) == {"screen.md": b"secret\n"}


def test_the_output_folder_may_not_hold_the_specs(repository):
    with pytest.raises(OutputError, match="holds the specs"):
        write([CARD], repository, repository)
    with pytest.raises(OutputError, match="holds the specs"):
        write([CARD], repository.parent, repository)


def test_an_output_folder_that_is_a_file_is_refused(repository, output):
    output.write_text("mine\n")

    with pytest.raises(OutputError, match="is not a folder"):
        write([CARD], output, repository)

    assert tree(repository) == {"build": b"mine\n"}


def test_a_folder_in_the_way_leaves_everything_as_it_was(repository, output):
    write([CARD], output, repository)
    (output / "prometheus").write_text("a file where a folder is needed\n")
    before = tree(repository)

    with pytest.raises(OutputError) as caught:
        write([Artifact(CARD.path, "new\n", "s"), RULES], output, repository)

    assert "can't be written" in caught.value.message
    assert before == tree(repository)


def test_a_damaged_manifest_stops_until_forced(repository, output):
    write([CARD], output, repository)
    (output / MANIFEST_NAME).write_text('{"format": "mlspec.manifest/1.0", "artif')

    with pytest.raises(OutputError, match="can't be read"):
        write([CARD], output, repository)

    assert write([CARD], output, repository, force=True).unchanged == (CARD.path,)
    assert [CARD.path] == manifest(output)


@pytest.mark.parametrize("damage", ["[]", '{"format": "other"}', "\udcff", "[" * 100_000])
def test_any_damage_of_a_manifest_is_one_clear_error(repository, output, damage):
    output.mkdir()
    (output / MANIFEST_NAME).write_bytes(damage.encode("utf-8", "surrogateescape"))

    with pytest.raises(OutputError, match="can't be read"):
        write([CARD], output, repository)


def test_a_manifest_that_names_files_elsewhere_is_not_believed(repository, output):
    write([CARD], output, repository)
    text = (output / MANIFEST_NAME).read_text()
    (output / MANIFEST_NAME).write_text(text.replace(CARD.path, "../../secret"))

    with pytest.raises(OutputError, match="can't be read"):
        write([RULES], output, repository)


def test_a_link_above_the_repository_is_followed_and_one_inside_of_it_is_not(repository, tmp_path):
    (tmp_path / "home").symlink_to(repository)
    (repository / "inside").symlink_to(tmp_path)

    report = write([CARD, WORKFLOW], tmp_path / "home/build", tmp_path / "home")

    assert report.written == (WORKFLOW.path, CARD.path)
    for output in (tmp_path / "home/inside/build", repository / "inside"):
        with pytest.raises(OutputError, match="is a symbolic link"):
            write([CARD], output, repository)
    for output in (tmp_path / "home", repository / "build/..", repository / "../repository"):
        with pytest.raises(OutputError, match="holds the specs"):
            write([CARD], output, repository)


CHANGED = ("cards/screen.md", "cards/new.md", "new/new.md", "new/deep/new.md", "other/new.md")


def change_everything(output: Path, *, is_announced: bool):
    with _transaction.Transaction() as transaction:
        if is_announced:
            transaction.announce(output / UNFINISHED_NAME, b"a note")
        transaction.remove(output / RULES.path)
        for name in (*CHANGED, MANIFEST_NAME):
            transaction.stage(output / name, b"new content")
        transaction.commit()


def interrupted_after(calls):
    """Return `os.replace`, interrupted after a number of calls, as Ctrl-C would, and not again."""
    replace, left = os.replace, iter(range(calls + 1))

    def replaced(file, target):
        if next(left, None) == calls:
            raise KeyboardInterrupt
        replace(file, target)

    return replaced


@pytest.mark.parametrize(
    ("calls", "is_announced"), [*((n, False) for n in range(7)), *((n, True) for n in range(6))]
)
def test_an_interrupt_in_between_puts_everything_back(
    repository, output, calls, is_announced, monkeypatch
):
    write([CARD, RULES, WORKFLOW], output, repository)
    before = tree(repository)
    monkeypatch.setattr(os, "replace", interrupted_after(calls))

    with pytest.raises(KeyboardInterrupt):
        change_everything(output, is_announced=is_announced)

    assert before == tree(repository)


def test_a_new_folder_appears_with_everything_in_it(output):
    with _transaction.Transaction() as transaction:
        transaction.announce(output / UNFINISHED_NAME, b"a note")
        for name in ("new/a.md", "new/deep/b.md"):
            transaction.stage(output / name, b"new content")
        assert not (output / "new").exists()
        transaction.commit()
        assert ["a.md", "deep"] == sorted(each.name for each in (output / "new").iterdir())

    assert ["new"] == [each.name for each in output.iterdir()]


def test_a_folder_that_somebody_makes_meanwhile_keeps_what_is_in_it(output):
    with _transaction.Transaction() as transaction:
        transaction.announce(output / UNFINISHED_NAME, b"a note")
        for name in ("new/a.md", "new/deep/b.md"):
            transaction.stage(output / name, b"new content")
        (output / "new").mkdir()
        (output / "new/mine.md").write_text("mine\n")
        transaction.commit()

    assert {
        "new": b"(folder)",
        "new/a.md": b"new content",
        "new/deep": b"(folder)",
        "new/deep/b.md": b"new content",
        "new/mine.md": b"mine\n",
    } == tree(output)


def test_what_somebody_made_meanwhile_stays_when_everything_is_taken_back(output):
    def commit_late():
        with _transaction.Transaction() as transaction:
            transaction.announce(output / UNFINISHED_NAME, b"a note")
            for name in ("first/a.md", "new/a.md", "new/deep/b.md"):
                transaction.stage(output / name, b"new content")
            (output / "new").mkdir()
            (output / "new/deep").write_text("a file where a folder is needed\n")
            transaction.commit()

    with pytest.raises(OSError, match="deep"):
        commit_late()

    assert {
        "new": b"(folder)",
        "new/deep": b"a file where a folder is needed\n",
    } == tree(output)


def test_an_interrupt_right_behind_the_commit_leaves_nothing_of_a_new_folder(output):
    def commit_and_stop():
        with _transaction.Transaction() as transaction:
            transaction.announce(output / UNFINISHED_NAME, b"a note")
            transaction.stage(output / "new/a.md", b"new content")
            transaction.commit()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_and_stop()

    assert {} == tree(output)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from mlspec.api._write import write
from mlspec.errors import OutputError
from mlspec.ir import Artifact

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
root = Path(sys.argv[1])
artifacts = [Artifact("a.md", "new", "s"), Artifact("b.md", "x" * 200_000, "s")]
try:
    write(artifacts, root / "build", root)
except OutputError as error:
    print(error.message)
"""


def test_a_full_disk_leaves_everything_as_it_was(repository, output):
    write([Artifact("a.md", "old", "s")], output, repository)
    before = tree(repository)

    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(repository)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "can't be written" in done.stdout
    assert before == tree(repository)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 100_000


def test_a_comparison_writes_nothing_and_names_every_difference(repository, output):
    write([CARD, RULES, Artifact("gone.md", "x", "s"), WORKFLOW], output, repository)
    (output / RULES.path).write_text("mine: true\n")
    new = Artifact("new.md", "x", "s")
    before = tree(repository)

    found = compare([Artifact(CARD.path, "v2", "s"), RULES, new, WORKFLOW], output, repository)

    assert found == (
        Drift("cards/screen.md", DriftState.CHANGED),
        Drift("gone.md", DriftState.STALE),
        Drift("new.md", DriftState.MISSING),
        Drift("prometheus/screen.yaml", DriftState.EDITED),
    )
    assert before == tree(repository)


def test_a_difference_knows_what_is_there_and_what_will_be(repository, output):
    write([CARD, RULES], output, repository)
    (output / CARD.path).write_text("mine\n")
    new = Artifact("new.md", "# new\n", "specs/new.yaml")

    found = {each.path: each for each in compare([CARD, new], output, repository)}

    assert {
        CARD.path: (b"mine\n", CARD.content.encode()),
        "new.md": (None, b"# new\n"),
        RULES.path: (RULES.content.encode(), None),
    } == {path: (each.before(), each.after()) for path, each in found.items()}


def test_nothing_differs_right_after_a_write(repository, output):
    write([CARD, RULES, WORKFLOW], output, repository)

    assert compare([CARD, RULES, WORKFLOW], output, repository) == ()


def test_a_deleted_manifest_in_a_kept_output_folder_is_a_difference(repository, output):
    write([CARD], output, repository)
    (output / MANIFEST_NAME).unlink()

    assert compare([CARD], output, repository) == (Drift(MANIFEST_NAME, DriftState.CHANGED),)


def test_an_output_folder_that_is_not_kept_in_git_is_not_compared(repository, output):
    write([CARD, WORKFLOW], repository / "elsewhere", repository)

    assert compare_beside([CARD, WORKFLOW], output, repository) == ()
    (repository / ".github/workflows/mlspec.yml").unlink()
    assert compare_beside([CARD, WORKFLOW], output, repository) == (
        Drift(WORKFLOW.path, DriftState.MISSING),
    )


def test_a_checkout_with_other_line_ends_is_unchanged(repository, output):
    write([CARD, WORKFLOW], output, repository)
    files = output / CARD.path, repository / WORKFLOW.path.removeprefix("/")
    for file in files:
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert compare([CARD, WORKFLOW], output, repository) == ()
    assert write([CARD, WORKFLOW], output, repository).unchanged == (WORKFLOW.path, CARD.path)


def test_a_checkout_with_other_line_ends_is_replaced_when_its_content_changes(repository, output):
    write([CARD, WORKFLOW], output, repository)
    file = repository / WORKFLOW.path.removeprefix("/")
    for each in (file, output / CARD.path):
        each.write_bytes(each.read_bytes().replace(b"\n", b"\r\n"))
    text = seal(f"# {SEAL_LINE}\nname: changed\n")
    changed = Artifact(WORKFLOW.path, text, WORKFLOW.source)

    report = write([changed, Artifact(CARD.path, "# other\n", CARD.source)], output, repository)

    assert report.written == (WORKFLOW.path, CARD.path)
    assert file.read_text() == text


KILLED = """
import os, signal, sys
from pathlib import Path
from mlspec.api import _transaction
from mlspec.api._write import write
from mlspec.ir import Artifact

left = int(sys.argv[2])
replace = os.replace

def counted(file, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return replace(file, target)

os.replace = counted
root = Path(sys.argv[1])
names = ("a.md", "b.md", "c.md", "d.md", "new/e.md", "new/deep/f.md", "/top.md", "/.ci/g.yml")
write([Artifact(each, "second", "s") for each in names], root / "build", root, force=True)
"""
IN_NEW_FOLDERS = ("new/e.md", "new/deep/f.md", "/.ci/g.yml")


@pytest.mark.parametrize("calls", range(9))
def test_what_a_killed_run_wrote_is_known_and_its_rests_go_away(repository, output, calls):
    write([Artifact(f"{name}.md", "first", "s") for name in "abce"], output, repository)
    run = subprocess.run([sys.executable, "-c", KILLED, str(repository), str(calls)], check=False)
    assert run.returncode == -signal.SIGKILL
    third = [Artifact(f"{name}.md", "third", "s") for name in "abcd"]
    second = [Artifact(each, "second", "s") for each in ("/top.md", *IN_NEW_FOLDERS)]

    report = write([*third, *second], output, repository)

    assert report.kept_edited == ()
    assert {"a.md", "b.md", "c.md", "d.md"} <= set(report.written)
    assert [
        ".ci",
        ".ci/g.yml",
        "build",
        *(f"build/{name}" for name in (MANIFEST_NAME, "a.md", "b.md", "c.md", "d.md")),
        "build/new",
        "build/new/deep",
        "build/new/deep/f.md",
        "build/new/e.md",
        "top.md",
    ] == sorted(tree(repository))


MANY = [Artifact(f"{n % 7}/{n}.md", f"first {n}", "s") for n in range(400)]
KILLED_IN_BETWEEN = """
import os, signal, sys
from pathlib import Path
from mlspec.api import _transaction
from mlspec.api._write import write
from mlspec.ir import Artifact

create, left, own = _transaction._create, 70, os.getpid()

def counted(file, content):
    global left
    left -= 1
    if left == 0 and os.getpid() == own:
        os.kill(own, signal.SIGKILL)
    create(file, content)

_transaction._create = counted
root = Path(sys.argv[1])
many = [Artifact(f"{n % 7}/{n}.md", f"second {n}", "s") for n in range(400)]
write(many, root / "build", root)
"""


def test_files_that_were_written_beside_others_go_away(repository, output):
    write(MANY, output, repository)
    before = tree(repository)
    run = subprocess.run(
        [sys.executable, "-c", KILLED_IN_BETWEEN, str(repository)], check=False, timeout=60
    )

    assert run.returncode == -signal.SIGKILL
    assert [each for each in tree(repository) if each.endswith(".tmp")]
    assert 400 == len(write(MANY, output, repository).unchanged)
    assert before == tree(repository)


def test_many_files_are_as_few(repository, output):
    assert 400 == len(write(MANY, output, repository).written)
    for each in MANY:
        assert each.content == (output / each.path).read_text()


@pytest.mark.parametrize("note", [b"", b"0123456789abcdef\n{", b"../../x\n{}", b"\xff"])
def test_a_note_that_was_cut_off_or_is_none_goes_away(repository, output, note):
    write([CARD], output, repository)
    (output / UNFINISHED_NAME).write_bytes(note)

    assert compare([CARD], output, repository) == ()
    write([CARD], output, repository)

    assert [MANIFEST_NAME] == [each.name for each in output.iterdir() if each.is_file()]


def test_a_note_that_is_a_link_is_not_followed(repository, output, tmp_path):
    write([CARD], output, repository)
    (tmp_path / "outside").write_text("mine\n")
    (output / UNFINISHED_NAME).symlink_to(tmp_path / "outside")

    write([RULES], output, repository)

    assert (tmp_path / "outside").read_text() == "mine\n"
    assert not (output / UNFINISHED_NAME).is_symlink()


def test_a_name_in_other_letters_is_not_surely_absent(repository, output):
    (output / "cards").mkdir(parents=True)
    (output / "cards" / "Screen.md").write_text("x")
    places = Places(output, repository)

    assert not places.is_absent(places.find("cards/screen.md"))
    assert not places.is_absent(places.find("cards/scr\u00e9en.md"))
    assert places.is_absent(places.find("cards/other.md"))
    assert places.is_absent(places.find("elsewhere/other.md"))
