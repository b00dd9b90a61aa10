"""The git registry at size: `python -m tests.benchmarks.git_registry [--objects 1000,10000]`.

Both verbs are compared with the same on an embedded registry; loading with `git fetch` of the
same ref, too, and a small apply with that and `git commit` and `git push` of one of as many files.
Every figure is whole processes; the clones of each round are new.
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

from mlspec.registry.embedded import EmbeddedRegistry

_OPEN = """
import sys
from pathlib import Path
from mlspec.registry.embedded import EmbeddedRegistry
from tests.unit.registry.remotes import apply, opened, record
path = Path(sys.argv[1])
registry = opened(path) if path.is_dir() else EmbeddedRegistry(path, "prod")
"""
_LOAD = f"{_OPEN}assert len(registry.observe().objects) == int(sys.argv[2])"
_WRITE = f"{_OPEN}apply(registry, record('model/m-7', {{'n': sys.argv[2]}}, revision=2))"
_COMMIT = "git commit -q -m change --all && git push -q origin HEAD:files"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.git_registry")
    parser.add_argument("--objects", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    say("| objects | load | x embedded | x git fetch | small apply | x embedded | x git |")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    for size in map(int, options.objects.split(",")):
        with tempfile.TemporaryDirectory() as scratch:
            measure(Path(scratch), size, options.rounds)


def measure(scratch: Path, size: int, rounds: int) -> None:
    """Print one row: registries and a branch with as many objects as files."""
    remotes = Remotes(scratch)
    bodies = [body(number) for number in range(size)]
    records = [record(f"model/m-{number}", each) for number, each in enumerate(bodies)]
    database = scratch / "registry.db"
    apply(remotes.registry(), *records)
    apply(EmbeddedRegistry(database, "prod"), *records)
    files = committed(remotes, bodies)
    found = [one_round(remotes, database, files, size, number) for number in range(rounds)]
    load, near, fetch, write, write_near, commit = map(statistics.median, zip(*found, strict=True))
    loading = f"{load:.2f} s | {load / near:.1f} | {load / fetch:.1f}"
    writing = f"{write:.2f} s | {write / write_near:.1f} | {write / (fetch + commit):.1f}"
    say(f"| {size:,} | {loading} | {writing} |")


def one_round(
    remotes: Remotes, database: Path, files: Path, size: int, number: int
) -> tuple[float, ...]:
    """Return the seconds of loading, embedded, and of `git fetch`; then the same of writing."""
    fetch = timed(remotes, "git", "fetch", "-q", "--depth=1", "origin", REF)
    load = timed(remotes, sys.executable, "-c", _LOAD, ".", str(size))
    near = seconds(files, sys.executable, "-c", _LOAD, str(database), str(size))
    write = timed(remotes, sys.executable, "-c", _WRITE, ".", str(number))
    write_near = seconds(files, sys.executable, "-c", _WRITE, str(database), str(number))
    (files / "7.json").write_text(f"{number}\n")
    return load, near, fetch, write, write_near, seconds(files, "sh", "-c", _COMMIT)


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
