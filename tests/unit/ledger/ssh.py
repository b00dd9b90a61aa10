"""Real SSH keys for tests, made by the real `ssh-keygen`."""

from __future__ import annotations

import subprocess
from pathlib import Path


def keygen(*arguments):
    return subprocess.run(
        ["ssh-keygen", "-q", *map(str, arguments)], check=True, capture_output=True
    )


def make_key(folder, name, passphrase=""):
    """Return the path of a new private key; the public one lies beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    keygen("-t", "ed25519", "-N", passphrase, "-C", name, "-f", path)
    return path


def public(key):
    return Path(f"{key}.pub").read_text().strip()


def line(principals, key, options=""):
    """Return a line of a file of allowed signers."""
    return " ".join(each for each in (principals, options, public(key)) if each)


def allow(root, *lines):
    """Let a workspace know whose signatures count, and nobody else's."""
    file = root / ".mlspec" / "allowed_signers"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(lines) + "\n")
