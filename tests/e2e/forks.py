"""Run `mlspec` commands in forks of one interpreter that has imported it already.

A script, not a test: reads one request per line from stdin (JSON), answers one exit code per
line. Each command runs in a process of its own, as its user's would; only the third of a second
that an interpreter takes to import everything is spent once. A request may limit the size of
files (a full disk) and may send a signal to the command at a call of its choice, which is exact
where a timer would be a guess.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from importlib import import_module
from itertools import count
from pkgutil import walk_packages

import mlspec
from mlspec.cli import main
from mlspec.kinds import find_kind, kind_names
from mlspec.rules import load_rules


def serve():
    for module in walk_packages(mlspec.__path__, "mlspec."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for tool in ("git", "jinja2", "sqlite3", "typer.completion"):
        import_module(tool)
    load_rules()
    for name in kind_names():
        find_kind(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(run(json.loads(line)))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def run(request):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["cwd"])
    os.environ.update(request["env"])
    if limit := request["file_bytes"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(request[name], flags), number)
    sys.argv = ["mlspec", *request["arguments"]]
    try:
        if request["calls"]:
            count_calls(request)
        main.main()
    except SystemExit as ended:
        return ended.code
    finally:
        sys.setprofile(None)
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def count_calls(request):
    """Count the calls the command makes; at the one that was asked for, signal it."""
    calls, number = count(1), request["signal"]
    written = os.open(request["calls"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def profile(_frame, event, _argument):
        if event in {"call", "c_call"}:
            call = next(calls)
            if not number:
                os.pwrite(written, str(call).encode(), 0)
            elif call == request["at_call"]:
                os.kill(os.getpid(), number)

    sys.setprofile(profile)


serve()
