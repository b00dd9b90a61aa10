"""The embedded registry under faults: nothing is lost, every refusal is clear."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.ledger.ledgers import record, write

from mlspec.errors import RegistryLockedError, RegistryUnavailableError, UsageError
from mlspec.ledger import verify_chains, verify_checkpoints
from mlspec.registry import Place, backend_names, find_backend, open_backend
from mlspec.registry.embedded import EmbeddedRegistry

APPLY = """
import os, signal, sys
from pathlib import Path
from tests.unit.ledger.ledgers import record, write
from mlspec.registry.embedded import EmbeddedRegistry

def stop_at(point):
    if sys.argv[2] == point:
        os.kill(os.getpid(), signal.SIGKILL)

with EmbeddedRegistry(Path(sys.argv[1]), "prod").transaction("ana") as transaction:
    stop_at("begin")
    for number in range(500):
        transaction.put(record(f"model/m{number}", {"n": number, "text": "x" * 999}))
    stop_at("put")
    write(transaction, record("model/a", revision=transaction.snapshot().serial + 1))
    stop_at("finish")
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".mlspec" / "registry.db"


def apply_once(path, environment="prod"):
    registry = EmbeddedRegistry(path, environment)
    with registry.transaction("ana") as transaction:
        serial = transaction.snapshot().serial
        write(transaction, record("model/a", revision=serial + 1), plan_digest=f"sha256:{serial}")
    return registry


def change(path, statement, *parameters):
    """Change a registry behind its back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, parameters)


def state_of(path):
    registry = EmbeddedRegistry(path, "prod")
    return registry.observe(), list(registry.runs()), list(registry.events())


def run_script(script, *arguments):
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )


@pytest.fixture
def unprivileged():
    """A folder in which this process is an ordinary user, also when root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        folder.chmod(0o777)
        os.seteuid(65534)
    yield folder
    if is_root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_the_embedded_backend_is_found_by_name(path):
    assert "embedded" in backend_names()
    assert find_backend("embedded").name == "embedded"
    place = Place(path, path.parent)
    assert isinstance(open_backend("embedded", place, "prod"), EmbeddedRegistry)


def test_an_unknown_backend_is_a_usage_error_that_lists_the_known_ones(path):
    with pytest.raises(UsageError, match="`postgres`") as caught:
        open_backend("postgres", Place(path, path.parent), "prod")

    assert "`embedded`" in caught.value.hint


def test_only_the_registry_file_remains_after_an_apply_and_after_reading(path):
    registry = apply_once(path)
    registry.observe()
    list(registry.events())

    assert [each.name for each in path.parent.iterdir()] == ["registry.db"]


def test_reading_changes_no_byte(path):
    registry = apply_once(path)
    before = path.read_bytes()

    registry.observe()
    registry.bodies(["sha256:a"])
    list(registry.runs())

    assert before == path.read_bytes()


def test_every_commit_is_forced_to_the_disk(path):
    apply_once(path)

    with EmbeddedRegistry(path, "prod").transaction() as write:
        (level,) = write.connection.execute("PRAGMA synchronous").fetchone()
        (mode,) = write.connection.execute("PRAGMA journal_mode").fetchone()

    assert (level, mode) == (2, "wal")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("point", ["begin", "put", "finish"])
@pytest.mark.parametrize("is_first", [True, False])
def test_kill_9_leaves_the_registry_as_it_was(path, point, is_first):
    path.parent.mkdir()
    if not is_first:
        apply_once(path)
    before = state_of(path)

    died = run_script(APPLY, path, point)

    assert died.returncode == -signal.SIGKILL
    assert before == state_of(path)
    assert run_script(APPLY, path, "nowhere").stderr == ""
    assert before[0].serial + 1 == state_of(path)[0].serial


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits")
@pytest.mark.parametrize("is_first", [True, False])
def test_a_full_disk_leaves_the_registry_as_it_was(path, is_first):
    path.parent.mkdir()
    if not is_first:
        apply_once(path)
    before = state_of(path)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"

    failed = run_script(limit + APPLY, path, "nowhere")

    assert "RegistryUnavailableError" in failed.stderr
    assert "the disk may be full" in failed.stderr
    assert before == state_of(path)


def test_writers_at_the_same_time_lose_nothing(path):
    path.parent.mkdir()
    command = [sys.executable, "-c", APPLY, str(path), "nowhere"]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [each.communicate(timeout=60)[1] for each in writers]
    done = [each.returncode == 0 for each in writers]

    snapshot, runs, events = state_of(path)

    assert any(done)
    assert sum(done) == snapshot.serial == len(runs) == len(events)
    assert all("RegistryLockedError" in error for error in errors if error)


def test_a_lock_that_is_not_waited_for_is_reported_at_once(path):
    apply_once(path)
    hasty = EmbeddedRegistry(path, "prod", lock_timeout_seconds=0)

    with (
        EmbeddedRegistry(path, "prod").transaction(),
        pytest.raises(RegistryLockedError, match="another run holds the registry"),
        hasty.transaction(),
    ):
        pass


def test_a_folder_in_place_of_the_file_is_refused(path):
    path.mkdir(parents=True)

    for use in (EmbeddedRegistry(path, "prod").observe, lambda: apply_once(path)):
        with pytest.raises(RegistryUnavailableError, match="it is a folder") as caught:
            use()
        assert caught.value.exit_code == 69


def test_a_file_in_place_of_the_folder_is_refused(path):
    path.parent.write_text("")

    with pytest.raises(RegistryUnavailableError):
        apply_once(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_named_pipe_is_refused_instead_of_waited_for(path):
    path.parent.mkdir()
    os.mkfifo(path)

    with pytest.raises(RegistryUnavailableError, match="not a regular file"):
        EmbeddedRegistry(path, "prod").observe()


@pytest.mark.parametrize(
    "content", [b"name: churn\n" * 99, os.urandom(5000), b"SQLite format 3\0" * 64]
)
def test_a_file_that_is_no_database_is_refused_and_not_touched(path, content):
    path.parent.mkdir()
    path.write_bytes(content)

    for use in (EmbeddedRegistry(path, "prod").observe, lambda: apply_once(path)):
        with pytest.raises(RegistryUnavailableError, match="can't be used"):
            use()
    assert content == path.read_bytes()


def test_a_database_of_another_program_is_refused_and_not_touched(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE object (address TEXT)")
    other.close()
    before = path.read_bytes()

    for use in (EmbeddedRegistry(path, "prod").observe, lambda: apply_once(path)):
        with pytest.raises(RegistryUnavailableError, match="of another program"):
            use()
    assert before == path.read_bytes()


def test_a_registry_of_a_newer_format_is_refused(path):
    apply_once(path)
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 7")
    newer.close()

    for use in (EmbeddedRegistry(path, "prod").observe, lambda: apply_once(path)):
        with pytest.raises(RegistryUnavailableError, match="has format 7, this mlspec knows 2"):
            use()


def test_a_registry_from_before_the_first_release_is_refused_with_the_next_step(path):
    apply_once(path)
    change(path, "PRAGMA user_version = 1")

    with pytest.raises(RegistryUnavailableError, match="has format 1") as caught:
        EmbeddedRegistry(path, "prod").observe()
    assert "move it away" in caught.value.hint


def hold(path, owner, then):
    with EmbeddedRegistry(path, "prod").transaction(owner):
        return then()


def told_to_another(path):
    hasty = EmbeddedRegistry(path, "prod", lock_timeout_seconds=0)
    with pytest.raises(RegistryLockedError) as caught, hasty.transaction("li"):
        pass
    return caught.value.details


def test_a_writer_that_waits_is_told_who_holds_the_lock(path):
    told = hold(path, "ana, process 7 on desk, since noon", lambda: told_to_another(path))

    assert ("held by ana, process 7 on desk, since noon",) == told
    assert ["registry.db"] == [each.name for each in path.parent.iterdir()]


def test_the_note_of_an_owner_who_died_misleads_nobody(path):
    apply_once(path)
    note = path.with_name("registry.db-owner")
    note.write_text("ghost, process 6 on desk")

    assert () == hold(path, "", lambda: told_to_another(path))
    assert ("held by ana",) == hold(path, "ana", lambda: told_to_another(path))
    assert not note.exists()


@pytest.mark.parametrize("note", [b"\xff\xfe", b"x\x1b[2J" + b"y" * 100_000, b""])
def test_a_strange_note_of_an_owner_is_no_harm(path, note):
    apply_once(path)

    def told():
        path.with_name("registry.db-owner").write_bytes(note)
        return told_to_another(path)

    assert all("\x1b" not in each and len(each) < 2_000 for each in hold(path, "ana", told))


@pytest.mark.parametrize("target", ["precious", "nothing-there"])
def test_a_link_in_place_of_the_note_is_neither_written_nor_read(path, target):
    apply_once(path)
    victim = path.parent.parent / target
    if target == "precious":
        victim.write_text("precious")
    note = path.with_name("registry.db-owner")
    note.symlink_to(victim)

    def told():
        note.unlink()
        note.symlink_to(victim)
        return told_to_another(path)

    assert () == hold(path, "ana", told)
    assert target == "nothing-there" or "precious" == victim.read_text()
    assert (target == "precious") == victim.exists()


def test_an_empty_file_reads_as_no_registry_and_can_become_one(path):
    path.parent.mkdir()
    path.touch()

    assert EmbeddedRegistry(path, "prod").observe().lineage == ""
    assert apply_once(path).observe().serial == 1


def test_damage_in_the_middle_of_the_file_is_reported(path):
    apply_once(path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)

    with pytest.raises(RegistryUnavailableError, match="damaged"):
        EmbeddedRegistry(path, "prod").observe()


@pytest.mark.parametrize("content", ["{", "[]", "\\xff", "[" * 100_000])
def test_content_that_is_no_json_is_reported(path, content):
    apply_once(path)
    change(path, "UPDATE body SET content = ?", content)
    change(path, "UPDATE run SET record = ?", content)

    registry = EmbeddedRegistry(path, "prod")
    with pytest.raises(RegistryUnavailableError, match="never wrote, in its run 1"):
        list(registry.runs())
    if content != "[]":
        with pytest.raises(RegistryUnavailableError, match="never wrote"):
            registry.observe()


@pytest.mark.parametrize("content", ["{", "[]", "", "[" * 100_000])
def test_an_event_that_can_not_be_read_is_told_as_empty_for_verification_to_name(path, content):
    apply_once(path)
    change(path, "UPDATE event SET body = ?", content)
    change(path, "UPDATE checkpoint SET body = ?", content)

    registry = EmbeddedRegistry(path, "prod")
    (event,), (checkpoint,) = registry.events(), registry.checkpoints()

    assert ({}, {}) == (event.body, checkpoint.body)
    assert ["`model/a` event 1"] * 2 == [x.where for x in verify_chains([event], [checkpoint])]
    assert "checkpoint 1" in {x.where for x in verify_checkpoints([checkpoint], registry.observe())}


def test_a_read_only_registry_can_be_read_but_not_written(unprivileged):
    path = unprivileged / "state" / "registry.db"
    apply_once(path)
    before = path.read_bytes()
    path.chmod(0o400)
    path.parent.chmod(0o500)

    assert EmbeddedRegistry(path, "prod").observe().serial == 1
    with pytest.raises(RegistryUnavailableError, match="read-only"):
        apply_once(path)
    assert before == path.read_bytes()
    path.parent.chmod(0o700)


def test_a_read_only_folder_gets_no_registry(unprivileged):
    path = unprivileged / "state" / "registry.db"
    path.parent.mkdir(mode=0o500)

    assert EmbeddedRegistry(path, "prod").observe().lineage == ""
    with pytest.raises(RegistryUnavailableError, match="read-only or missing"):
        apply_once(path)
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_may_not_be_entered_is_reported(unprivileged):
    path = unprivileged / "closed" / "registry.db"
    apply_once(path)
    path.parent.chmod(0o000)

    with pytest.raises(RegistryUnavailableError):
        EmbeddedRegistry(path, "prod").observe()
    path.parent.chmod(0o700)


def test_a_name_with_characters_of_a_uri_is_a_plain_file_name(tmp_path):
    path = tmp_path / "a?mode=memory#%41 b.db"

    apply_once(path)

    assert path.is_file()
    assert EmbeddedRegistry(path, "prod").observe().serial == 1


@pytest.mark.parametrize("assignment", ["address = x'ff'", "revision = 'abc'", "uid = x'00'"])
def test_a_row_of_foreign_types_is_reported(path, assignment):
    apply_once(path)
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE object SET {assignment}")
    connection.close()

    with pytest.raises(RegistryUnavailableError, match="never wrote"):
        EmbeddedRegistry(path, "prod").observe(bodies=False)


def test_who_holds_the_lock_is_named_and_forgotten_at_the_end(path):
    apply_once(path)
    owner = "li, process 4711 on laptop, since 2026-01-02T03:04:05Z"
    waiting = EmbeddedRegistry(path, "prod", lock_timeout_seconds=0)

    with (
        EmbeddedRegistry(path, "prod").transaction(owner),
        pytest.raises(RegistryLockedError) as caught,
        waiting.transaction("ana"),
    ):
        pass

    assert caught.value.details == (f"held by {owner}",)
    assert ["registry.db"] == [each.name for each in path.parent.iterdir()]
