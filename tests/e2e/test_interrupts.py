"""Ctrl-C and kill -9 at many moments of every command that writes.

The moment is a call of the Python function that runs: the same one in every run, so a failure
can be reproduced, and nothing has to be waited for.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
from contextlib import closing

import pytest
from tests.e2e.commands import clean_environment, contents, edit, run_process

SPREAD = 4
COMMANDS = {
    "validate": ["validate"],
    "gate": ["gate", "run"],
    "plan": ["plan", "--env", "staging", "--out", "new.json"],
    "apply": ["apply", "reviewed.json"],
    "compile": ["compile", "--env", "staging"],
    "init": ["init", "new"],
}


@pytest.fixture(scope="module")
def ready(forks, tmp_path_factory):
    """A workspace with something to do for every command, to be copied."""
    root = tmp_path_factory.mktemp("ready") / "shop"
    forks.run("init", root, cwd=root.parent).expect(0)
    forks.run("plan", "--env", "staging", "--out", "first.json", cwd=root).expect(0)
    forks.run("apply", "first.json", cwd=root).expect(0)
    forks.run("compile", "--env", "staging", cwd=root).expect(0)
    edit(root / "specs" / "churn.yaml", "cpu: 250m", "cpu: 300m")
    forks.run("plan", "--env", "staging", "--out", "reviewed.json", cwd=root).expect(0)
    rows = [f"{row},{row % 2},{0.1 + 0.8 * (row % 2) + row / 1e5}" for row in range(400)]
    (root / "evaluation").mkdir()
    (root / "evaluation" / "churn.csv").write_text("\n".join(["customer_id,left,score", *rows]))
    return root


@pytest.fixture
def copies(ready, tmp_path):
    """Make a fresh copy of the workspace, again and again."""

    def copy():
        shutil.rmtree(tmp_path / "shop", ignore_errors=True)
        return shutil.copytree(ready, tmp_path / "shop")

    return copy


def moments(total):
    """Return numbers of calls, closer to each other towards the end, where files are written."""
    spread = {total * number // SPREAD for number in range(1, SPREAD)}
    return sorted(spread | {max(1, total - 4**number) for number in range(3, 6)})


@pytest.mark.parametrize("name", COMMANDS)
def test_an_interrupt_leaves_all_or_nothing(forks, copies, name):
    root = copies()
    before = contents(root)
    total = forks.calls(*COMMANDS[name], cwd=root)
    after = contents(root)

    for moment in moments(total):
        root = copies()
        done = forks.signalled(signal.SIGINT, moment, *COMMANDS[name], cwd=root)

        assert done.code in {0, 130}, f"call {moment} of {total}: {done}"
        assert "Traceback" not in done.err, f"call {moment} of {total}: {done}"
        if done.code:
            assert "error: interrupted" in done.err
            found = contents(root)
            assert [] == [path for path in found if is_temporary(path)]
            assert same_state(found, before, after), f"call {moment} of {total}"


@pytest.mark.parametrize("name", [each for each in COMMANDS if each != "validate"])
def test_a_killed_command_is_finished_by_running_it_again(forks, copies, name):
    root = copies()
    total = forks.calls(*COMMANDS[name], cwd=root)
    expected = comparable(contents(root))

    for moment in moments(total):
        root = copies()
        killed = forks.signalled(signal.SIGKILL, moment, *COMMANDS[name], cwd=root)
        again = forks.run(*COMMANDS[name], cwd=root)

        assert killed.code == -signal.SIGKILL
        if name == "init" and again.code == 64:  # the next run never overwrites
            continue
        again.expect(0)
        assert comparable(contents(root)) == expected, f"call {moment} of {total}"
    forks.run("audit", "verify", "--env", "staging", cwd=root).expect(0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_a_compile_that_was_ended_stays_or_looks_edited(forks, copies, number):
    """Also when the specs have changed again before the next run."""
    root = copies()
    total = forks.calls(*COMMANDS["compile"], cwd=root)

    for moment in moments(total):
        root = copies()
        done = forks.signalled(number, moment, *COMMANDS["compile"], cwd=root)
        edit(root / "specs" / "churn.yaml", "cpu: 300m", "cpu: 350m")
        again = forks.run(*COMMANDS["compile"], cwd=root)

        assert done.code in {0, 130, -signal.SIGKILL}, f"call {moment} of {total}: {done}"
        again.expect(0)
        assert "kept" not in again.out, f"call {moment} of {total}: {again}"
        found = contents(root)
        assert [] == [path for path in found if is_temporary(path) or "unfinished" in path]
        forks.run(*COMMANDS["compile"], "--check", cwd=root).expect(0)


def same_state(found, before, after):
    """Tell whether a tree is as it was, or as the whole command leaves it."""
    return comparable(found) in (comparable(before), comparable(after))


def comparable(tree):
    """Return a tree without SQLite's pages, and without what only a kill leaves behind."""
    return {
        path: content
        for path, content in tree.items()
        if not path.startswith(".mlspec/registry.db") and not is_temporary(path)
    }


def is_temporary(path):
    """Tell whether a file was to become another one."""
    name = path.rpartition("/")[2]
    return name.endswith(".tmp") or name.startswith(".new.json.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_registry_has_the_whole_apply_or_none_of_it(forks, copies, number):
    total = forks.calls(*COMMANDS["apply"], cwd=copies())

    for moment in moments(total):
        root = copies()
        done = forks.signalled(number, moment, *COMMANDS["apply"], cwd=root)
        registry = root / ".mlspec" / "registry.db"
        with closing(sqlite3.connect(registry)) as connection:
            found = connection.execute(
                "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM event),"
                " (SELECT serial FROM environment), (SELECT max(revision) FROM object)"
            ).fetchone()

        assert done.code in {0, 130, -signal.SIGKILL}, f"call {moment} of {total}: {done}"
        assert found in {(1, 8, 1, 1), (2, 9, 2, 2)}, f"call {moment} of {total}: {done}"
        forks.run("audit", "verify", "--env", "staging", cwd=root).expect(0)


def test_an_interrupt_in_the_very_first_moment_is_answered_too(tmp_path):
    """The guard is not imported yet: what stands there instead raises, as Ctrl-C would."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'mlspec.cli._guard':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupts())\n"
    )
    path = {"PYTHONPATH": f"{tmp_path}:{clean_environment().get('PYTHONPATH', '')}"}

    done = run_process("plan", cwd=tmp_path, env=path)

    assert (done.code, done.err) == (130, "error: interrupted\n")
