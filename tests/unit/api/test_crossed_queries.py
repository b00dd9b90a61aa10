"""Slices, groups and comparisons from what an engine counted: the numbers of the rows."""

from __future__ import annotations

import json
import random
import re

import duckdb
import pytest

from mlspec.api.aggregates import place_aggregates
from mlspec.api.judge import run_gates
from mlspec.api.start import init
from mlspec.cli.main import run
from mlspec.evidence import FileContent, Reason, Wanted, load_readers
from mlspec.stats.engines._dialects import DIALECTS, in_dialect
from mlspec.stats.engines._sql_crossed import Crossing, crossed_query

GATES = """  gates:
    - {id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.6}
    - {id: right, type: metric-threshold, metric: accuracy, atLeast: 0.6}
    - {id: beats, type: champion-challenger, metric: roc-auc, mode: non-inferiority, margin: 0.02}
    - {id: table, type: champion-challenger, metric: accuracy, mode: superiority}
    - {id: regions, type: slices, metric: roc-auc, by: [{column: region}], atLeast: 0.5}
    - id: no-region-worse
      type: slices
      metric: accuracy
      by: [{column: region}, {column: plan}]
      mode: non-inferiority
      margin: 0.1
    - id: fair
      type: fairness
      metric: selection-rate-ratio
      groups: [{column: sex}]
      atLeast: 0.7
    - {id: odds, type: fairness, metric: equalised-odds, groups: [{column: sex}], atMost: 0.3}
  evaluation:
    predictions: evaluation/PREDICTIONS
    champion: evaluation/CHAMPION
"""
EVERY = {"auc", "right", "beats", "table", "regions", "no-region-worse", "fair", "odds"}
SQL = ["gate", "sql", "churn", "--dialect", "duckdb", "--env", "prod"]


def write_spec(root, predictions, champion):
    spec = root / "specs" / "churn.yaml"
    text = re.sub(r"  (?:gates|evaluation):\n(?:    .*\n)+", "", spec.read_text("utf-8"))
    text = text.replace("  gateSets: [better-than-chance@v1]\n", "").rstrip("\n")
    gates = GATES.replace("PREDICTIONS", predictions).replace("CHAMPION", champion)
    spec.write_text(f"{text}\n{gates}", "utf-8")


def made(rows=2400, seed=4):
    """Return challenger and champion, row by row, with scores of three digits."""
    noise = random.Random(seed)
    for n in range(rows):
        label = int(noise.random() < 0.4)
        ours = min(0.999, max(0, noise.gauss(0.3 + 0.35 * label, 0.2)))
        theirs = min(0.999, max(0, 0.6 * ours + 0.4 * noise.random()))
        groups = noise.choice(["north", "south", "it's"]), noise.choice(["s", "", "l"]), "fm"[n % 2]
        yield f"c{n}", label, f"{ours:.3f}", f"{theirs:.3f}", *groups


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    (root / "evaluation").mkdir(exist_ok=True)
    rows = [*made()]
    ours = [(key, label, score, *groups) for key, label, score, _, *groups in rows]
    theirs = [(key, label, score) for key, label, _, score, *_ in rows]
    random.Random(1).shuffle(theirs)
    for name, header, lines in (
        ("ours", "id,label,score,region,plan,sex", ours),
        ("theirs", "id,label,score", theirs),
    ):
        text = "\n".join([header, *(",".join(map(str, line)) for line in lines)]) + "\n"
        (root / "evaluation" / f"{name}.csv").write_text(text, "utf-8")
    write_spec(root, "both.json", "both.json")
    return root


def ask(shop, folder, *tables):
    """Print the query of the model, and return the path of its document."""
    named = [part for each in tables for part in ("--table", each)]
    assert 0 == run([*SQL, *named, "-C", str(shop), "--out", str(folder)])
    (path,) = folder.iterdir()
    return path


def answer(shop, path, change=""):
    """Let DuckDB answer; `change` is done to the tables before."""
    connection = duckdb.connect()
    for name in ("ours", "theirs"):
        file = shop / "evaluation" / f"{name}.csv"
        options = "all_varchar=true, nullstr=''"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{file}', {options})")
    connection.execute(change or "SELECT 1")
    document = json.loads(path.read_text("utf-8"))
    found = connection.execute(document["query"])
    names = [each[0].upper() for each in found.description]
    document["lines"] = [dict(zip(names, line, strict=True)) for line in found.fetchall()]
    document["collectedAt"] = "2026-11-20T00:00:00Z"
    path.write_text(json.dumps(document), "utf-8")
    place_aggregates(["churn"], shop, "prod", [path])
    return document


def results(shop):
    (judged,) = run_gates(["churn"], shop, "prod").judged
    return {each.gate: each for each in judged.record.results}


def numbers(result):
    parts = [(e.name, e.verdict, e.estimate, e.interval, e.counts) for e in result.parts]
    return result.verdict, result.estimate, result.interval, result.counts, parts


def test_counts_of_both_models_in_groups_give_the_numbers_of_the_rows(shop, tmp_path):
    path = ask(shop, tmp_path / "asked", "predictions=ours", "champion=theirs")
    answer(shop, path)

    far = results(shop)
    write_spec(shop, "ours.csv", "theirs.csv")
    near = results(shop)

    assert EVERY == set(far)
    for gate in EVERY:
        assert numbers(near[gate]) == numbers(far[gate])
    assert {"pass", "fail"} >= {far[gate].verdict.value for gate in ("auc", "beats", "table")}
    assert {"onlyChallengerRight", "onlyChampionRight"} <= dict(far["table"].counts).keys()
    assert near["table"].facts[:2] == far["table"].facts[:2]
    assert any("(missing)" in each.name for each in far["no-region-worse"].parts)


def test_without_a_table_of_the_champion_comparisons_are_left_out(shop, tmp_path, capsys):
    path = ask(shop, tmp_path / "asked", "ours")

    assert "gate beats: no query, it compares with the champion" in capsys.readouterr().err
    document = answer(shop, path)
    found = results(shop)
    assert ("crossed", None) == (document["shape"], document["champion"])
    assert "champion-missing" == found["beats"].reason_code, found["beats"].reason
    assert "gate sql --table champion=NAME" in found["beats"].reason
    assert "pass" == found["regions"].verdict.value


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("DELETE FROM theirs WHERE id = 'c7'", "row-set-mismatch"),
        ("DELETE FROM ours WHERE id = 'c7'", "row-set-mismatch"),
        ("INSERT INTO theirs SELECT * FROM theirs WHERE id = 'c7'", "row-set-mismatch"),
        ("UPDATE ours SET id = NULL WHERE id = 'c7'", "row-set-mismatch"),
        ("UPDATE theirs SET score = 'nan' WHERE id = 'c7'", "row-set-mismatch"),
        ("UPDATE ours SET score = NULL WHERE id = 'c7'", "row-set-mismatch"),
        ("DELETE FROM theirs; DELETE FROM ours", "empty-file"),
    ],
)
def test_rows_without_a_partner_make_the_answer_useless(shop, tmp_path, change, code):
    path = ask(shop, tmp_path / "asked", "predictions=ours", "champion=theirs")
    answer_of = json.loads(path.read_text("utf-8"))

    with pytest.raises(Exception, match=r"(one twice|no rows were counted)"):
        answer(shop, path, change)

    document = json.loads(path.read_text("utf-8"))
    content = json.dumps(document).encode()
    found = load_readers()["aggregates"].read(
        FileContent("a", "a.json", content, "sha256:0"), Wanted()
    )
    assert isinstance(found, Reason)
    assert code == found.code
    assert answer_of["query"] == document["query"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"groups": ["plan", "region", "gender"]}, "other-question"),
        ({"champion": {"key": "other", "table": "theirs"}}, "other-question"),
        ({"digits": 12}, "malformed-report"),
        ({"lines": [{"row_count": 1}]}, "malformed-report"),
    ],
)
def test_an_answer_to_another_question_is_none(shop, tmp_path, change, code):
    path = ask(shop, tmp_path / "asked", "predictions=ours", "champion=theirs")
    document = answer(shop, path)

    (shop / "evaluation" / "both.json").write_text(json.dumps(document | change), "utf-8")

    assert code == results(shop)["auc"].reason_code


def test_a_pin_of_the_champion_holds_for_the_answer_that_counts_both(shop, tmp_path):
    path = ask(shop, tmp_path / "asked", "predictions=ours", "champion=theirs")
    answer(shop, path)
    spec = shop / "specs" / "churn.yaml"
    pinned = f"    champion: evaluation/both.json\n    championDigest: sha256:{'0' * 64}\n"
    text = spec.read_text("utf-8")
    spec.write_text(text.replace("    champion: evaluation/both.json\n", pinned), "utf-8")

    found = results(shop)

    assert "digest-mismatch" == found["beats"].reason_code
    assert "pass" == found["auc"].verdict.value


def test_a_line_that_stands_twice_is_not_added(shop, tmp_path):
    path = ask(shop, tmp_path / "asked", "predictions=ours", "champion=theirs")
    document = answer(shop, path)

    document["lines"].append(document["lines"][0])
    (shop / "evaluation" / "both.json").write_text(json.dumps(document), "utf-8")

    assert "duplicate-key" == results(shop)["auc"].reason_code


def test_more_rows_than_are_judged_at_once_are_told_with_what_to_do(shop, tmp_path):
    path = ask(shop, tmp_path / "asked", "predictions=ours", "champion=theirs")
    document = answer(shop, path)

    document["lines"][0]["ROW_COUNT"] = 50_000_000
    (shop / "evaluation" / "both.json").write_text(json.dumps(document), "utf-8")

    found = results(shop)["auc"]
    assert "too-large" == found.reason_code
    assert "at most 10000000 are judged at once: ask a view" in found.reason
    assert "`WHERE ABS(HASH(KEY)) % " in found.reason


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("champion", ["", '"theirs"'])
@pytest.mark.parametrize("prediction", [None, "class"])
def test_the_query_is_sql_of_every_engine(dialect, champion, prediction):
    asked = Crossing('"t"', "s", "l", 3, prediction, ('a"b', "c"), champion, "id")

    told = in_dialect(crossed_query(asked), dialect)

    assert told.upper().startswith("SELECT")
    assert ("FULL" in told.upper()) is bool(champion)
