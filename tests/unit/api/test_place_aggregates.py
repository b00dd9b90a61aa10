"""`gate run --aggregates`: an answer is kept where the spec reads it, and judged from there."""

from __future__ import annotations

import json
import re

import duckdb
import pytest
from jsonschema import Draft202012Validator

from mlspec.api.aggregates import place_aggregates
from mlspec.api.judge import run_gates
from mlspec.api.profiles import ProfileRequest, make_profile, write_signed
from mlspec.api.queries import QueryRequest, make_query
from mlspec.api.start import init
from mlspec.cli.main import run
from mlspec.errors import SpecInvalidError, TamperedPlanError, UsageError
from mlspec.resources import data_path

GATES = """  gates:
    - id: inputs
      type: data-drift
      reference: then
      current: now
      features: [{name: "*", atMost: 0.1}]
  evaluation:
    sources:
      - {name: then, file: evaluation/then.json, format: profile}
      - {name: now, file: evaluation/counts.json, format: aggregates}
"""


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    spec = root / "specs" / "churn.yaml"
    text = re.sub(r"  evaluation:\n(    .*\n)+", GATES, spec.read_text("utf-8"))
    spec.write_text(text.replace("  gateSets: [better-than-chance@v1]\n", ""), "utf-8")
    return root


@pytest.fixture
def answer(tmp_path, shop):
    for file, step in (("then", 7919), ("now", 7907)):
        lines = [f"{(n * step) % 1000 / 100},{'abc'[n % 3]}" for n in range(3000)]
        (tmp_path / f"{file}.csv").write_text("age,town\n" + "\n".join(lines) + "\n", "utf-8")
    profile = make_profile(ProfileRequest(str(tmp_path / "then.csv")))
    (shop / "evaluation").mkdir()
    write_signed(shop / "evaluation" / "then.json", profile, None)
    document = make_query(QueryRequest("duckdb", "orders"), profile)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE orders AS SELECT * FROM read_csv('{tmp_path / 'now.csv'}')")
    lines = connection.execute(document["query"]).fetchall()
    counted = [{"feature": a, "bin": b, "row_count": n} for a, b, n in lines]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({**document, "lines": counted, "snapshot": "v3"}), "utf-8")
    return path


def test_an_answer_is_put_where_the_spec_reads_it_and_judged(shop, answer, capsys):
    arguments = ["gate", "run", "churn", "-C", str(shop), "--aggregates", str(answer)]

    assert 0 == run(arguments)

    assert answer.read_bytes() == (shop / "evaluation" / "counts.json").read_bytes()
    assert "pass" in capsys.readouterr().out
    (record,) = {each.record.overall for each in run_gates(directory=shop).judged}
    assert "pass" == record


def test_profiles_and_answers_are_what_their_schemas_say(shop, answer):
    profile = shop / "evaluation" / "then.json"

    for name, file in (("profile", profile), ("aggregates", answer)):
        schema = json.loads((data_path("schemas") / "v1" / f"{name}.json").read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        document = json.loads(file.read_text("utf-8"))
        assert [] == [*Draft202012Validator(schema).iter_errors(document)]
        assert [*Draft202012Validator(schema).iter_errors({**document, "more": 1})]


def test_a_signature_beside_a_profile_that_does_not_hold_stops_the_run(shop, answer):
    place_aggregates(["churn"], shop, None, [answer])
    (shop / "evaluation" / "then.json.sig").write_text("no signature", "utf-8")

    with pytest.raises(TamperedPlanError, match=r"evaluation/then\.json"):
        run_gates(directory=shop)


def test_what_is_no_answer_is_not_put_anywhere(shop, answer):
    answer.write_text("{}", "utf-8")

    with pytest.raises(UsageError, match="gate sql"):
        place_aggregates(["churn"], shop, None, [answer])

    assert not (shop / "evaluation" / "counts.json").exists()


def test_an_answer_from_the_future_is_not_put_anywhere(shop, answer):
    document = json.loads(answer.read_text("utf-8"))
    answer.write_text(json.dumps(document | {"collectedAt": "2999-01-01T00:00:00Z"}), "utf-8")

    with pytest.raises(UsageError, match="has not come"):
        place_aggregates(["churn"], shop, None, [answer])


@pytest.mark.parametrize("file", ["../counts.json", "/counts.json", ".git/counts.json"])
def test_an_answer_never_leaves_the_workspace(shop, answer, file):
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text("utf-8").replace("evaluation/counts.json", file), "utf-8")

    with pytest.raises((UsageError, SpecInvalidError)):
        place_aggregates(["churn"], shop, None, [answer])

    assert not (shop / file).exists()


def test_without_a_source_of_aggregates_there_is_no_place(tmp_path, answer):
    init(tmp_path / "other")

    with pytest.raises(UsageError, match="no source"):
        place_aggregates([], tmp_path / "other", None, [answer])
