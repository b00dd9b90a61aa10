"""numpy, DuckDB and Spark count the same, on millions of rows.

Spark is 490 MB and takes a minute to start, so it is no dependency of the tests: CI installs it in
a step of its own. By hand, install `mlspec-compiler[spark]` and Java 17 to run this.
"""

from __future__ import annotations

import io
import shutil
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from pydantic import TypeAdapter
from tests.property.test_csv_engines import FILES, near

from mlspec import stats
from mlspec.api.profiles import ProfileRequest, make_profile
from mlspec.api.queries import QueryRequest, make_query
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all
from mlspec.stats.engines._csv_shape import mixed_ends_problem
from mlspec.stats.engines._duckdb import open_duckdb
from mlspec.stats.engines._numpy import MemoryTable
from mlspec.stats.engines._table import ColumnError, quantile_bins, quantiles

pytest.importorskip("pyspark", reason="Spark is not installed: the extra `spark`")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)

from pyspark.sql import SparkSession

from mlspec.stats.engines._spark import open_spark

ROWS = 2_000_000

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of the gateway


def table(seed=11):
    noise = np.random.default_rng(seed)
    x = np.round(noise.normal(size=ROWS), 3)
    x[noise.random(ROWS) < 0.01] = np.nan
    heap = np.where(noise.random(ROWS) < 0.3, 0.0, np.round(noise.gamma(2, size=ROWS), 2))
    return {
        "x": x,
        "heap": heap,
        "score": np.round(noise.random(ROWS), 4),
        "label": (noise.random(ROWS) < 0.2).astype(np.float64),
        "town": np.array(["oslo", "it's", "a\\b\\n"])[noise.integers(0, 3, ROWS)].tolist(),
    }


def test_the_three_engines_give_the_same_numbers(tmp_path):
    data = table()
    data["x"][::5_000], data["heap"][1::5_000] = np.inf, -np.inf
    pq.write_table(pa.table(data), tmp_path / "t.parquet")
    near = MemoryTable(
        ROWS, {n: np.asarray(data[n]) for n in data if n != "town"}, {"town": data["town"]}
    )
    bins = {n: quantile_bins(near, n, near.moments(n).finite) for n in ("x", "heap", "score")}
    bins["town"] = stats.category_bins(near.categories("town"), most=2)

    path = str(tmp_path / "t.parquet")
    with open_spark(path) as spark, open_duckdb(path, str(tmp_path)) as duck:
        for far in (spark, duck):
            assert ROWS == far.rows
            assert near.counts(bins) == far.counts(bins)
            assert dict(near.categories("town")) == dict(far.categories("town"))
            for name in ("x", "heap"):
                ours, theirs = near.moments(name), far.moments(name)
                assert (ours.finite, ours.missing) == (theirs.finite, theirs.missing)
                assert (ours.mean, ours.deviation) == pytest.approx((theirs.mean, theirs.deviation))
                assert quantiles(near, name, ours.finite) == quantiles(far, name, ours.finite)
        with pytest.raises(ColumnError, match="no column"):
            spark.moments("absent")


def test_a_profile_of_spark_is_that_of_numpy(tmp_path):
    lines = [f"{n},{n % 17 / 4 if n % 5 else ''},{'abc'[n % 3]}" for n in range(500)]
    path = tmp_path / "table.csv"
    path.write_text("id,age,town\n" + "\n".join(lines) + "\n", "utf-8")

    near = make_profile(ProfileRequest(str(path), engine="numpy"))
    far = make_profile(ProfileRequest(str(path), engine="spark"))

    assert near.features == far.features
    assert near.digests == far.digests


def test_gates_give_the_same_verdicts_on_millions_of_rows_whatever_counts_them(tmp_path):
    """NaN is not NULL, and neither is a number: all three engines have to see the same rows."""
    data = table()
    pq.write_table(pa.table(table(seed=12)), tmp_path / "then.parquet")
    data["x"][:40_000] = np.nan
    nulls = pa.array(data["heap"], mask=np.arange(ROWS) % 50 == 0)
    pq.write_table(pa.table({**data, "heap": nulls}), tmp_path / "now.parquet")
    features = [{"name": name, "atMost": 0.1} for name in ("x", "heap", "town")]
    gate = {"id": "d", "type": "data-drift", "reference": "then", "current": "now"}
    sources = [{"name": name, "file": f"{name}.parquet"} for name in ("then", "now")]
    specs = TypeAdapter(list[GateSpec]).validate_python([gate | {"features": features}])
    inputs = EvaluationInputs.model_validate({"sources": sources})

    found = {
        engine: evaluate_all(
            specs, inputs, tmp_path, binding=Binding("m", "sha256:1", "1", engine=engine)
        )
        for engine in ("numpy", "duckdb", "spark")
    }

    assert found["numpy"].results == found["duckdb"].results == found["spark"].results
    missing = {each.name: dict(each.counts)["missing"] for each in found["spark"].results[0].parts}
    assert 40_000 == missing["heap"]
    assert 40_000 < missing["x"]
    assert {"spark"} == {each.engine for each in found["spark"].materials}


@pytest.mark.parametrize(
    ("shape", "more"),
    [
        ("scores", {}),
        ("scores", {"prediction": "label"}),
        ("quantiles", {"columns": ("x", "heap"), "where": ("town", "it's")}),
    ],
)
def test_the_printed_queries_get_the_same_lines_from_spark_as_from_duckdb(tmp_path, shape, more):
    data = table()
    data["score"][::1000] = np.nan
    data["x"][1] = np.inf
    held = pa.table({**data, "label": pa.array(data["label"], mask=np.arange(ROWS) % 7000 == 1)})
    pq.write_table(held, tmp_path / "t.parquet")
    path = str(tmp_path / "t.parquet")

    with open_duckdb(path, str(tmp_path)) as near:
        asked = make_query(QueryRequest("duckdb", near.relation, shape, digits=2, **more), None)
        expected = [tuple(line) for line in near.lines(asked["query"])]
    with open_spark(path) as far:
        asked = make_query(QueryRequest("spark", far.relation, shape, digits=2, **more), None)
        session = SparkSession.getActiveSession()
        found = [tuple(line) for line in session.sql(asked["query"]).collect()]

    assert sorted(expected, key=repr) == sorted(found, key=repr)
    assert ROWS // 4 < sum(int(line[-1]) for line in found)
    assert any(None in line for line in found)


def test_a_session_that_is_started_leaves_no_folder_behind(tmp_path):
    pq.write_table(pa.table({"x": [1.0]}), tmp_path / "t.parquet")

    with open_spark(str(tmp_path / "t.parquet")):
        folder = SparkSession.getActiveSession().conf.get("spark.sql.warehouse.dir")

    assert "spark-warehouse" not in folder
    assert not Path(folder.removeprefix("file:")).exists()
    assert SparkSession.getActiveSession() is None


def test_a_table_of_the_catalogue_and_a_folder_are_tables_too(tmp_path):
    pq.write_table(pa.table({"x": [1.0, float("nan"), 2.0]}), tmp_path / "part.parquet")

    with open_spark(str(tmp_path)) as folder:
        assert (3, 1) == (folder.rows, folder.moments("x").missing)
        with pytest.raises(ColumnError), open_spark("shop.absent"):
            pass
        with open_spark(folder.relation) as table:
            assert 3 == table.rows


@pytest.fixture(scope="module")
def session():
    with open_spark_session() as found:
        yield found


@contextmanager
def open_spark_session():
    """Keep one session for many small files, as a cluster does."""
    builder = SparkSession.builder.appName("mlspec tests").master("local[1]")
    for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(name, "false")
    found = builder.config("spark.log.level", "OFF").getOrCreate()
    yield found
    found.stop()


def of_spark(content, folder):
    """Return what Spark says of a file, as `near` does of the reader in memory."""
    path = folder / "rows.csv"
    path.write_bytes(content)
    try:
        with open_spark(str(path)) as table:
            if not table.rows:
                return "empty-file"
            return table.rows, {name: Counter(table.categories(name)) for name in table.names}
    except ColumnError as error:
        return error.code


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@example('a,b\n"l\nm",2\n')
@example('a,b\n"say ""x""",2\n')
@example('a,b\n"a\\",2\n')
@example("a,b\n x , y \n")
@example('a,b\n"",\n')
@example("a,b\n#1,2\n")
@example('a,b\n"\r\n",1\n')
@example("a,b\r\n1,2\r\n")
@example('a,b\r\n"l\nm",2\r\n')
@example("a,b\r\n1,2\n")
@example("a,b\n1,2\r\n")
@example("\ufeffa,b\n1,2\n")
@given(text=FILES)
def test_memory_and_spark_say_the_same_of_every_file(session, tmp_path_factory, text):
    content = text.encode()
    in_memory = near(content)
    is_mixed = not isinstance(in_memory, str) and mixed_ends_problem(io.BytesIO(content))

    expected = "malformed-csv" if is_mixed else in_memory
    assert expected == of_spark(content, tmp_path_factory.mktemp("csv"))
