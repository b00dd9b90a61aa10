"""MLflow runs, as JSON: `runs/get`, `runs/search`, or a list of `Run.to_dictionary()`.

Looked at: MLflow 3.17.2. It writes `NaN`, which is no JSON and is read as `json.loads` reads it,
so that the metric is there and refused. A run that did not finish is a reason: its metrics are
those of a part. Several runs are one, too, unless the spec names the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._json import of_file, parse_json
from mlspec.evidence._metrics import Metrics, read_runs
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]


def _read(content: FileContent, wanted: Wanted) -> Metrics | Reason:
    document = parse_json(content.content)
    if isinstance(document, Reason):
        return of_file(content, document)
    return read_runs(content, document, run=wanted.run)


READER = Reader(
    format="mlflow",
    summary="JSON of MLflow runs, as its REST interface answers.",
    gives="Metrics",
    read=_read,
)
