"""Gates: `python -m tests.benchmarks.gates [--rounds 3] [--rows 50000000] [--only drift,delong]`.

Each figure is a whole process, in rounds that alternate with its baseline; the data are made once,
before. Where a baseline does not exist (nobody ships a paired DeLong), it is the plain way to get
the same number. Peak memory is that of the process. `--only evidently` needs `evidently` installed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tests.benchmarks.processes import paired

if TYPE_CHECKING:
    from collections.abc import Callable

_READ = """
import sys
import numpy as np
a = np.load(sys.argv[1], mmap_mode="r")
"""


@dataclass(frozen=True)
class Case:
    """What is compared: two programs that read the same file."""

    name: str
    baseline_name: str
    baseline: str
    ours: str


_SCIPY = """
from scipy.stats import ks_2samp
for x, y in a:
    x, y = np.array(x), np.array(y)
    edges = np.quantile(x, np.linspace(0, 1, 11))
    edges[0], edges[-1] = -np.inf, np.inf
    p, q = (np.histogram(each, edges)[0] / each.size for each in (x, y))
    p, q = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    print(((q - p) * np.log(q / p)).sum(), ks_2samp(x, y).statistic)
"""
_EVIDENTLY = """
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.metrics import ValueDrift
names = [f"x{n}" for n in range(len(a))]
sides = [pd.DataFrame({name: np.array(x[side]) for name, x in zip(names, a)}) for side in (0, 1)]
reference, current = (
    Dataset.from_pandas(each, DataDefinition(numerical_columns=names)) for each in sides
)
metrics = [ValueDrift(column=name, method=method) for name in names for method in ("psi", "ks")]
print(Report(metrics).run(current, reference).dict()["metrics"][-1])
"""
_DRIFT = """
from mlspec import stats
from mlspec.stats.engines._numpy import MemoryTable
from mlspec.stats.engines._table import quantile_bins
for x, y in a:
    x, y = np.array(x), np.array(y)
    table = MemoryTable(x.size, {"x": x})
    bins = quantile_bins(table, "x", x.size)
    counts = [stats.count_numbers(bins, each).vector for each in (x, y)]
    found = stats.psi(*counts, level=0.9)
    print(found.value, found.bounds, stats.ks(x, y, level=0.9))
"""
_AREAS = """
from sklearn.metrics import roc_auc_score
labels, first, second = (np.array(each) for each in a)
print(roc_auc_score(labels, first) - roc_auc_score(labels, second))
"""
_DELONG = """
from mlspec import stats
labels, first, second = (np.array(each) for each in a)
print(stats.delong_difference(labels, first, second, level=0.9).bounds)
"""
_LOOP = """
from sklearn.metrics import brier_score_loss
labels, scores, _ = (np.array(each) for each in a)
draw = np.random.default_rng(1)
found = []
for _ in range({resamples}):
    rows = draw.integers(0, labels.size, labels.size)
    found.append(((labels[rows] - scores[rows]) ** 2).mean())
print(np.quantile(found, [0.05, 0.95]))
"""
_SCIPY_BOOTSTRAP = """
from scipy.stats import bootstrap
labels, scores, _ = (np.array(each) for each in a)
error = (labels - scores) ** 2
found = bootstrap((error,), np.mean, n_resamples={resamples}, batch=20, method="percentile",
                  confidence_level=0.9, rng=np.random.default_rng(1))
print(found.confidence_interval)
"""
_BOOTSTRAP = """
from mlspec import stats
labels, scores, _ = (np.array(each) for each in a)
statistic = stats.statistic("brier", labels, scores)
print(stats.percentile_bootstrap(statistic, seed=1, level=0.9, resamples={resamples}))
"""
_SCAN = """
import sys
import duckdb
connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": sys.argv[2]})
columns = ", ".join(f"SUM(x{n}), COUNT(x{n})" for n in range(3))
for file in sys.argv[1].split(","):
    print(connection.execute(f"SELECT {columns}, COUNT(c) FROM READ_PARQUET('{file}')").fetchall())
"""
_QUANTILES = """
import sys
import duckdb
connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": sys.argv[2]})
reference, current = sys.argv[1].split(",")
for n in range(3):
    shares = [k / 10 for k in range(1, 10)]
    (edges,) = connection.execute(
        f"SELECT QUANTILE_DISC(x{n}, {shares}) FROM READ_PARQUET('{reference}')").fetchone()
    case = " + ".join(f"(x{n} > {edge!r})::INT" for edge in edges)
    for file in (reference, current):
        print(connection.execute(
            f"SELECT {case} AS bin, COUNT(*) FROM READ_PARQUET('{file}') GROUP BY 1").fetchall())
"""
_PROFILES = """
import sys
from pathlib import Path
from mlspec import stats
from mlspec.api.profiles import ProfileRequest, make_profile, write_signed
reference, current = sys.argv[1].split(",")
out = Path(sys.argv[2]) / "profile.json"
first = make_profile(ProfileRequest(reference, engine="duckdb"))
write_signed(out, first, None)
second = make_profile(ProfileRequest(current, reference=out, engine="duckdb"))
for a, b in zip(first.features, second.features, strict=True):
    print(a.name, stats.psi([*a.counts, a.missing], [*b.counts, b.missing], level=0.9).bounds)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gates")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000_000, help="of both sides together")
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--only", default="drift,delong,bootstrap,far")
    options = parser.parse_args()
    wanted = options.only.split(",")
    sys.stdout.write(
        "| what | baseline | theirs | ours | ratio | of CPU | peak MiB, theirs and ours |\n"
    )
    sys.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    with tempfile.TemporaryDirectory() as folder:
        for name, files, cases in _measured(Path(folder), wanted, options):
            for case in cases:
                _row(case, [files, folder], options.rounds)
            sys.stdout.write(f"<!-- {name} -->\n")


def _measured(
    folder: Path, wanted: list[str], options: argparse.Namespace
) -> list[tuple[str, str, list[Case]]]:
    found: list[tuple[str, str, list[Case]]] = []
    resampling = {"resamples": options.resamples}
    if "drift" in wanted:
        name = "PSI and KS, 17 columns of 140,000 rows"
        bare = "numpy and scipy, no interval"
        found.append(
            (name, _elsewhere(_columns, folder), [Case(name, bare, _READ + _SCIPY, _READ + _DRIFT)])
        )
    if "evidently" in wanted:
        name, file = "PSI and KS, 17 columns of 140,000 rows", _elsewhere(_columns, folder)
        found.append((name, file, [Case(name, "evidently", _READ + _EVIDENTLY, _READ + _DRIFT)]))
    if "delong" in wanted:
        name = "difference of two areas with its interval, 1,000,000 rows"
        bare = "two areas of scikit-learn, no interval"
        file = _elsewhere(_scores, folder, 1_000_000)
        found.append((name, file, [Case(name, bare, _READ + _AREAS, _READ + _DELONG)]))
    if "bootstrap" in wanted:
        name = f"bootstrap of the Brier score, 100,000 rows, B = {options.resamples}"
        file = _elsewhere(_scores, folder, 100_000)
        ours = _READ + _BOOTSTRAP.format(**resampling)
        loop = Case(name, "a loop over numpy", _READ + _LOOP.format(**resampling), ours)
        scipy = _READ + _SCIPY_BOOTSTRAP.format(**resampling)
        found.append((name, file, [loop, Case(name, "`scipy.stats.bootstrap`", scipy, ours)]))
    if "far" in wanted:
        name = f"PSI of 3 numbers and a category, {options.rows:,} rows in Parquet"
        files = _elsewhere(_parquet, folder, options.rows // 2)
        scan = Case(name, "DuckDB reads the columns", _SCAN, _PROFILES)
        plain = Case(name, "quantiles and counts of 3 numbers in DuckDB", _QUANTILES, _PROFILES)
        found.append((name, files, [scan, plain]))
    return found


def _elsewhere(make: Callable[..., str], *arguments: object) -> str:
    """Make data in a process of its own: a process starts with the peak of the one it came from."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(make, arguments)


def _row(case: Case, arguments: list[str], rounds: int) -> None:
    commands = [
        [sys.executable, "-c", program, *arguments] for program in (case.baseline, case.ours)
    ]
    theirs, ours = paired(commands[0], commands[1], rounds=rounds)
    if theirs.code or ours.code:
        raise SystemExit(f"{case.name}: exit codes {theirs.code} and {ours.code}")
    cells = (
        case.name,
        case.baseline_name,
        f"{theirs.seconds:.2f} s",
        f"{ours.seconds:.2f} s",
        f"{ours.seconds / theirs.seconds:.2f}",
        f"{ours.cpu / theirs.cpu:.2f}",
        f"{theirs.mebibytes:.0f}, {ours.mebibytes:.0f}",
    )
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def _columns(folder: Path) -> str:
    generator = np.random.default_rng(1)
    values = generator.normal(size=(17, 2, 70_000))
    values[:5] = np.round(values[:5])
    values[5:8] = np.exp(values[5:8])
    np.save(folder / "columns.npy", values)
    return str(folder / "columns.npy")


def _scores(folder: Path, rows: int) -> str:
    generator = np.random.default_rng(2)
    labels = (generator.random(rows) < 0.3).astype(np.float64)
    first = 1 / (1 + np.exp(-generator.normal(labels, 1.0)))
    second = np.clip(first + generator.normal(0, 0.05, rows), 0, 1)
    file = folder / f"scores-{rows}.npy"
    np.save(file, np.stack([labels, first, second]))
    return str(file)


def _parquet(folder: Path, rows: int) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = []
    for side in range(2):
        generator = np.random.default_rng(side)
        file = folder / f"side-{side}.parquet"
        with pq.ParquetWriter(
            file, _table(pa, generator, 1, side).schema, compression="zstd"
        ) as to:
            for start in range(0, rows, 1_000_000):
                to.write_table(_table(pa, generator, min(1_000_000, rows - start), side))
        files.append(str(file))
    return ",".join(files)


def _table(pa, generator: np.random.Generator, rows: int, side: int):
    values = {f"x{n}": generator.normal(0.02 * side, 1, rows).round(3 + n) for n in range(3)}
    names = np.array([f"k{n}" for n in range(40)])
    return pa.table(values | {"c": names[generator.integers(0, 40, rows)]})


if __name__ == "__main__":
    main()
