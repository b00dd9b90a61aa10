"""An MLflow registry at size: `python -m tests.benchmarks.mlflow [--models 10000] [--planned 200]`.

A server of `tests/tools` is started with so many registered models, each with a version, five
tags and an alias, of which a workspace plans some. They are written into its database in the
server's own schema, and counted through its interface. Requests are counted; reading is
compared, in pairs, with one bare search for the same names of models and one of versions;
writing with as many bare requests on a kept connection; an import and an inventory with one
bare listing of all pages. Memory is that of the whole process at its peak.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.benchmarks.processes import MLSPEC, run, say
from tests.contract.tools import require
from tests.mlflow_servers import serving
from tests.unit.ledger.ledgers import record, write

from mlspec.canonical import digest_value
from mlspec.mlflow import Client, connection_to, list_models
from mlspec.registry import Place, find_backend

_SCHEMA = """
import sys
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
SqlAlchemyStore(sys.argv[1])
"""
_BORN_MS = 1_712_000_000_000
_TAGS = ("owner", "note", "region", "task", "cost")
_ROWS = {
    "registered_models (name, creation_time, last_updated_time, description)": lambda number: [
        (name(number), _BORN_MS + number, _BORN_MS + number, f"What {number} is for. " * 3)
    ],
    "registered_model_tags (name, key, value)": lambda number: [
        (name(number), key, f"{key} {number}") for key in _TAGS
    ],
    "registered_model_aliases (name, alias, version)": lambda number: [
        (name(number), "champion", 1)
    ],
    "model_versions (name, version, creation_time, last_updated_time, current_stage, source,"
    " storage_location, status)": lambda number: [
        (name(number), 1, _BORN_MS, _BORN_MS, "None", *[f"s3://models/{number}"] * 2, "READY")
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mlflow")
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--planned", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with serving("3", seed=lambda store: seed(store, options.models)) as address:
        measure(address, options.planned, options.rounds)


def name(number: int) -> str:
    return f"other-{number}"


def seed(store: str, models: int) -> None:
    """Let the server make its tables, and fill them: requests would take an hour."""
    python = Path(require("mlflow-3")[0]).with_name("python")
    subprocess.run([python, "-c", _SCHEMA, store], check=True, capture_output=True)
    with closing(sqlite3.connect(store.removeprefix("sqlite:///"))) as database:
        for table, rows in _ROWS.items():
            columns = table.count(",") + 1
            values = (row for number in range(models) for row in rows(number))
            database.executemany(
                f"INSERT INTO {table} VALUES ({','.join('?' * columns)})",
                values,
            )
        database.commit()


def measure(address: str, planned: int, rounds: int) -> None:
    """Print how long an apply of all planned models takes, and looking at them."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(Path(scratch) / "r.db", Path(scratch), options={"uri": address})
        models = [model(number) for number in range(planned)]
        registry = find_backend("mlflow").open(place, "prod")
        applied = seconds(lambda: _apply(registry, models))
        writes = registry.mirror.server.client.requests
        bare = seconds(lambda: _bare_writes(address, planned))
        found = [one_round(place, address, models) for _ in range(rounds)]
    looks, pages, requests = zip(*found, strict=True)
    say("| what | time | requests | baseline in the same run | ratio |")
    say("| --- | --- | --- | --- | --- |")
    look, page = statistics.median(looks), statistics.median(pages)
    say(
        f"| look at {planned} of {_count(address):,} models | {look:.2f} s | {max(requests)} |"
        f" bare `name IN` page pair | {look / page:.2f} |"
    )
    say(
        f"| apply {planned} models | {applied:.1f} s | {writes} | the same requests, bare, on a"
        f" kept connection | {applied / bare:.2f} |"
    )
    measure_all(address)


def measure_all(address: str) -> None:
    """Print what a first and a second import of everything cost, and an inventory."""
    with tempfile.TemporaryDirectory() as scratch:
        run([MLSPEC, "init", scratch])
        pages = seconds(lambda: _bare_listing(address))
        imported = [MLSPEC, "import", "mlflow", address, "-C", scratch]
        listed = [MLSPEC, "inventory", "--live", address, "-C", scratch, "--format", "json"]
        for what, command in {
            "first import": imported,
            "second import": imported,
            "inventory": listed,
        }.items():
            done = run(command)
            assert 0 == done.code, what
            say(
                f"| {what} of all | {done.seconds:.1f} s, {done.cpu:.1f} of CPU here,"
                f" {done.mebibytes:.0f} MiB | | bare listing of all pages |"
                f" {done.seconds / pages:.2f} |"
            )


def one_round(place: Place, address: str, models: list) -> tuple[float, float, int]:
    """Return seconds of an observation and of a bare pair of pages, and requests of the first."""
    page = seconds(lambda: _bare_pair(address, [each.address[6:] for each in models]))
    registry = find_backend("mlflow").open(place, "prod")
    look = seconds(lambda: _observe(registry, len(models)))
    return look, page, registry.mirror.server.client.requests


def model(number: int):
    body = {
        "kind": "Model",
        "metadata": {"name": f"planned-{number}", "version": "v1"},
        "spec": {"artifact": {"uri": f"s3://models/{number}", "digest": digest_value(number)}},
    }
    return record(f"model/planned-{number}", body, uid=f"u{number}")


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _apply(registry, models) -> None:
    with registry.transaction("benchmark") as transaction:
        write(transaction, *models)


def _observe(registry, count: int) -> None:
    objects = registry.observe(bodies=False).objects
    assert count == len(objects)


def _bare_pair(address: str, names: list[str]) -> None:
    listed = ",".join(f"'{each}'" for each in names)
    query = [("max_results", 1000), ("filter", f"name IN ({listed})")]
    with Client(connection_to(address, {})) as client:
        for what in ("registered-models", "model-versions"):
            client.get(f"{what}/search", query)


def _bare_writes(address: str, count: int) -> None:
    """Make as many models as an apply does: model, version, tag, alias, and a look at each."""
    tag = {"key": "mlspec.env.prod", "value": "v" * 400}
    with Client(connection_to(address, {})) as client:
        for number in range(count):
            name = f"bare-{number}"
            tags = [{"key": "mlspec.op", "value": "v" * 40}]
            version = {"name": name, "source": f"s3://bare/{number}", "tags": tags}
            alias = {"name": name, "alias": "prod", "version": "1"}
            client.repeat("POST", "registered-models/create", {"name": name, "tags": [tag]})
            client.repeat("POST", "model-versions/create", version)
            client.repeat("POST", "registered-models/set-tag", {"name": name, **tag})
            client.repeat("POST", "registered-models/alias", alias)
            client.get("registered-models/get", [("name", name)])


def _bare_listing(address: str) -> None:
    with Client(connection_to(address, {})) as client:
        query: list[tuple[str, str | int]] = [("max_results", 1000)]
        page = client.get("registered-models/search", query)
        while token := page.get("next_page_token"):
            page = client.get("registered-models/search", [*query, ("page_token", str(token))])


def _count(address: str) -> int:
    with Client(connection_to(address, {})) as client:
        return sum(1 for _ in list_models(client))


if __name__ == "__main__":
    main()
