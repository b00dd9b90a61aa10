"""Real MLflow servers on loopback, one of each sort for a whole test run.

`mlflow`, `mlflow_2`, `mlflow_postgres` and `mlflow_auth` are fixtures: the address of a server of
3.17.2 on SQLite, of 2.22.5 on SQLite, of 3.17.2 on PostgreSQL, and of 3.17.2 that asks who asks
(`ADMIN`). All tests share them, on all workers of xdist, so a test takes names that no other
one has: `unique` gives a prefix. `serving("3")` is the same without pytest, and a server that
runs already is used where `TEST_MLFLOW_3` (`_2`, `_POSTGRES`, `_AUTH`) names it.

Only what is started here is ended here: by the worker that started it, when the last one that
uses it has gone.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from tests.contract.tools import absent, require

__all__ = [
    "ADMIN",
    "mlflow",
    "mlflow_2",
    "mlflow_auth",
    "mlflow_postgres",
    "serving",
    "unique",
]

ADMIN = ("admin", "only-on-loopback-1")
_START_SECONDS = 120
_COMMANDS = {"2": "mlflow-2", "3": "mlflow-3", "auth": "mlflow-3", "postgres": "mlflow-3"}
_QUIET = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_FLASK_SERVER_SECRET_KEY": "only-for-tests",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}


@pytest.fixture(scope="session")
def mlflow(tmp_path_factory):
    yield from _shared("3", tmp_path_factory)


@pytest.fixture(scope="session")
def mlflow_2(tmp_path_factory):
    yield from _shared("2", tmp_path_factory)


@pytest.fixture(scope="session")
def mlflow_postgres(tmp_path_factory):
    yield from _shared("postgres", tmp_path_factory)


@pytest.fixture(scope="session")
def mlflow_auth(tmp_path_factory):
    yield from _shared("auth", tmp_path_factory)


@pytest.fixture
def unique():
    """A prefix of names that no other test has."""
    return f"t{uuid.uuid4().hex[:10]}-"


@contextmanager
def serving(lane, seed=None):
    """Start a server of a lane, and end it afterwards; yields its address.

    `seed` is given the address of its database, before it starts.
    """
    command = require(_COMMANDS[lane])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mlflow-")))
        store = f"sqlite:///{folder}/mlflow.db"
        if lane == "postgres":
            store = stack.enter_context(_postgres())
        if seed:
            seed(store)
        port = _free_port()
        arguments = ["server", "--backend-store-uri", store, "--host", "127.0.0.1"]
        arguments += ["--port", str(port), "--workers", "1"]
        arguments += ["--default-artifact-root", str(folder / "artifacts")]
        variables = os.environ | _QUIET
        if lane == "auth":
            arguments += ["--app-name", "basic-auth"]
            variables["MLFLOW_AUTH_CONFIG_PATH"] = str(_auth_config(folder))
        address = f"http://127.0.0.1:{port}"
        log = stack.enter_context((folder / "log").open("w+b"))
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        stack.callback(_end, process)
        _await(address, process, folder / "log")
        yield address


def _shared(lane, tmp_path_factory):
    """Yield the address of the server that all workers use; the first one starts it."""
    if running := os.environ.get(f"TEST_MLFLOW_{lane.upper()}"):
        yield running
        return
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / f"mlflow-{lane}"
    folder.mkdir(exist_ok=True)
    told = folder / "address"
    with (folder / "users").open("w") as users, ExitStack() as stack:
        with _locked(folder / "start"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if told.exists():
                address = told.read_text()
            else:
                address = stack.enter_context(serving(lane))
                told.write_text(address)
                stack.callback(_retire, folder, users)
        yield address


def _retire(folder, users):
    """Wait until no other worker uses the server, and let none begin to."""
    fcntl.flock(users, fcntl.LOCK_UN)
    fcntl.flock(users, fcntl.LOCK_EX)
    (folder / "address").unlink()


@contextmanager
def _locked(path):
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _await(address, process, log):
    """Return when the server answers; its log is the reason where it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with opener.open(f"{address}/version", timeout=5):
                return
        except urllib.error.HTTPError:  # it wants to know who asks
            return
        except OSError:
            time.sleep(0.2)  # it says nothing when it is ready
    pytest.fail(f"MLflow does not start:\n{log.read_text(errors='replace')[-3000:]}")


def _end(process):
    """End the server and the processes that it started, and nothing else; its data goes, too."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _auth_config(folder):
    path = folder / "auth.ini"
    path.write_text(
        "[mlflow]\n"
        "default_permission = READ\n"
        f"database_uri = sqlite:///{folder}/auth.db\n"
        f"admin_username = {ADMIN[0]}\n"
        f"admin_password = {ADMIN[1]}\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    return path


@contextmanager
def _postgres():
    """Start PostgreSQL with an empty database; it refuses to run as root."""
    programs = _postgres_programs()
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        data, port = folder / "data", _free_port()
        made = [programs / "initdb", "-D", data, "-U", "mlflow", "-A", "trust", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd="/", **user)
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-h", "127.0.0.1", "-p", str(port)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **user,
        )
        try:
            _await_postgres(programs, port)
            yield f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    where = shutil.which("initdb")
    if not found and not where:
        absent("PostgreSQL is missing (Debian: apt-get install postgresql)")
    return found[-1].parent if found else Path(where).parent


def _await_postgres(programs, port):
    end = time.monotonic() + _START_SECONDS
    asked = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    while time.monotonic() < end:
        if subprocess.run(asked, check=False).returncode == 0:
            return
        time.sleep(0.1)
    pytest.fail("PostgreSQL does not start")


if __name__ == "__main__":  # python -m tests.mlflow_servers 3: until standard input ends
    with serving(sys.argv[1]) as at:
        sys.stdout.write(json.dumps(at) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
