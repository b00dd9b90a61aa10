"""What tests of generated CI share: a repository with a remote, and mlspec as pip installs it.

Jobs install mlspec as they do on a runner, from a wheel; the code behind its command is that of
this test run, and its dependencies are those of this interpreter: nothing is downloaded.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.e2e.commands import COUNTY, copy_workspace, edit

import mlspec

DIGITS = "form-digit-reader"
SCREEN = "employment-screen"

_WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: county}}
spec:
  environments:
    prod: {{namespace: ml-prod, requireGates: true}}
  targets:
    enabled: [{targets}]
    {forge}: {{requirement: "{requirement}"}}
    training:
      image: registry.example.org/mlspec@sha256:{digest}
      repository: https://git.example.org/county/models
"""
_NAME = f"mlspec_compiler-{mlspec.__version__}"
_METADATA = f"""\
Metadata-Version: 2.1
Name: mlspec-compiler
Version: {mlspec.__version__}
Provides-Extra: parquet
"""
_WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_SCRIPTS = "[console_scripts]\nmlspec = mlspec.cli.main:main\n"


def wheel(folder):
    """Write a wheel that holds the command alone, and return what pip is told to install."""
    files = {"METADATA": _METADATA, "WHEEL": _WHEEL, "entry_points.txt": _SCRIPTS}
    named = {f"{_NAME}.dist-info/{name}": text.encode() for name, text in files.items()}
    record = "".join(
        f"{name},{_digest(content)},{len(content)}\n" for name, content in named.items()
    )
    path = folder / f"{_NAME}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in named.items():
            archive.writestr(name, content)
        archive.writestr(f"{_NAME}.dist-info/RECORD", f"{record}{_NAME}.dist-info/RECORD,,\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"mlspec-compiler @ {path.as_uri()}#sha256={digest}"


def runner_environment(home):
    """Return the variables of a runner that has this Python, a home of its own and no network."""
    installed = [each for each in sys.path if Path(each).name == "site-packages"]
    places = [Path(mlspec.__file__).parents[1], *installed]
    kept = {key: os.environ[key] for key in ("LD_LIBRARY_PATH", "TMPDIR") if key in os.environ}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


def county(mlspec, tmp_path, forge, kept=DIGITS, targets=(), ignored="", **files):
    """Return a repository with the county, one model of it, compiled for a forge and pushed.

    `targets` are compiled besides the jobs; `ignored` is a `.gitignore`, `files` are others.
    """
    root = copy_workspace(COUNTY, tmp_path / "county")
    for file in (root / "specs" / "models").glob("*.yaml"):
        if file.stem != kept:
            file.unlink()
    _take_waivers(root / "specs" / "policy.yaml", kept)
    jobs = {"github": "github-actions", "gitlab": "gitlab-ci"}[forge]
    text = _WORKSPACE.format(
        targets=", ".join([jobs, *targets]),
        forge=forge,
        requirement=wheel(tmp_path),
        digest="7a" * 32,
    )
    (root / "mlspec.yaml").write_text(text)
    (root / ".gitignore").write_text(ignored)
    for name, content in files.items():
        (root / name).write_text(content)
    if kept == SCREEN:
        spec = root / "specs" / "models" / f"{SCREEN}.yaml"
        edit(spec, "command: [python, train.py]", f"command: {TRAIN}")
        edit(spec, "evaluate: [python, predict.py]", f"evaluate: {EVALUATE}")
    mlspec("compile", "--env", "prod", cwd=root).expect(0)
    return publish(root, tmp_path / "origin.git")


def _take_waivers(file, kept):
    """Take the waivers of models that are gone out of a file."""
    documents = file.read_text().split("\n---\n")
    left = [each for each in documents if "kind: Waiver" not in each or f"model/{kept}" in each]
    file.write_text("\n---\n".join(left))


# Words of their own, a variable of the shell alone, and a file that the next command needs.
TRAIN = (
    """[sh, -c, 'note="it is $0"; echo "$note" > trained.txt; sed -i"""
    """ "s/^  version: v2$/  version: v3/" specs/models/employment-screen.yaml', "a b"]"""
)
EVALUATE = """[sh, -c, 'grep -qx "it is a b" trained.txt && test -n "$MLSPEC_DATA"']"""
HOSTILE = "[sh, -c, 'sed -i s/0.70/0.10/ specs/models/employment-screen.yaml; touch x.txt']"
"""Loosens a gate of its model."""


def loosen(mlspec, root):
    """Let the training of the repository loosen a gate, and publish that."""
    edit(root / "specs" / "models" / f"{SCREEN}.yaml", f"command: {TRAIN}", f"command: {HOSTILE}")
    edit(root / "specs" / "models" / f"{SCREEN}.yaml", f"evaluate: {EVALUATE}", "evaluate: []")
    mlspec("compile", "--env", "prod", cwd=root).expect(0)
    commit(root, "Another training")


def registry_of(repository):
    """Return the refs of the registry at the remote, as git lists them."""
    return subprocess.run(
        ["git", "ls-remote", "origin", "refs/mlspec/*"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def publish(folder, remote):
    """Make a folder a repository whose branch `main` is at a bare remote, and return it."""
    _git("init", "--quiet", "--bare", "--initial-branch=main", remote)
    _git("init", "--quiet", "--initial-branch=main", folder)
    _git("-C", folder, "config", "user.name", "Ana")
    _git("-C", folder, "config", "user.email", "ana@example.org")
    _git("-C", folder, "remote", "add", "origin", remote)
    commit(folder, "Specs of the county")
    return folder


def commit(folder, message):
    """Commit everything and push it."""
    _git("-C", folder, "add", "--all")
    _git("-C", folder, "commit", "--quiet", "--message", message)
    _git("-C", folder, "push", "--quiet", "origin", "HEAD:main")
    _git("-C", folder, "remote", "set-head", "origin", "--auto")


def _git(*arguments):
    subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True)


def _digest(content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"sha256={digest}"
