"""The same numbers from every engine, to the last bit where they are counts or values."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec import stats
from mlspec.stats.engines._duckdb import open_duckdb
from mlspec.stats.engines._numpy import MemoryTable
from mlspec.stats.engines._sql import name, number, text
from mlspec.stats.engines._sql_table import order_by_rank
from mlspec.stats.engines._table import ColumnError, quantile_bins, quantiles

ROWS = 50_000


def columns(rows=ROWS, seed=5):
    noise = np.random.default_rng(seed)
    normal = noise.normal(size=rows)
    normal[noise.random(rows) < 0.02] = np.nan
    heaped = np.where(noise.random(rows) < 0.4, 0.0, np.round(noise.gamma(2, size=rows), 2))
    words = noise.choice(["a", "it's", 'b"c', "*"], rows).tolist()
    words[3] = None
    return {
        "normal": normal,
        "heaped": heaped,
        "score": np.round(noise.random(rows), 4),
        "label": (noise.random(rows) < 0.3).astype(np.float64),
        "word": words,
    }


def memory(data):
    numbers = {each: np.asarray(data[each]) for each in data if each != "word"}
    return MemoryTable(len(data["word"]), numbers, {"word": data["word"]})


@pytest.fixture(scope="module", params=["parquet", "csv"])
def both(request, tmp_path_factory):
    folder, data = tmp_path_factory.mktemp("engines"), columns()
    path = folder / f"data[1].{request.param}"
    table = pa.table(data)
    if request.param == "parquet":
        pq.write_table(table, path)
    else:
        pc.write_csv(table, path)
    with open_duckdb(str(path), str(folder / "spill"), memory="400MB") as far:
        yield memory(data), far


def test_duckdb_gives_the_moments_of_numpy_and_tells_nan_from_numbers(both):
    near, far = both

    for column in ("normal", "heaped"):
        ours, theirs = near.moments(column), far.moments(column)
        assert (ours.finite, ours.missing, ours.infinite) == (
            theirs.finite,
            theirs.missing,
            theirs.infinite,
        )
        assert (ours.minimum, ours.maximum) == (theirs.minimum, theirs.maximum)
        assert (ours.mean, ours.deviation) == pytest.approx((theirs.mean, theirs.deviation))
    assert 0 < far.moments("normal").missing


def test_duckdb_gives_the_quantiles_and_counts_of_numpy_to_the_last_bit(both):
    near, far = both
    bins = {each: quantile_bins(near, each, near.moments(each).finite) for each in near.numbers}
    bins["word"] = stats.category_bins(near.categories("word"), most=2)

    for column in near.numbers:
        finite = near.moments(column).finite
        assert quantiles(near, column, finite) == quantiles(far, column, finite)
    assert dict(near.categories("word")) == dict(far.categories("word"))
    assert near.counts(bins) == far.counts(bins)


def test_ranks_give_the_same_order_statistics_as_quantiles(both):
    near, far = both
    places = [0, 1, 17, ROWS // 2]

    by_rank = order_by_rank(far.lines, far.relation)

    assert list(near.ordered("normal", places)) == list(by_rank("normal", places))
    assert list(near.ordered("heaped", places)) == list(far.ordered("heaped", places))


def test_a_nan_that_parquet_leaves_out_of_its_smallest_and_largest_value_is_missing(tmp_path):
    """DuckDB 2.0 with all optimizers finds no NaN here, so that nothing would be missing."""
    path = tmp_path / "half.parquet"
    pq.write_table(pa.table({"x": np.array([1.0, np.nan] * 5000)}), path)

    with open_duckdb(str(path), str(tmp_path)) as table:
        assert 5000 == table.moments("x").missing
        bins = {"x": stats.NumericBins((0.5, 1.0), (1.0,))}
        assert stats.BinCounts((0, 0, 0, 5000), missing=5000) == table.counts(bins)["x"]
        assert (1.0,) == table.ordered("x", [4999])


@given(
    st.lists(
        st.one_of(st.floats(-1e300, 1e300), st.sampled_from([0.0, 1.5, math.nan])),
        min_size=1,
        max_size=200,
    )
)
@settings(max_examples=200)
def test_quantiles_are_those_of_numpy(values):
    table = MemoryTable(len(values), {"x": np.array(values)})
    finite = [each for each in values if not math.isnan(each)]

    found = quantiles(table, "x", len(finite))

    expected = np.quantile(finite, np.arange(11) / 10) if finite else np.array([])
    assert expected.tolist() == pytest.approx(list(found), rel=1e-12)
    assert list(found) == sorted(found)


@given(st.lists(st.one_of(st.floats(-1e150, 1e150), st.just(math.nan)), min_size=1, max_size=80))
@settings(max_examples=60)
def test_counts_of_any_numbers_are_the_same(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("any") / "x.parquet"
    pq.write_table(pa.table({"x": np.array(values, dtype=np.float64)}), path)
    near = MemoryTable(len(values), {"x": np.array(values, dtype=np.float64)})
    bins = {"x": quantile_bins(near, "x", near.moments("x").finite)}

    with open_duckdb(str(path), str(path.parent)) as far:
        assert near.counts(bins) == far.counts(bins)
        assert bins["x"] == quantile_bins(far, "x", far.moments("x").finite)


def test_infinite_values_are_counted_apart(tmp_path):
    path = tmp_path / "x.parquet"
    values = np.array([1.0, math.inf, -math.inf, math.nan, 3.0])
    pq.write_table(pa.table({"x": values}), path)

    with open_duckdb(str(path), str(tmp_path)) as far:
        for table in (MemoryTable(5, {"x": values}), far):
            found = table.moments("x")
            assert (2, 1, 2, 2.0, 1.0) == (
                found.finite,
                found.missing,
                found.infinite,
                found.mean,
                found.deviation,
            )
            bins = {"x": stats.NumericBins((2.0,), ())}
            assert stats.BinCounts((1, 1), missing=1, infinite=2) == table.counts(bins)["x"]


def test_numbers_without_a_value_have_no_moments():
    found = MemoryTable(2, {"x": np.array([np.nan, np.nan])}).moments("x")

    assert (0, 2) == (found.finite, found.missing)
    assert math.isnan(found.mean)
    assert () == quantiles(MemoryTable(2, {"x": np.array([np.nan, np.nan])}), "x", 0)


def write_csv(path, cells):
    path.write_text("x\n" + "\n".join(cells) + "\n", "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        (["1", "2.5", "-.5e3", "nan"], True),
        (["a", "b", "3"], False),
        (["1_000", "a b"], False),
    ],
)
def test_cells_are_numbers_when_all_of_them_are(tmp_path, cells, numeric):
    with open_duckdb(write_csv(tmp_path / "x.csv", cells), str(tmp_path)) as table:
        assert numeric is table.is_numeric("x")


def test_text_among_numbers_is_refused_by_either_reading(tmp_path):
    path = write_csv(tmp_path / "x.csv", ["1", "2", "high"])

    with open_duckdb(path, str(tmp_path)) as table:
        for ask in (table.is_numeric, table.moments):
            with pytest.raises(ColumnError, match="1 of 3 values are no numbers"):
                ask("x")


@pytest.mark.parametrize("near", [True, False])
def test_what_a_column_does_not_hold_is_told_by_code(tmp_path, near):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"x": [1.0, 2.0], "word": ["a", "b"], "truth": [True, False]}), path)
    held = MemoryTable(2, {"x": np.array([1.0, 2.0])}, {"word": ("a", "b")})

    with open_duckdb(str(path), str(tmp_path)) as far:
        table = held if near else far
        for ask, code in [
            (lambda: table.moments("absent"), "missing-column"),
            (lambda: table.moments("word"), "not-a-number"),
            (lambda: table.counts({"word": stats.NumericBins((1.0,))}), "not-a-number"),
            (lambda: table.categories("absent"), "missing-column"),
        ]:
            with pytest.raises(ColumnError) as refused:
                ask()
            assert code == refused.value.code
        if not near:
            with pytest.raises(ColumnError, match="categories"):
                far.categories("truth")
            assert far.is_numeric("truth")


def test_categories_of_a_numeric_column_are_refused_in_memory():
    with pytest.raises(ColumnError) as refused:
        MemoryTable(1, {"x": np.array([1.0])}).categories("x")

    assert "not-categories" == refused.value.code


@pytest.mark.parametrize("file", ["x.txt", "absent.parquet", "broken.parquet"])
def test_a_file_that_is_no_table_is_refused(tmp_path, file):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really PAR1")

    with pytest.raises(ColumnError), open_duckdb(str(tmp_path / file), str(tmp_path)):
        pass


@pytest.mark.parametrize(
    ("header", "refusal"), [("x,x", "duplicate-column"), ("x,x_1", None), (",x", "malformed-csv")]
)
def test_a_header_that_names_a_column_twice_or_not_at_all_is_refused(tmp_path, header, refusal):
    path = tmp_path / "x.csv"
    path.write_text(header + "\n" + "1,6\n" * 50_000, "utf-8")

    if refusal is None:
        with open_duckdb(str(path), str(tmp_path)) as table:
            assert 1 <= table.moments("x").mean <= 6
    else:
        with pytest.raises(ColumnError) as refused, open_duckdb(str(path), str(tmp_path)):
            pass
        assert refusal == refused.value.code


def test_names_and_values_are_quoted():
    assert '"a""b"' == name('a"b')
    assert "'it''s'" == text("it's")
    assert ["0.1e0", "1e+300", "3.0e0", "-0.0e0"] == [number(x) for x in (0.1, 1e300, 3, -0.0)]


def test_a_hostile_name_of_a_column_is_only_a_name(tmp_path):
    path, hostile = tmp_path / "x.parquet", 'x"; DROP VIEW data; --'
    pq.write_table(pa.table({hostile: ["a'; --", "b"]}), path)
    bins = {hostile: stats.CategoryBins(("a'; --",), ("b",))}

    with open_duckdb(str(path), str(tmp_path)) as table:
        assert (1, 1) == table.counts(bins)[hostile].bins
        assert {"a'; --": 1, "b": 1} == dict(table.categories(hostile))


def test_a_column_of_keys_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("mlspec.stats.engines._sql_table.MOST_DIFFERENT", 100)
    pq.write_table(pa.table({"key": [f"k{n}" for n in range(101)]}), tmp_path / "x.parquet")

    with (
        open_duckdb(str(tmp_path / "x.parquet"), str(tmp_path)) as table,
        pytest.raises(ColumnError) as refused,
    ):
        table.categories("key")

    assert "too-many-categories" == refused.value.code
