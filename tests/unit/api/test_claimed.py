"""A folder that `--out` names is of one workspace and environment, and of one run at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from fcntl import LOCK_EX, LOCK_NB, flock

import pytest

from mlspec.api._claimed import claimed
from mlspec.api._places import OWNER_NAME
from mlspec.api.build import compile_artifacts
from mlspec.api.start import init
from mlspec.errors import OutputError

TARGETS = ("prometheus",)
WAITING = """
import sys
from pathlib import Path
from mlspec.api._claimed import claimed
print("asks", flush=True)
with claimed(Path(sys.argv[1]), Path(sys.argv[2]), "a"):
    print("has it", flush=True)
"""


@pytest.fixture
def shop(tmp_path):
    init(tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def shared(tmp_path):
    return tmp_path / "shared" / "out"


def files(folder):
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_another_workspace_is_refused_and_nothing_of_the_first_is_removed(shop, shared, tmp_path):
    init(tmp_path / "bank")
    compile_artifacts(shop, "prod", out=shared, targets=TARGETS)
    before = files(shared)

    for check in (False, True):
        with pytest.raises(OutputError, match="is compiled for the workspace `shop`") as error:
            compile_artifacts(tmp_path / "bank", "prod", out=shared, targets=TARGETS, check=check)

    assert "a folder of its own" not in str(error.value)
    assert "an output folder of its own" in error.value.hint
    assert before == files(shared)


def test_another_environment_is_refused_and_the_same_one_is_not(shop, shared):
    compile_artifacts(shop, "prod", out=shared, targets=TARGETS)

    with pytest.raises(OutputError, match="environment `staging`"):
        compile_artifacts(shop, "staging", out=shared, targets=TARGETS)

    assert compile_artifacts(shop, "prod", out=shared, targets=TARGETS, check=True).is_clean
    assert compile_artifacts(shop, "prod", out=shared, targets=TARGETS).is_clean


def test_the_own_output_folder_says_nothing_of_an_owner(shop):
    compile_artifacts(shop, "prod", targets=TARGETS)

    assert not (shop / "build/prod" / OWNER_NAME).exists()


def test_a_folder_is_locked_while_it_is_written_to(shared, tmp_path):
    def is_locked():
        folder = os.open(shared, os.O_RDONLY)
        try:
            flock(folder, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(folder)
        return False

    with claimed(shared, tmp_path, "a"):
        assert is_locked()

    assert not is_locked()
    assert "a\n" == (shared / OWNER_NAME).read_text()


def test_another_run_waits_for_its_turn(shared, tmp_path):
    command = [sys.executable, "-c", WAITING, str(shared), str(tmp_path)]

    with claimed(shared, tmp_path, "a"):
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        asked = other.stdout.readline()
        was_waiting = other.poll() is None

    rest, _ = other.communicate(timeout=60)
    assert ("asks\n", True, "has it\n") == (asked, was_waiting, rest)


def test_a_run_that_fails_leaves_no_empty_folder_and_no_owner(shared, tmp_path):
    with pytest.raises(OSError, match="no room"), claimed(shared, tmp_path, "a"):
        raise OSError("no room")

    assert not shared.parent.exists()


def test_what_a_killed_run_leaves_is_its_owners(shared, tmp_path):
    process = os.fork()
    if not process:
        with claimed(shared, tmp_path, "a"):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)

    with (
        pytest.raises(OutputError, match="compiled for a, not for b"),
        claimed(shared, tmp_path, "b"),
    ):
        pytest.fail("it was taken")


def test_a_run_that_fails_leaves_a_folder_to_its_owner(shared, tmp_path):
    with claimed(shared, tmp_path, "a"):
        pass
    with pytest.raises(OSError, match="no room"), claimed(shared, tmp_path, "a"):
        raise OSError("no room")

    assert "a\n" == (shared / OWNER_NAME).read_text()


def test_a_folder_that_can_not_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(OutputError, match="can't be made"),
        claimed(tmp_path / "file" / "out", tmp_path / "repository", "a"),
    ):
        pytest.fail("it was made")


def test_a_folder_of_the_repository_is_checked_whoever_named_it_before(shop):
    compile_artifacts(shop, "prod", out=shop / "build/prod", targets=TARGETS)
    home = shop / "mlspec.yaml"
    home.write_text(home.read_text().replace("name: shop", "name: bank"))
    compile_artifacts(shop, "prod", targets=TARGETS)

    assert compile_artifacts(shop, "prod", targets=TARGETS, check=True).is_clean


def test_an_owner_that_can_not_be_read_is_not_taken_for_nobody(shop, shared):
    (shared / OWNER_NAME).mkdir(parents=True)

    for check in (False, True):
        with pytest.raises(OutputError, match=OWNER_NAME):
            compile_artifacts(shop, "prod", out=shared, targets=TARGETS, check=check)


def test_a_folder_that_can_not_be_looked_at_is_told(shop, shared):
    for check in (False, True):
        with pytest.raises(OutputError, match="File name too long"):
            compile_artifacts(shop, "prod", out=shared / ("x" * 300), targets=TARGETS, check=check)
