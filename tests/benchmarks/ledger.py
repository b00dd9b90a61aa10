"""Verifying a ledger: `python -m tests.benchmarks.ledger [--models 10000] [--signatures 100]`.

Every figure is whole processes. Events are compared with `sha256` and `json.loads` over the same
ledger as files, signed checkpoints with as many bare `ssh-keygen -Y verify`, one after the other.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.processes import paired
from tests.benchmarks.workload import generate

_MLSPEC = str(Path(sys.executable).parent / "mlspec")
_SIGNER = "pipeline@example.org"

_READ = """\
import hashlib, json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.json')):
    content = path.read_bytes()
    hashlib.sha256(content).hexdigest()
    json.loads(content)
"""

_VERIFY = """\
import pathlib, subprocess, sys
folder = pathlib.Path(sys.argv[1])
for signature in sorted((folder / 'checkpoints').glob('*.sig')):
    command = ['ssh-keygen', '-Y', 'verify', '-f', folder / 'allowed_signers', '-I', sys.argv[2]]
    command += ['-n', 'mlspec.checkpoint', '-s', signature]
    content = signature.with_suffix('').read_bytes()
    subprocess.run(command, input=content, check=True, capture_output=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ledger")
    parser.add_argument("--models", default="1000,10000")
    parser.add_argument("--signatures", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    say("| audit verify of | seconds | baseline | seconds | ratio | peak MiB |")
    say("| --- | --- | --- | --- | --- | --- |")
    for size in map(int, options.models.split(",")):
        with tempfile.TemporaryDirectory() as scratch:
            events(Path(scratch), size, options.rounds)
    with tempfile.TemporaryDirectory() as scratch:
        signatures(Path(scratch), options.signatures, options.rounds)


def events(scratch: Path, models: int, rounds: int) -> None:
    """Print the rows of a ledger with an event a resource.

    Every command reads the specs around it first, so it is asked from a workspace of one model,
    too, that names the same environment.
    """
    folder, small = workspace(scratch, models), scratch / "small"
    generate(small, 1)
    applied(folder)
    exported = export(folder, scratch)
    count = sum(1 for _ in (exported / "ledger").rglob("*.json"))
    reading = [sys.executable, "-c", _READ, str(exported)]
    for name, where in (("next to 1 model", small), (f"next to {models:,} models", folder)):
        verifying = [_MLSPEC, "audit", "verify", "-C", str(where)]
        row(f"{count:,} events, {name}", "sha256, json.loads", reading, verifying, rounds)


def signatures(scratch: Path, count: int, rounds: int) -> None:
    """Print the row of a ledger with as many signed runs."""
    folder, key = workspace(scratch, 1), scratch / "key"
    must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key))
    public = key.with_suffix(".pub").read_text()
    (folder / ".mlspec").mkdir(exist_ok=True)
    signers = f'{_SIGNER} namespaces="mlspec.checkpoint" {public}'
    (folder / ".mlspec" / "allowed_signers").write_text(signers)
    model = next((folder / "specs" / "models").rglob("*.yaml"))
    text = model.read_text()
    for number in range(count):
        model.write_text(text.replace("p99Ms: 120", f"p99Ms: {120 + number}"))
        applied(folder, "--sign-key", str(key))
    exported = export(folder, scratch)
    baseline = [sys.executable, "-c", _VERIFY, str(exported), _SIGNER]
    verifying = [_MLSPEC, "audit", "verify", "--require-signatures", "-C", str(folder)]
    row(f"{count} signed runs", f"{count} x ssh-keygen", baseline, verifying, rounds)


def workspace(scratch: Path, models: int) -> Path:
    """Return the folder of a new workspace; its registry is the one that all commands use."""
    folder = scratch / "workspace"
    generate(folder, models)
    os.environ["MLSPEC_REGISTRY"] = str(scratch / "registry.db")
    return folder


def applied(folder: Path, *options: str) -> None:
    must(_MLSPEC, "apply", "--auto", "-C", str(folder), *options)


def export(folder: Path, scratch: Path) -> Path:
    must(_MLSPEC, "audit", "export", "-C", str(folder), "--out", str(scratch / "ledger"))
    return scratch / "ledger"


def must(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def row(name: str, label: str, baseline: list[str], subject: list[str], rounds: int) -> None:
    base, ours = paired(baseline, subject, rounds=rounds)
    failed = "" if base.code == ours.code == 0 else f" (exit {base.code}, {ours.code})"
    ratio = ours.seconds / base.seconds
    theirs = f"{label} | {base.seconds:.2f}"
    say(f"| {name}{failed} | {ours.seconds:.2f} | {theirs} | {ratio:.2f} | {ours.mebibytes:.0f} |")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
