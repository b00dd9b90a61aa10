"""Real repositories for tests: a bare remote, clones of it, and registries on them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mlspec.canonical import digest_bytes, digest_value
from mlspec.registry import Place
from mlspec.registry.git import GitRegistry
from mlspec.state import (
    Checkpoint,
    Event,
    Head,
    ObjectRecord,
    RunOperation,
    RunRecord,
    Statement,
)

REF = "refs/mlspec/state/prod"
BODY = {"kind": "Model", "metadata": {"name": "churn"}, "spec": {"floor": 0.9}}
PEOPLE = {
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder, *arguments, given=None, env=None):
    """Run git as Ana, and return what it says."""
    done = subprocess.run(
        ["git", "-C", str(folder), *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | PEOPLE | (env or {}),
    )
    assert 0 == done.returncode, f"git {arguments}: {done.stderr}"
    return done.stdout.strip()


class Remotes:
    """A bare repository with one branch, reached as a server would be, and clones of it."""

    def __init__(self, folder, object_format="sha1"):
        self.folder = Path(folder)
        self.bare = self.folder / "remote.git"
        self.url = f"file://{self.bare}"
        options = ("-q", "--initial-branch=main", f"--object-format={object_format}")
        git(self.folder, "init", *options, "--bare", self.bare)
        git(self.bare, "config", "uploadpack.allowFilter", "true")
        git(self.folder, "init", *options, self.folder / "first")
        git(self.folder / "first", "remote", "add", "origin", self.url)
        for number in range(3):
            self.commit("first", "README.md", f"{number}\n")
        git(self.folder / "first", "push", "-q", "origin", "HEAD:main")

    def commit(self, clone, name, text):
        """Commit one file in a clone."""
        (self.folder / clone / name).write_text(text)
        git(self.folder / clone, "add", name)
        git(self.folder / clone, "commit", "-q", "-m", name)

    def clone(self, name, *options):
        """Return the folder of a new clone."""
        git(self.folder, "clone", "-q", *options, self.url, self.folder / name)
        return self.folder / name

    def registry(self, clone="first", environment="prod", remote="origin"):
        """Open the registry from a clone that is made where it is not there."""
        folder = self.folder / clone
        return opened(folder if folder.exists() else self.clone(clone), environment, remote)

    def hook(self, name, script):
        """Give the remote a hook."""
        file = self.bare / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def tip(self, ref=REF):
        """Return the commit that a ref of the remote leads to, or ""."""
        return git(self.bare, "for-each-ref", "--format=%(objectname)", ref)

    def point(self, files=None, ref=REF, *, raw=None):
        """Make a ref of the remote lead to a commit with these files, or to an object as it is."""
        if raw is None:
            listed = "".join(
                f"100644 blob {self.blob(text)}\t{name}\n" for name, text in files.items()
            )
            tree = git(self.bare, "mktree", given=listed)
            raw = git(self.bare, "commit-tree", "-m", "by hand", tree)
        git(self.bare, "update-ref", ref, raw)

    def commit_of(self, listed):
        """Return a new commit of the remote with the files that `ls-tree -r` would list so."""
        own = {"GIT_INDEX_FILE": str(self.folder / "index")}
        git(self.bare, "update-index", "--index-info", given=listed, env=own)
        tree = git(self.bare, "write-tree", env=own)
        return git(self.bare, "commit-tree", "-m", "by hand", tree)

    def blob(self, text):
        """Store a text in the remote."""
        return git(self.bare, "hash-object", "-w", "--stdin", given=text)


def opened(folder, environment="prod", remote="origin"):
    """Open the registry from a folder."""
    return GitRegistry(Place(folder / ".mlspec/registry.db", folder, remote), environment)


def record(address="model/churn", body=None, **changes):
    """An object."""
    body = BODY if body is None else body
    fields = {"uid": "u1", "revision": 1, "digest": digest_value(body), "body": body} | changes
    return ObjectRecord(address=address, **fields)


def run_of(serial, plan="sha256:aa", environment="prod", operations=()):
    """A run that ended."""
    at = "2026-01-02T03:04:05+00:00"
    listed = tuple(RunOperation(each, "update") for each in operations)
    return RunRecord(f"{serial}-aa", plan, environment, serial, "ana", at, listed)


def event(address, head, **facts):
    """The next event of a chain."""
    body = {"predicate": {"address": address, "sequence": head.sequence + 1, **facts}}
    return Event(address, head.sequence + 1, head.digest, body, digest_value(body))


def statement(text, signature=""):
    """A document."""
    return Statement(digest_bytes(text.encode()), text, signature)


def write(transaction, *records, plan="sha256:aa"):
    """Write objects as an apply does: bodies, events, a checkpoint, a statement, the run."""
    state, heads = transaction.snapshot(), transaction.heads()
    for each in records:
        transaction.put(each)
    transaction.append([event(each.address, heads.get(each.address, Head())) for each in records])
    serial = state.serial + 1
    body = {"serial": serial, "lineage": state.lineage}
    transaction.seal(Checkpoint(state.sequence + 1, state.head, body, digest_value(body), "sig"))
    transaction.keep([statement(f"run {serial}\n", "sig")])
    addresses = [each.address for each in records]
    transaction.finish(run_of(serial, plan, state.environment, addresses))


def apply(registry, *records, plan="sha256:aa"):
    """Write objects in one transaction."""
    with registry.transaction("ana@laptop") as transaction:
        write(transaction, *(records or (record(),)), plan=plan)
