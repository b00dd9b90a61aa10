"""Cut the small data files of this example from their public sources.

    pip install -r requirements.txt
    pip download --no-deps nannyml==0.13.1 && unzip nannyml-0.13.1-py3-none-any.whl -d nannyml-wheel
    python make_data.py nannyml-wheel/nannyml/datasets/data

The argument is the folder that holds `employment_MA_*.pq`; the other sets come with scikit-learn.
Every draw has a fixed seed, so the same rows come out again. `data/SOURCES.md` names licences.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits

DATA = Path(__file__).parent / "data"

# Name in this example: column of the American Community Survey.
CENSUS = {
    "person_id": "id",
    "age": "AGEP",
    "schooling": "SCHL",
    "military": "MIL",
    "moved": "MIG",
    "disability": "DIS",
    "cognitive_difficulty": "DREM",
    "sex": "SEX",
    "race": "RAC1P",
}
YOUNGEST, OLDEST = 18, 64


def employment(source: Path) -> None:
    """Draw adults of working age: 10,000 of the survey of 2015, 8,000 of that of 2016."""
    reference = pq.read_table(source / "employment_MA_reference.pq")
    analysis = pq.read_table(source / "employment_MA_analysis.pq")
    target = pq.read_table(source / "employment_MA_analysis_target.pq")
    if analysis["id"] != target["id"]:
        raise SystemExit("error: the analysis and target files hold different rows")
    analysis = analysis.append_column("employed", target["employed"])
    for year, table, rows in ((2015, reference, 10_000), (2016, analysis, 8_000)):
        age, of_year = table["AGEP"].to_numpy(), table["year"].to_numpy() == year
        eligible = np.flatnonzero(of_year & (age >= YOUNGEST) & (age <= OLDEST))
        drawn = np.random.default_rng(year).choice(eligible, rows, replace=False)
        write_parquet(f"acs-ma-{year}", census_columns(table.take(np.sort(drawn))))


def census_columns(table: pa.Table) -> dict[str, np.ndarray]:
    """Return the columns under readable names, codes as the small integers they are."""
    codes = {name: table[column].cast(pa.string()) for name, column in CENSUS.items()}
    columns = {name: values.cast(pa.float64()).to_numpy() for name, values in codes.items()}
    columns = {name: values.astype(np.int32) for name, values in columns.items()}
    return columns | {"employed": table["employed"].to_numpy().astype(np.int32)}


def diabetes() -> None:
    """Split the 442 patients into halves: one to learn from, one to judge by."""
    bunch = load_diabetes(scaled=False)
    names = ["age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"]
    columns = dict(zip(names, bunch.data.T, strict=True)) | {"progression": bunch.target}
    halves("diabetes", 442, columns, seed=1)


def breast_cancer() -> None:
    """Split the 569 aspirates into halves; malignant is the positive class."""
    bunch = load_breast_cancer()
    names = [str(each).replace(" ", "_") for each in bunch.feature_names]
    columns = dict(zip(names, bunch.data.T, strict=True)) | {"malignant": 1 - bunch.target}
    halves("aspirates", 569, columns, seed=13)


def halves(name: str, rows: int, columns: dict[str, np.ndarray], *, seed: int) -> None:
    """Write two CSV files of equal size, each in the order of the source."""
    shuffled = np.random.default_rng(seed).permutation(rows)
    middle = (rows + 1) // 2
    for part, drawn in (("train", shuffled[:middle]), ("holdout", shuffled[middle:])):
        keep = np.sort(drawn)
        values = [each[keep] for each in columns.values()]
        rows = zip(keep, *values, strict=True)
        lines = [",".join(["row_id", *columns])]
        lines += [",".join(f"{value:g}" for value in row) for row in rows]
        (DATA / f"{name}-{part}.csv").write_text("\n".join(lines) + "\n", encoding="ascii")


def digits() -> None:
    """Split the 1,797 digit images into 897 and 900."""
    bunch = load_digits()
    shuffled = np.random.default_rng(11).permutation(1797)
    for part, drawn in (("train", shuffled[:897]), ("holdout", shuffled[897:])):
        keep = np.sort(drawn)
        pixels = bunch.data[keep].astype(np.int32)
        columns = {"row_id": keep.astype(np.int32)}
        columns |= {f"pixel_{index:02}": pixels[:, index] for index in range(64)}
        write_parquet(f"digits-{part}", columns | {"digit": bunch.target[keep].astype(np.int32)})


def write_parquet(name: str, columns: dict[str, np.ndarray]) -> None:
    """Write one Parquet file without any metadata of the machine."""
    pq.write_table(pa.table(columns), DATA / f"{name}.parquet", compression="zstd")


def main() -> int:
    """Write every file of `data/`."""
    if len(sys.argv) != 2:
        print("usage: python make_data.py FOLDER_WITH_EMPLOYMENT_MA_FILES", file=sys.stderr)
        return 64
    DATA.mkdir(exist_ok=True)
    employment(Path(sys.argv[1]))
    diabetes()
    breast_cancer()
    digits()
    return 0


if __name__ == "__main__":
    sys.exit(main())
