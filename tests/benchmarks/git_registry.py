"""The git registry at size: `python -m tests.benchmarks.git_registry [--objects 1000,10000]`.

Loading is compared with `git fetch` of the same ref, and a small apply with `git commit` and `git
push` of one of as many files. Every figure is whole processes; the clones of each round are new.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import rmtree

from tests.unit.registry.remotes import REF, Remotes, apply, git, record

_OPEN = """
import sys
from pathlib import Path
from tests.unit.registry.remotes import apply, opened, record
registry = opened(Path(sys.argv[1]))
"""
_LOAD = f"{_OPEN}assert len(registry.observe().objects) == int(sys.argv[2])"
_WRITE = f"{_OPEN}apply(registry, record('model/m-7', {{'n': sys.argv[2]}}, revision=2))"
_COMMIT = "git commit -q -m change --all && git push -q origin HEAD:files"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.git_registry")
    parser.add_argument("--objects", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    say("| objects | load, fresh runner | x git fetch | small apply | x git commit and push |")
    say("| --- | --- | --- | --- | --- |")
    for size in map(int, options.objects.split(",")):
        with tempfile.TemporaryDirectory() as scratch:
            measure(Path(scratch), size, options.rounds)


def measure(scratch: Path, size: int, rounds: int) -> None:
    """Print one row: a registry and a branch with as many objects as files."""
    remotes = Remotes(scratch)
    bodies = [body(number) for number in range(size)]
    apply(remotes.registry(), *(record(f"model/m-{n}", each) for n, each in enumerate(bodies)))
    files = committed(remotes, bodies)
    loads, fetches, writes, commits = [], [], [], []
    for number in range(rounds):
        fetches.append(timed(remotes, "git", "fetch", "-q", "--depth=1", "origin", REF))
        loads.append(timed(remotes, sys.executable, "-c", _LOAD, ".", str(size)))
        writes.append(timed(remotes, sys.executable, "-c", _WRITE, ".", str(number)))
        (files / "7.json").write_text(f"{number}\n")
        commits.append(seconds(files, "sh", "-c", _COMMIT))
    load, fetch, write, commit = map(statistics.median, (loads, fetches, writes, commits))
    ratios = f"{load:.2f} s | {load / fetch:.1f} | {write:.2f} s | {write / commit:.1f}"
    say(f"| {size:,} | {ratios} |")


def body(number: int) -> dict[str, object]:
    """Return a body of about a kilobyte."""
    return {"kind": "Model", "n": number, "text": f"purpose {number} " * 60}


def committed(remotes: Remotes, bodies: list[dict[str, object]]) -> Path:
    """Return a checkout with as many files, on a branch of its own."""
    folder = remotes.clone("files", "--branch=main")
    for number, each in enumerate(bodies):
        (folder / f"{number}.json").write_text(str(each))
    git(folder, "config", "user.name", "Ana")
    git(folder, "config", "user.email", "ana@example.org")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "files")
    git(folder, "push", "-q", "origin", "HEAD:files")
    return folder


def timed(remotes: Remotes, *command: str) -> float:
    """Return how long a command takes in a new and shallow clone."""
    folder = remotes.clone("runner", "--depth=1", "--branch=main")
    try:
        return seconds(folder, *command)
    finally:
        rmtree(folder)


def seconds(folder: Path, *command: str) -> float:
    here = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=here, check=True, capture_output=True)
    return time.perf_counter() - start


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


main()
