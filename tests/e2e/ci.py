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

import mlspec

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
    return f"mlspec-compiler @ {path.as_uri()}"


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
