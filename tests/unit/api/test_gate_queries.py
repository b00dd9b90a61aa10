"""`gate sql MODEL`: what the gates of a model need is asked for, answered, and judged."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import duckdb
import pytest
import sqlglot

from mlspec.api.aggregates import place_aggregates
from mlspec.api.judge import run_gates
from mlspec.api.run_facts import How
from mlspec.api.start import init
from mlspec.canonical import digest_bytes
from mlspec.cli.main import run
from mlspec.evidence import AGGREGATES_TYPE
from mlspec.stats.engines._dialects import DIALECTS

GATES = """  gates:
    - {id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.6}
    - {id: calibrated, type: calibration, metric: ece, atMost: 0.1}
    - id: inputs
      type: data-drift
      reference: then
      current: now
      features: [{name: "*", atMost: 0.1}]
      ignore: [id]
      categorical: [code]
    - id: one-input
      type: data-drift
      reference: then
      current: now
      features: [{name: age, atMost: 0.1}]
    - id: fast
      type: latency
      source: load
      column: ms
      where: {column: role, equals: "it's"}
      p99Ms: 60
    - {id: fresh, type: test-set-use, atMost: 5}
  evaluation:
    predictions: PREDICTIONS
    sources:
      - {name: then, file: evaluation/then.csv}
      - {name: now, file: evaluation/now.KIND}
      - {name: load, file: evaluation/load.KIND}
"""


def write_spec(root, kind):
    spec = root / "specs" / "churn.yaml"
    text = re.sub(r"  (?:gates|evaluation):\n(?:    .*\n)+", "", spec.read_text("utf-8"))
    text = text.replace("  gateSets: [better-than-chance@v1]\n", "")
    gates = GATES.replace("PREDICTIONS", f"evaluation/predictions.{kind}")
    if kind == "json":
        gates = gates.replace(".KIND}", ".json, format: aggregates}")
    spec.write_text(text.rstrip("\n") + "\n" + gates.replace("KIND", kind), "utf-8")


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    noise = random.Random(1)
    (root / "evaluation").mkdir(exist_ok=True)
    tables = {
        "predictions": ("id,label,score", lambda n, x: f"{n},{int(noise.random() < x)},{x}"),
        "then": ("id,age,town,code", lambda n, x: f"{n},{x},{'abc'[n % 3]},{n % 2}"),
        "now": ("id,age,town,code", lambda n, x: f"{n},{x if n % 1000 else ''},{'abc'[n % 3]},1"),
        "load": ("ms,role", lambda n, x: f"{10 + 40 * x:.1f},{'its' if n % 2 else 'other'}"),
    }
    for name, (header, line) in tables.items():
        lines = [line(n, round(noise.random(), 3)) for n in range(3000)]
        text = "\n".join([header, *lines]).replace(",its", ",it's") + "\n"
        (root / "evaluation" / f"{name}.csv").write_text(text, "utf-8")
    write_spec(root, "json")
    return root


ARGUMENTS = ["gate", "sql", "churn", "--dialect", "duckdb", "--env", "prod"]
TABLES = ["--table", "predictions=scored", "--table", "now=week", "--table", "load=calls"]


def answers(shop, folder, tables):
    """Run every query that was written on DuckDB, and complete the documents."""
    connection = duckdb.connect()
    for file, table in tables.items():
        path = shop / "evaluation" / f"{file}.csv"
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}')")
    for path in sorted(folder.iterdir()):
        document = json.loads(path.read_text("utf-8"))
        found = connection.execute(document["query"])
        names = [each[0] for each in found.description]
        document["lines"] = [dict(zip(names, line, strict=True)) for line in found.fetchall()]
        document["collectedAt"] = "2026-11-20T00:00:00Z"
        path.write_text(json.dumps(document), "utf-8")
        yield str(path)


def verdicts(shop, **more):
    (judged,) = run_gates(["churn"], shop, "prod", **more).judged
    return {
        each.gate: (each.verdict, each.estimate, each.interval, each.parts)
        for each in judged.record.results
    }


def test_the_queries_of_a_model_are_answered_and_judged_like_its_files(shop, tmp_path, capsys):
    out = tmp_path / "asked"

    assert 0 == run([*ARGUMENTS, *TABLES, "-C", str(shop), "--out", str(out)])

    printed = capsys.readouterr()
    assert "gate fresh: no query, it tells test sets apart by their keys" in printed.err
    assert "for the gates auc, calibrated\n" in printed.out
    assert "for the gates inputs, one-input\n" in printed.out
    assert len(sqlglot.parse(printed.out, read="duckdb")) >= 3
    tables = {"predictions": "scored", "now": "week", "load": "calls"}
    files = [*answers(shop, out, tables)]
    assert 3 == len(files)
    given = [part for file in files for part in ("--aggregates", file)]
    assert run(["gate", "run", "churn", "-C", str(shop), "--env", "prod", *given]) in {7, 9}
    far = verdicts(shop)
    write_spec(shop, "csv")
    near = verdicts(shop)
    assert {"pass"} == {far[gate][0] for gate in ("auc", "calibrated", "one-input", "fast")}
    assert "fail" == far["inputs"][0]
    for gate in ("auc", "calibrated", "inputs", "one-input", "fast"):
        assert near[gate] == far[gate]
    assert "keys-missing" in capsys.readouterr().out


@pytest.mark.parametrize("dialect", DIALECTS)
def test_queries_are_sql_of_the_engine_with_a_header_that_says_what_to_do(shop, dialect, capsys):
    arguments = [*ARGUMENTS[:4], dialect, "--env", "prod", "--table", "shop.events"]

    assert 0 == run([*arguments, "-C", str(shop)])

    printed = capsys.readouterr().out
    queries = [each for each in sqlglot.parse(printed, read=dialect) if each is not None]
    assert 3 == len(queries)
    assert 3 == printed.count("mlspec gate run churn --aggregates FILE")


def test_a_spec_that_reads_rows_is_told_where_the_answer_goes(shop, capsys):
    write_spec(shop, "csv")

    assert 0 == run([*ARGUMENTS, *TABLES, "-C", str(shop)])

    printed = capsys.readouterr().out
    assert "name a file that ends in .json in `evaluation.predictions`" in printed
    assert "`format: aggregates` for the source, instead of `evaluation/now.csv`" in printed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--table", "now=week"], "which table holds"),
        ([*TABLES, "--table", "nwo=week"], "no model here has a source `nwo`"),
        ([*TABLES, "--table", "nwo=week"], "did you mean `now`?"),
        (["--table", "now=week", "--table", "now=day"], "second time"),
        (["--table", "now="], "names no table"),
        (["--table", "a;b"], "no name of a table"),
        ([*TABLES, "--shape", "scores"], "leave it out"),
        ([*TABLES, "--reference", "p.json"], "leave it out"),
    ],
)
def test_flags_that_do_not_fit_are_refused(shop, capsys, arguments, says):
    assert 64 == run([*ARGUMENTS, *arguments, "-C", str(shop)])
    assert says in capsys.readouterr().err


def test_one_query_reads_one_table(capsys):
    arguments = ["gate", "sql", "--dialect", "trino", "--shape", "scores"]

    assert 64 == run([*arguments, "--table", "a", "--table", "b"])
    assert 0 == run([*arguments, "--table", "a", "--prediction", "flagged"])
    assert "AS prediction" in capsys.readouterr().out


def test_a_reference_that_is_not_there_leaves_its_gates_out(shop, capsys):
    (shop / "evaluation" / "then.csv").unlink()

    assert 0 == run([*ARGUMENTS, *TABLES, "-C", str(shop)])

    printed = capsys.readouterr()
    assert "gate inputs: no query, `evaluation/then.csv` does not exist" in printed.err
    assert "inputs" not in printed.out


def test_a_reference_in_a_warehouse_is_asked_for_by_its_columns(shop, tmp_path, capsys):
    spec = shop / "specs" / "churn.yaml"
    text = spec.read_text("utf-8")
    text = text.replace("evaluation/then.csv}", "evaluation/then.json, format: aggregates}")
    spec.write_text(text.replace("ignore: [id]", "ignore: [id, town, code]"), "utf-8")
    tables = [*TABLES, "--table", "then=training"]

    assert 64 == run([*ARGUMENTS, *tables, "-C", str(shop)])
    assert "add" not in capsys.readouterr().out
    out = tmp_path / "asked"
    assert 0 == run([*ARGUMENTS, *tables, "-C", str(shop), "--column", "age", "--out", str(out)])
    (file,) = out.glob("*.then.json")
    held = {"then": "training", "predictions": "scored", "now": "week", "load": "calls"}
    (answer,) = [each for each in answers(shop, out, held) if each == str(file)]
    assert AGGREGATES_TYPE in file.read_text("utf-8")
    run(["gate", "run", "churn", "-C", str(shop), "--env", "prod", "--aggregates", answer])
    capsys.readouterr()

    assert 0 == run([*ARGUMENTS, *tables, "-C", str(shop), "--column", "age"])

    assert "source now: rows per feature and bin" in capsys.readouterr().out


def test_the_engine_of_a_run_stands_in_its_record_and_is_taken_again(shop, capsys):
    write_spec(shop, "csv")
    arguments = ["-C", str(shop), "--env", "prod"]

    near = verdicts(shop)
    assert 7 == run(["gate", "run", "churn", *arguments, "--engine", "duckdb"])

    (judged,) = run_gates(["churn"], shop, "prod", how=How(engine="duckdb")).judged
    engines = {each.name: each.engine for each in judged.record.materials}
    assert {"now": "duckdb", "then": "duckdb"} == {n: e for n, e in engines.items() if e}
    assert near["inputs"][0] == {e.gate: e.verdict for e in judged.record.results}["inputs"]
    assert 0 == run(["gate", "verify", "churn", *arguments, "--recompute"])
    assert 64 == run(["gate", "run", "churn", *arguments, "--engine", "abacus"])


def test_an_engine_that_is_not_installed_is_named(shop, capsys, monkeypatch):
    write_spec(shop, "csv")
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    arguments = ["gate", "run", "churn", "-C", str(shop), "--env", "prod", "--engine", "spark"]

    assert 64 == run(arguments)

    assert "mlspec-compiler[spark]" in capsys.readouterr().err


READ = {"predictions": ("auc", "calibrated"), "now": ("inputs", "one-input"), "load": ("fast",)}
ADDED = {"lines", "snapshot", "collectedAt"}


@pytest.fixture
def answered(shop, tmp_path, capsys):
    """The file of each answer where the spec reads it; judged as they are, all of them count."""
    out = tmp_path / "asked"
    run([*ARGUMENTS, *TABLES, "-C", str(shop), "--out", str(out)])
    held = {"predictions": "scored", "now": "week", "load": "calls"}
    place_aggregates(["churn"], shop, "prod", [*map(Path, answers(shop, out, held))])
    capsys.readouterr()
    return {source: shop / "evaluation" / f"{source}.json" for source in READ}


def codes(shop):
    (judged,) = run_gates(["churn"], shop, "prod").judged
    return {each.gate: (each.verdict, each.reason_code) for each in judged.record.results}


def edits(node):
    """Yield a document for each way to change one value of it, to leave one out, or to add one."""
    if isinstance(node, dict):
        for name in node:
            yield {key: value for key, value in node.items() if key != name}
            yield from ({**node, name: other} for other in edits(node[name]))
        yield {**node, "more": 1}
    elif isinstance(node, list):
        yield [*node, node[0] if node else "age"]
        yield node[:-1]
        yield node[::-1]
        for place, each in enumerate(node):
            yield from ([*node[:place], other, *node[place + 1 :]] for other in edits(each))
    elif isinstance(node, str):
        yield from (f"{node} ", f"{node}x", node[1:], "")
    elif node is None:
        yield from ({"column": "age", "equals": "1"}, 0)
    else:
        yield from (node + 1, node - 1, float(node), str(node))


@pytest.mark.parametrize("source", READ)
def test_no_field_of_a_question_can_be_edited_though_its_digest_is_made_again(
    shop, answered, source
):
    sound = codes(shop)
    assert "other-question" not in {sound[gate][1] for gate in READ[source]}
    document = json.loads(answered[source].read_text("utf-8"))
    question = {name: value for name, value in document.items() if name not in ADDED}
    added = {name: value for name, value in document.items() if name in ADDED}
    changed = [*edits(question)]
    changed += [{**question, "dialect": each} for each in DIALECTS]
    again = [
        {**each, "queryDigest": digest_bytes(str(each.get("query")).encode())} for each in changed
    ]
    forged = [each for each in again if each != question]
    passed = []

    for each in forged:
        answered[source].write_text(json.dumps({**added, **each}), "utf-8")
        found = {codes(shop)[gate][0] for gate in READ[source]}
        passed += [] if found == {"not-evaluated"} else [each]

    assert len(forged) > 30
    assert [{**question, "source": ""}] == passed, "what is printed without a model names none"


def test_an_answer_to_the_question_of_an_older_spec_is_not_judged(shop, answered):
    spec = shop / "specs" / "churn.yaml"
    before = codes(shop)
    text = spec.read_text("utf-8").replace("""equals: "it's\"""", "equals: other")
    spec.write_text(text.replace("ignore: [id]", "ignore: [id, town]"), "utf-8")
    then = shop / "evaluation" / "then.csv"

    moved = codes(shop)
    lines = then.read_text("utf-8").splitlines()
    then.write_text("\n".join(lines[:1000]) + "\n", "utf-8")
    rebinned = codes(shop)

    other = ("not-evaluated", "other-question")
    assert other not in before.values()
    assert (other, other, other) == (moved["inputs"], moved["one-input"], moved["fast"])
    assert before["auc"] == moved["auc"]
    assert other == rebinned["one-input"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT",
        "(" * 3000,
        "SELECT 1; DROP TABLE t",
        "'",
        "/*",
        "\x00",
        "SELECT " + "1+" * 9000,
    ],
)
def test_another_text_is_another_question(shop, answered, query):
    file = answered["predictions"]
    document = json.loads(file.read_text("utf-8"))
    query = query.replace("{}", document["query"])
    document |= {"query": query, "queryDigest": digest_bytes(query.encode())}
    file.write_text(json.dumps(document), "utf-8")

    assert ("not-evaluated", "other-question") == codes(shop)["auc"]


def test_an_answer_that_no_gate_asks_for_is_not_judged(shop, answered):
    spec = shop / "specs" / "churn.yaml"
    gate = "{id: slow, type: throughput, source: load, timeColumn: ms, atLeastPerSecond: 1}"
    text = spec.read_text("utf-8")
    text = re.sub(r"    - id: fast\n(?:      .*\n)+", f"    - {gate}\n", text)
    spec.write_text(text, "utf-8")

    assert ("not-evaluated", "other-question") == codes(shop)["slow"]
