"""What the end-to-end tests share: running commands, and copies of the workspaces that ship."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COUNTY = CHECKOUT / "examples" / "county"
BROKEN = CHECKOUT / "examples" / "broken"
CAPTURED = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
}
_LEFT_BY_RUNS = shutil.ignore_patterns(".mlspec", ".github", "build", "evidence", "__pycache__")


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def expect(self, code):
        """Return itself after asserting the exit code, and that nobody sees a traceback."""
        assert code == self.code, f"exit {self.code}\n{self.out}\n{self.err}"
        assert "Traceback" not in self.err
        assert "internal error" not in self.err
        return self

    def refused(self, code, *said):
        """Return itself after asserting one clear message, the code and words that it says."""
        self.expect(code)
        lines = self.err.splitlines()
        assert [each for each in lines if each.startswith("error: ")] == lines[:1], self.err
        for word in said:
            assert word in self.err, self.err
        return self


class Forks:
    """Runs commands in forks of one warm interpreter; see `forks.py`."""

    def __init__(self, scratch):
        self._scratch = scratch
        script = str(Path(__file__).with_name("forks.py"))
        self._server = subprocess.Popen(
            [sys.executable, script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment() | {"OPENBLAS_NUM_THREADS": "1"},  # a thread does not fork
        )

    @property
    def pid(self):
        """The process whose only child is the command that runs."""
        return self._server.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait()

    def run(self, *arguments, cwd, env=None, stdin=os.devnull, **options):
        """Run one command and return how it ended; `options` are those of a request."""
        paths = {name: str(self._scratch / name) for name in ("stdout", "stderr")}
        request = {"file_bytes": 0, "calls": "", "signal": 0, "at_call": 0}
        request |= paths | {"arguments": [str(each) for each in arguments], "cwd": str(cwd)}
        request |= {"env": env or {}, "stdin": stdin} | options
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        assert answer, "mlspec does not import"
        said = [Path(request[name]).read_text("utf-8") for name in ("stdout", "stderr")]
        return Done(int(answer), *said)

    def calls(self, *arguments, cwd):
        """Return how many calls a command makes."""
        file = self._scratch / "calls"
        self.run(*arguments, cwd=cwd, calls=str(file))
        return int(file.read_text())

    def signalled(self, number, at_call, *arguments, cwd):
        """Run a command that gets a signal at one of its calls."""
        return self.run(*arguments, cwd=cwd, calls=os.devnull, signal=int(number), at_call=at_call)


@pytest.fixture(scope="session")
def forks(tmp_path_factory):
    """Commands that start in milliseconds, in processes of their own."""
    with Forks(tmp_path_factory.mktemp("said")) as started:
        yield started


def run_process(*arguments, cwd, env=None, **options):
    """Run `python -m mlspec` in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "mlspec", *map(str, arguments)],
        cwd=cwd,
        env=clean_environment() | (env or {}),
        check=False,
        timeout=60,
        **(CAPTURED | options),
    )
    out, err = (each.decode() if each is not None else "" for each in (done.stdout, done.stderr))
    return Done(done.returncode, out, err)


def clean_environment():
    """Return this environment without what changes how Python or a terminal behaves."""
    dropped = ("COV", "FORCE_COLOR", "LANG", "LC_", "MLSPEC", "NO_COLOR", "PY", "TERM", "TZ")
    return {key: value for key, value in os.environ.items() if not key.startswith(dropped)}


def copy_workspace(source, folder):
    """Copy a workspace without what earlier runs left in it."""
    shutil.copytree(source, folder, ignore=_LEFT_BY_RUNS)
    return folder


def contents(folder):
    """Return everything below a folder: bytes of files, targets of links, None for folders."""
    return {path.relative_to(folder).as_posix(): _content(path) for path in folder.rglob("*")}


def _content(path):
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else None


def edit(file, old, new):
    """Replace the one occurrence of a text in a file."""
    text = file.read_text("utf-8")
    assert 1 == text.count(old), f"{old!r} stands {text.count(old)} times in {file}"
    file.write_text(text.replace(old, new), "utf-8")
