"""Verifying a ledger: `python -m tests.benchmarks.ledger [--events 1000,10000] [--signatures 100]`.

The baseline reads the same events from the same file, parses each and takes its SHA-256; with
signatures, it verifies as many with `ssh-keygen`, one after the other. Every figure is a whole
process, in rounds that alternate.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from tests.benchmarks.processes import paired
from tests.benchmarks.workload import generate
from tests.unit.ledger.ledgers import apply, record
from tests.unit.ledger.ssh import line, make_key

from mlspec.canonical import canonical_json
from mlspec.ledger.signing import CHECKPOINT_NAMESPACE, sign
from mlspec.registry.embedded import EmbeddedRegistry

_MLSPEC = str(Path(sys.executable).parent / "mlspec")
_SIGNER = "ci@example.org"
_READ = """
import hashlib, json, sqlite3, subprocess, sys
for (text,) in sqlite3.connect(sys.argv[1]).execute("SELECT body FROM event"):
    json.loads(text)
    hashlib.sha256(text.encode()).hexdigest()
for _ in range(int(sys.argv[2])):
    with open(sys.argv[3], "rb") as content:
        subprocess.run(sys.argv[4:], stdin=content, stdout=subprocess.DEVNULL, check=True)
"""


@dataclass(frozen=True)
class Keys:
    """A key that signs checkpoints, and a text that it signed; all in one folder."""

    folder: Path

    @property
    def key(self) -> Path:
        return self.folder / "ci"

    def make(self) -> str:
        """Make the key and the text; return the line of the allowed signers."""
        make_key(self.folder, "ci")
        signers = line(_SIGNER, self.key)
        (self.folder / "signers").write_text(f"{signers}\n")
        (self.folder / "text").write_bytes(b"text")
        (self.folder / "text.sig").write_text(sign(b"text", self.key, CHECKPOINT_NAMESPACE))
        return signers

    def verifying(self) -> list[str]:
        """Return the command that verifies the text."""
        names = ["-f", str(self.folder / "signers"), "-s", str(self.folder / "text.sig")]
        return [
            which("ssh-keygen") or "ssh-keygen",
            "-Y",
            "verify",
            "-I",
            _SIGNER,
            "-n",
            CHECKPOINT_NAMESPACE,
            *names,
        ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ledger")
    parser.add_argument("--events", default="1000,10000")
    parser.add_argument("--signatures", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sys.stdout.write("| events | signatures | `audit verify` | x baseline | peak MiB |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- |\n")
    for size in map(int, options.events.split(",")):
        for signatures in (0, options.signatures):
            with tempfile.TemporaryDirectory() as scratch:
                measure(Path(scratch), size, signatures, options.rounds)


def measure(scratch: Path, size: int, signatures: int, rounds: int) -> None:
    """Print one row: a ledger in a hundred runs, of which all or none are signed."""
    generate(scratch / "specs", 1)
    keys = Keys(scratch / "keys")
    signers = keys.make()
    file = scratch / "specs" / ".mlspec" / "registry.db"
    write(EmbeddedRegistry(file, "prod"), size, keys if signatures else None, signers)
    text = str(keys.folder / "text")
    baseline = [sys.executable, "-c", _READ, str(file), str(signatures), text, *keys.verifying()]
    subject = [_MLSPEC, "audit", "verify", "-C", str(scratch / "specs"), "--env", "prod"]
    if signatures:
        subject.append("--require-signatures")
    subprocess.run(subject, check=True, stdout=subprocess.DEVNULL)
    base, ours = paired(baseline, subject, rounds=rounds)
    ratio = ours.seconds / base.seconds
    told = f"{ours.seconds:.2f} s | {ratio:.1f} | {ours.mebibytes:.0f}"
    sys.stdout.write(f"| {size:,} | {signatures} | {told} |\n")
    sys.stdout.flush()


def write(registry: EmbeddedRegistry, size: int, keys: Keys | None, signers: str) -> None:
    """Write a hundred runs over `size` events; ten for each object, of a kilobyte."""
    body = {
        "kind": "Workspace",
        "metadata": {"name": "benchmark"},
        "spec": {"environments": {"prod": {}}},
        "governed": {"signers": [signers]},
    }
    workspace = record("workspace/benchmark", body, uid="w")
    runs, objects = 100, size // 10
    for number in range(runs):
        first = number * size // runs
        places = range(first, first + size // runs - (number == 0))
        records = [record_at(place, objects) for place in places]
        sealed = keys and (
            lambda each: sign(canonical_json(each.body), keys.key, CHECKPOINT_NAMESPACE)
        )
        apply(registry, *([workspace] if number == 0 else []), *records, sign=sealed)


def record_at(place: int, objects: int) -> object:
    """Return one object of a kilobyte as one of the runs leaves it."""
    body = {"kind": "Model", "n": place, "text": f"purpose {place} " * 60}
    number = place % objects
    return record(f"model/m-{number}", body, uid=f"u{number}", revision=place // objects + 1)


if __name__ == "__main__":
    main()
