"""What the target `feast` writes, applied by Feast itself: one definition for both sides."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cases import data_side
from tests.contract import tools

HOSTILE = '"\'\'\' \\"\\"\\" {{ x }} \\\\ \\nimport os; os.abort() # \\u202e {% raw %}"'
SEEN = datetime(2026, 1, 2, 2, tzinfo=UTC)
NOON = "2026-01-02T12:00:00+00:00"
READER = '[{"reader_id": 7, "shelf": "art"}]'

pytestmark = pytest.mark.conformance


def data(folder):
    """Write the rows that the views read: one reader, one shelf."""
    row = {
        "reader_id": 7,
        "shelf": "art",
        "seen_at": SEEN,
        "loans_per_year": 12.5,
        "joined_at": SEEN,
        "language": "de",
        "titles": 40,
        "open": True,
    }
    file = folder / "data" / "loans.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(pa.table({name: [value] for name, value in row.items()}), file)


def repository(root, **changes):
    """Write a workspace with its compiled repository, and return the folder of the latter."""
    data(root)
    data_side.write(root, data_side.texts(**changes))
    return data_side.write(root / "build/prod", data_side.emitted("feast", **changes)) / "feast"


@pytest.fixture(scope="module")
def applied(tmp_path_factory):
    folder = repository(tmp_path_factory.mktemp("workspace"))
    tools.run("feast", "apply", cwd=folder)
    return folder


def judge(folder, code):
    return tools.run("stores-python", "-m", "pytest", "-q", folder / "test_features.py", code=code)


def test_feast_plans_what_the_specs_declare_whatever_their_text(tmp_path):
    said = tools.run("feast", "plan", cwd=repository(tmp_path, description=HOSTILE))

    for each in (
        "entity reader",
        "entity shelf",
        "feature view reader_habits",
        "feature view shelf_counts",
        "feature service late_return",
        "feature service shelf_demand",
    ):
        assert f"Created {each}" in said


def test_training_and_serving_read_the_same_values(applied):
    program = tools.ROOT / "tests" / "contract" / "in_feast.py"

    said = tools.run("stores-python", program, applied, "late_return", NOON, READER)
    trained, served = json.loads(said.splitlines()[-1])

    assert trained == served
    assert 12.5 == trained[0]["loans_per_year"]
    assert {"joined_at", "language", "loans_per_year", "titles"} < set(trained[0])


def test_what_was_applied_passes_the_generated_test(applied):
    assert "6 passed" in judge(applied, 0)


def test_a_registry_that_says_something_else_fails_the_generated_test(tmp_path):
    folder = repository(
        tmp_path,
        uses="[{view: reader-habits@v2}]",
        features=data_side.FEATURES.replace("type: float", "type: int"),
        shelf_online="false",
    )
    tools.run("feast", "apply", cwd=folder)
    wanted = data_side.emitted("feast")["feast/expected.json"]
    (folder / "expected.json").write_text(wanted, "utf-8")

    said = judge(folder, 1)

    for test in (
        "a_model_reads_the_features_of_its_spec",
        "views_have_the_types_keys_and_lifetime_of_their_spec",
        "what_an_online_model_reads_can_be_read_online",
    ):
        assert f"test_{test}[late-return]" in said
    assert "3 failed, 3 passed" in said


def test_hostile_text_stays_in_its_literal():
    module = data_side.emitted("feast", description=HOSTILE)["feast/features.py"]
    tree = ast.parse(module)
    texts = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}

    assert any("os.abort()" in str(each) for each in texts)
    assert not any(isinstance(each, ast.Name) and each.id == "abort" for each in ast.walk(tree))
    assert module.isascii()
