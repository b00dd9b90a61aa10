"""Evidence: reading what gates judge, and keeping what they concluded.

Comes in: files of the workspace. Goes out: typed columns and numbers, each with its provenance or
a reason, and records of verdicts. A bad file is a value, never an exception. Imports no numpy,
and modules only on first use: checking specs needs a reason, not the readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.evidence._file import MAX_BYTES, MAX_ROWS, FileContent, locate, read_file
    from mlspec.evidence._join import Rows, join_champion, join_labels
    from mlspec.evidence._metrics import Metrics, read_metrics
    from mlspec.evidence._model import (
        PREDICATE_TYPE,
        STATEMENT_TYPE,
        EvidenceRecord,
        EvidenceStatus,
        GateResult,
        Interval,
        Material,
        Verdict,
    )
    from mlspec.evidence._reason import REASONS, Reason
    from mlspec.evidence._record import overall_verdict, read_record, worst, write_record
    from mlspec.evidence._status import digest_materials, status
    from mlspec.evidence._table import Layout, PredictionTable, read_predictions

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "PREDICATE_TYPE",
    "REASONS",
    "STATEMENT_TYPE",
    "EvidenceRecord",
    "EvidenceStatus",
    "FileContent",
    "GateResult",
    "Interval",
    "Layout",
    "Material",
    "Metrics",
    "PredictionTable",
    "Reason",
    "Rows",
    "Verdict",
    "digest_materials",
    "join_champion",
    "join_labels",
    "locate",
    "overall_verdict",
    "read_file",
    "read_metrics",
    "read_predictions",
    "read_record",
    "status",
    "worst",
    "write_record",
]

_HOMES = {
    "_file": "MAX_BYTES MAX_ROWS FileContent locate read_file",
    "_join": "Rows join_champion join_labels",
    "_metrics": "Metrics read_metrics",
    "_model": (
        "PREDICATE_TYPE STATEMENT_TYPE EvidenceRecord EvidenceStatus GateResult "
        "Interval Material Verdict"
    ),
    "_reason": "REASONS Reason",
    "_record": "overall_verdict read_record worst write_record",
    "_status": "digest_materials status",
    "_table": "Layout PredictionTable read_predictions",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__getattr__ = importer(__name__, _HOME_OF)
