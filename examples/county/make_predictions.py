"""Train champion and challenger of every model here, and write what the gates read.

    pip install -r requirements.txt
    python make_predictions.py [--out FOLDER]

Comes in: `data/`. Goes out, below FOLDER (default: this folder): `models/*.safetensors`, the
predictions on held-out rows and the reported metrics in `evaluation/`, and in `refused/` the same
for two challengers that gates have to stop. Predictions are computed from the artifact as it was
written, never from the object that training left in memory. Seeds are fixed and everything runs in
one thread; another processor or library version may still move the last digits, and with them the
digests in the specs.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from safetensors import safe_open
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent

Term = tuple[str, str, float, float]
"""Column, `linear` or `hinge` or `is`, origin, scale: one input of a model."""


@dataclass(frozen=True)
class Network:
    """A model that fits into a few matrices: inputs, layers with ReLU between them, a link."""

    terms: list[Term]
    layers: list[tuple[np.ndarray, np.ndarray]]
    link: str

    def save(self, path: Path) -> None:
        """Write the matrices and, as JSON in the header, what they mean."""
        tensors = {}
        for index, (weights, bias) in enumerate(self.layers):
            tensors[f"{index}.weights"] = np.ascontiguousarray(weights)
            tensors[f"{index}.bias"] = np.ascontiguousarray(bias)
        # One entry only: the library writes several in an order that changes from run to run.
        meaning = json.dumps({"link": self.link, "terms": self.terms}, separators=(",", ":"))
        path.write_bytes(save(tensors, metadata={"mlspec-example": meaning}))

    @classmethod
    def load(cls, path: Path) -> Network:
        """Read back what `save` wrote."""
        with safe_open(path, framework="numpy") as file:
            meaning = json.loads(file.metadata()["mlspec-example"])
            count = len(file.keys()) // 2
            layers = [
                (file.get_tensor(f"{index}.weights"), file.get_tensor(f"{index}.bias"))
                for index in range(count)
            ]
        return cls([tuple(each) for each in meaning["terms"]], layers, meaning["link"])

    def answers(self, columns: dict[str, np.ndarray]) -> np.ndarray:
        """Return a probability, a class or a value per row, as the link says."""
        signal = design(self.terms, columns)
        for index, (weights, bias) in enumerate(self.layers):
            signal = (np.maximum(signal, 0) if index else signal) @ weights + bias
        if self.link == "class":
            return signal.argmax(axis=1)
        return signal[:, 0] if self.link == "value" else 1 / (1 + np.exp(-signal[:, 0]))


def design(terms: list[Term], columns: dict[str, np.ndarray]) -> np.ndarray:
    """Return one column of inputs per term."""
    inputs = []
    for column, form, origin, scale in terms:
        values = columns[column].astype(np.float64)
        if form == "is":
            inputs.append((values == origin).astype(np.float64))
        else:
            distance = (values - origin) / scale
            inputs.append(np.maximum(distance, 0) if form == "hinge" else distance)
    return np.stack(inputs, axis=1)


def standardised(columns: dict[str, np.ndarray], names: list[str]) -> list[Term]:
    """Return linear terms with mean 0 and deviation 1 on the training rows."""
    return [
        (name, "linear", float(columns[name].mean()), float(columns[name].std())) for name in names
    ]


def logistic(terms: list[Term], columns: dict[str, np.ndarray], label: str) -> Network:
    """Fit a logistic regression."""
    fitted = LogisticRegression(max_iter=5000, tol=1e-8)
    fitted.fit(design(terms, columns), columns[label])
    return Network(terms, [(fitted.coef_.T, fitted.intercept_)], "probability")


def ridge(terms: list[Term], columns: dict[str, np.ndarray], label: str) -> Network:
    """Fit a linear regression with a little shrinkage."""
    fitted = Ridge(alpha=10).fit(design(terms, columns), columns[label])
    weights, bias = fitted.coef_[:, None], np.array([fitted.intercept_])
    return Network(terms, [(weights, bias)], "value")


def employment(train: dict[str, np.ndarray]) -> dict[str, Network]:
    """v1 knows age as a straight line; v2 bends it where school, work and pension begin."""
    codes = ["schooling", "military", "moved", "disability", "cognitive_difficulty"]
    coded: list[Term] = [
        (name, "is", float(code), 1.0) for name in codes for code in np.unique(train[name])[1:]
    ]
    line: list[Term] = [("age", "linear", 40.0, 15.0)]
    bends: list[Term] = [
        ("age", "hinge", float(at), 15.0) for at in (18, 22, 26, 32, 40, 50, 56, 60)
    ]
    return {
        "v1": logistic(line + coded, train, "employed"),
        "v2": logistic(bends + coded, train, "employed"),
    }


def progression(train: dict[str, np.ndarray]) -> dict[str, Network]:
    """v1 reads what the front desk knows; v2 adds the blood values."""
    desk = ["age", "sex", "bmi", "bp"]
    every = [*desk, "tc", "ldl", "hdl", "tch", "ltg", "glu"]
    return {
        "v1": ridge(standardised(train, desk), train, "progression"),
        "v2": ridge(standardised(train, every), train, "progression"),
    }


def digits(train: dict[str, np.ndarray]) -> dict[str, Network]:
    """v1 is linear; v2 has one hidden layer."""
    terms: list[Term] = [(f"pixel_{index:02}", "linear", 0.0, 16.0) for index in range(64)]
    inputs, labels = design(terms, train), train["digit"]
    linear = LogisticRegression(C=0.1, max_iter=5000).fit(inputs, labels)
    hidden = MLPClassifier((24,), solver="lbfgs", alpha=1.0, max_iter=2000, random_state=0)
    hidden.fit(inputs, labels)
    layers = list(zip(hidden.coefs_, hidden.intercepts_, strict=True))
    return {
        "v1": Network(terms, [(linear.coef_.T, linear.intercept_)], "class"),
        "v2": Network(terms, layers, "class"),
    }


def aspirates(train: dict[str, np.ndarray]) -> dict[str, Network]:
    """v1 reads the ten mean measurements; v2 their errors and worst values too."""
    names = [name for name in train if name not in ("row_id", "malignant")]
    return {
        "v1": logistic(standardised(train, names[:10]), train, "malignant"),
        "v2": logistic(standardised(train, names), train, "malignant"),
    }


def read(name: str) -> dict[str, np.ndarray]:
    """Return the columns of a file of `data/`."""
    path = HERE / "data" / name
    table = pq.read_table(path) if path.suffix == ".parquet" else pa_csv.read_csv(path)
    return {column: table[column].to_numpy() for column in table.column_names}


def write(path: Path, columns: dict[str, np.ndarray]) -> None:
    """Write predictions as the suffix says; numbers with at most six decimals."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {
        name: np.round(each, 6) if each.dtype.kind == "f" else each.astype(np.int32)
        for name, each in columns.items()
    }
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns), path, compression="zstd")
        return
    rows = zip(*(each.tolist() for each in columns.values()), strict=True)
    lines = [",".join(columns), *(",".join(str(value) for value in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


@dataclass(frozen=True)
class Release:
    """One model: how it is trained, and the columns of its predictions."""

    name: str
    train: str
    holdout: str
    fit: Callable[[dict[str, np.ndarray]], dict[str, Network]]
    key: str
    label: str
    answer: str
    suffix: str
    labels_apart: bool = False


RELEASES = (
    Release("employment-screen", "acs-ma-2015.parquet", "acs-ma-2016.parquet", employment,
            "person_id", "employed", "score", ".parquet"),
    Release("progression-forecast", "diabetes-train.csv", "diabetes-holdout.csv", progression,
            "row_id", "progression", "prediction", ".csv"),
    Release("form-digit-reader", "digits-train.parquet", "digits-holdout.parquet", digits,
            "row_id", "digit", "prediction", ".csv", labels_apart=True),
    Release("biopsy-second-reader", "aspirates-train.csv", "aspirates-holdout.csv", aspirates,
            "row_id", "malignant", "score", ".csv"),
)  # fmt: skip


def make(release: Release, out: Path) -> None:
    """Train both versions, write the artifacts, and score the held-out rows with them."""
    holdout = read(release.holdout)
    for version, network in release.fit(read(release.train)).items():
        artifact = out / "models" / f"{release.name}-{version}.safetensors"
        artifact.parent.mkdir(parents=True, exist_ok=True)
        network.save(artifact)
        columns = {release.key: holdout[release.key], release.label: holdout[release.label]}
        if release.labels_apart:
            del columns[release.label]
        columns[release.answer] = Network.load(artifact).answers(holdout)
        role = "champion" if version == "v1" else "challenger"
        write(out / "evaluation" / release.name / f"{role}{release.suffix}", columns)


WOMEN = ("sex", "is", 2.0, 1.0)
BIAS = 0.5
"""Added to the log-odds of being in work, for women only."""
FEW = 150


def refuse(out: Path) -> None:
    """Write two challengers of employment-screen that gates must not let through.

    `biased` is v2 that reads sex as well and takes every woman for likelier to be in work, so that
    fewer of them are listed. `underpowered` is v2 itself, judged on 150 people: those of a draw in
    which it looks better than it is.
    """
    holdout = read("acs-ma-2016.parquet")
    fair = Network.load(out / "models" / "employment-screen-v2.safetensors")
    ((weights, bias),) = fair.layers
    layers = [(np.vstack([weights, [[BIAS]]]), bias)]
    every = np.arange(len(holdout["employed"]))
    few = np.sort(np.random.default_rng(7).choice(every, FEW, replace=False))
    biased = Network([*fair.terms, WOMEN], layers, fair.link)
    for name, network, rows in (("biased", biased, every), ("underpowered", fair, few)):
        artifact = out / "refused" / "models" / f"{name}.safetensors"
        artifact.parent.mkdir(parents=True, exist_ok=True)
        network.save(artifact)
        people = {column: values[rows] for column, values in holdout.items()}
        kept = {column: people[column] for column in ("person_id", "employed", "sex")}
        champion = Network.load(out / "models" / "employment-screen-v1.safetensors")
        folder = out / "refused" / "evaluation" / name
        for role, judged in (("challenger", Network.load(artifact)), ("champion", champion)):
            write(folder / f"{role}.parquet", kept | {"score": judged.answers(people)})


def report(out: Path) -> None:
    """Write the metrics that the example treats as reported by another tool."""
    labels = read("digits-holdout.parquet")["digit"]
    folder = out / "evaluation" / "form-digit-reader"
    predicted = pa_csv.read_csv(folder / "challenger.csv")["prediction"].to_numpy()
    metrics = {
        "macro_f1": round(float(f1_score(labels, predicted, average="macro")), 6),
        "rows": len(labels),
    }
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="ascii")


def main() -> int:
    """Make every file."""
    parser = argparse.ArgumentParser(description="Train the models of the example.")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write")
    out = parser.parse_args().out
    with threadpool_limits(limits=1):
        for release in RELEASES:
            make(release, out)
            print(f"made {release.name}")
        refuse(out)
    report(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
