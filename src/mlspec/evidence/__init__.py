"""Evidence: reading what gates judge, and keeping what they concluded.

Comes in: files of the workspace. Goes out: typed columns and numbers, each with its provenance or
a reason, and records of verdicts. A bad file is a value, never an exception. Imports no numpy,
and modules only on first use: checking specs needs a reason, not the readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.evidence._aggregates import Aggregates, features_asked
    from mlspec.evidence._align import join_frame
    from mlspec.evidence._artifact_signature import ArtifactSignature
    from mlspec.evidence._asking import QueryRequest, make_query
    from mlspec.evidence._cases import Case, Cases
    from mlspec.evidence._drill import (
        DrillLink,
        DrillRecord,
        DrillStatus,
        read_drill,
        write_drill,
    )
    from mlspec.evidence._expectations import Expectation, Expectations
    from mlspec.evidence._file import (
        MAX_BYTES,
        MAX_ROWS,
        FileContent,
        close_file,
        leads_out,
        locate,
        read_file,
        shown,
        shown_part,
    )
    from mlspec.evidence._frame import Frame
    from mlspec.evidence._header import HEADED, column_names
    from mlspec.evidence._item import (
        ITEM_TYPE,
        MONITOR_VALUES,
        TRAFFIC_SHARE,
        BoundTo,
        Item,
        ItemPaper,
        ItemRecord,
        ItemState,
        ItemStatus,
    )
    from mlspec.evidence._item_standing import PinnedPaper, standing
    from mlspec.evidence._item_statement import is_day, read_item, write_item
    from mlspec.evidence._join import Rows, join_champion, join_labels
    from mlspec.evidence._metrics import Metrics, read_metrics
    from mlspec.evidence._model import (
        NOT_RUN,
        PREDICATE_TYPE,
        STATEMENT_TYPE,
        DataUse,
        DataUses,
        EvidenceRecord,
        EvidenceStatus,
        GateResult,
        Interval,
        Material,
        PartResult,
        Verdict,
        Waived,
    )
    from mlspec.evidence._model_file import ModelFile
    from mlspec.evidence._moment import instant, moment
    from mlspec.evidence._output_column import used_twice
    from mlspec.evidence._paper import (
        PaperLook,
        PaperShelf,
        PaperStatus,
        look_at_item,
        look_at_paper,
    )
    from mlspec.evidence._profile import FeatureProfile, Profile
    from mlspec.evidence._profile_json import (
        PROFILE_TYPE,
        profile_digest,
        read_profile,
        write_profile,
    )
    from mlspec.evidence._profiling import count_features, memory_table, reference_features
    from mlspec.evidence._provenance import Provenance
    from mlspec.evidence._query import AGGREGATES_TYPE, Query, query_document
    from mlspec.evidence._reader import (
        Reader,
        Source,
        Wanted,
        load_readers,
        reader_of,
        unknown_format,
    )
    from mlspec.evidence._reason import REASONS, Reason, ReasonWords
    from mlspec.evidence._recheck import Recheck
    from mlspec.evidence._record import (
        OtherFormatError,
        overall_verdict,
        read_record,
        worst,
        write_record,
    )
    from mlspec.evidence._remote import (
        digest_remote,
        is_remote,
        remote_problem,
        remote_state,
    )
    from mlspec.evidence._run import RUN_TYPE, GateRun, read_run, write_run
    from mlspec.evidence._scan import Coverage, Scan, ScanFinding, ScannedFile
    from mlspec.evidence._series import Series, SeriesSet
    from mlspec.evidence._sound import contradiction
    from mlspec.evidence._status import digest_materials, status
    from mlspec.evidence._table import Layout, PredictionTable, read_predictions
    from mlspec.evidence._tallies import ScoreCounts, ValueCounts
    from mlspec.evidence._test_result import TEST_RESULT_TYPE, write_test_result
    from mlspec.evidence._uses import earlier_uses, labels_digest, read_uses, write_uses

__all__ = [
    "AGGREGATES_TYPE",
    "HEADED",
    "ITEM_TYPE",
    "MAX_BYTES",
    "MAX_ROWS",
    "MONITOR_VALUES",
    "NOT_RUN",
    "PREDICATE_TYPE",
    "PROFILE_TYPE",
    "REASONS",
    "RUN_TYPE",
    "STATEMENT_TYPE",
    "TEST_RESULT_TYPE",
    "TRAFFIC_SHARE",
    "Aggregates",
    "ArtifactSignature",
    "BoundTo",
    "Case",
    "Cases",
    "Coverage",
    "DataUse",
    "DataUses",
    "DrillLink",
    "DrillRecord",
    "DrillStatus",
    "EvidenceRecord",
    "EvidenceStatus",
    "Expectation",
    "Expectations",
    "FeatureProfile",
    "FileContent",
    "Frame",
    "GateResult",
    "GateRun",
    "Interval",
    "Item",
    "ItemPaper",
    "ItemRecord",
    "ItemState",
    "ItemStatus",
    "Layout",
    "Material",
    "Metrics",
    "ModelFile",
    "OtherFormatError",
    "PaperLook",
    "PaperShelf",
    "PaperStatus",
    "PartResult",
    "PinnedPaper",
    "PredictionTable",
    "Profile",
    "Provenance",
    "Query",
    "QueryRequest",
    "Reader",
    "Reason",
    "ReasonWords",
    "Recheck",
    "Rows",
    "Scan",
    "ScanFinding",
    "ScannedFile",
    "ScoreCounts",
    "Series",
    "SeriesSet",
    "Source",
    "ValueCounts",
    "Verdict",
    "Waived",
    "Wanted",
    "close_file",
    "column_names",
    "contradiction",
    "count_features",
    "digest_materials",
    "digest_remote",
    "earlier_uses",
    "features_asked",
    "instant",
    "is_day",
    "is_remote",
    "join_champion",
    "join_frame",
    "join_labels",
    "labels_digest",
    "leads_out",
    "load_readers",
    "locate",
    "look_at_item",
    "look_at_paper",
    "make_query",
    "memory_table",
    "moment",
    "overall_verdict",
    "profile_digest",
    "query_document",
    "read_drill",
    "read_file",
    "read_item",
    "read_metrics",
    "read_predictions",
    "read_profile",
    "read_record",
    "read_run",
    "read_uses",
    "reader_of",
    "reference_features",
    "remote_problem",
    "remote_state",
    "shown",
    "shown_part",
    "standing",
    "status",
    "unknown_format",
    "used_twice",
    "worst",
    "write_drill",
    "write_item",
    "write_profile",
    "write_record",
    "write_run",
    "write_test_result",
    "write_uses",
]

_HOMES = {
    "_aggregates": "Aggregates features_asked",
    "_query": "AGGREGATES_TYPE Query query_document",
    "_tallies": "ScoreCounts ValueCounts",
    "_align": "join_frame",
    "_artifact_signature": "ArtifactSignature",
    "_asking": "QueryRequest make_query",
    "_cases": "Case Cases",
    "_drill": "DrillLink DrillRecord DrillStatus read_drill write_drill",
    "_expectations": "Expectation Expectations",
    "_frame": "Frame",
    "_header": "HEADED column_names",
    "_model_file": "ModelFile",
    "_output_column": "used_twice",
    "_profile": "FeatureProfile Profile",
    "_profile_json": "PROFILE_TYPE profile_digest read_profile write_profile",
    "_profiling": "count_features memory_table reference_features",
    "_provenance": "Provenance",
    "_recheck": "Recheck",
    "_reader": "Reader Source Wanted load_readers reader_of unknown_format",
    "_run": "RUN_TYPE GateRun read_run write_run",
    "_remote": "digest_remote is_remote remote_problem remote_state",
    "_scan": "Coverage Scan ScanFinding ScannedFile",
    "_series": "Series SeriesSet",
    "_sound": "contradiction",
    "_file": (
        "MAX_BYTES MAX_ROWS FileContent close_file leads_out locate read_file shown shown_part"
    ),
    "_item": (
        "ITEM_TYPE MONITOR_VALUES TRAFFIC_SHARE BoundTo Item ItemPaper ItemRecord ItemState "
        "ItemStatus"
    ),
    "_item_standing": "PinnedPaper standing",
    "_item_statement": "is_day read_item write_item",
    "_paper": "PaperLook PaperShelf PaperStatus look_at_item look_at_paper",
    "_join": "Rows join_champion join_labels",
    "_metrics": "Metrics read_metrics",
    "_moment": "instant moment",
    "_model": (
        "NOT_RUN PREDICATE_TYPE STATEMENT_TYPE DataUse DataUses EvidenceRecord EvidenceStatus "
        "GateResult Interval Material PartResult Verdict Waived"
    ),
    "_reason": "REASONS Reason ReasonWords",
    "_record": "OtherFormatError overall_verdict read_record worst write_record",
    "_test_result": "TEST_RESULT_TYPE write_test_result",
    "_uses": "earlier_uses labels_digest read_uses write_uses",
    "_status": "digest_materials status",
    "_table": "Layout PredictionTable read_predictions",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__getattr__ = importer(__name__, _HOME_OF)
