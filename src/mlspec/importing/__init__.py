"""Reading what others manage: models of registries, clusters and files, as they are found.

In: a server, a dump or a folder. Out: models with the source of every value, and the text of a
spec for each. Must not: run what is read, guess what nobody said, write files.
"""

from mlspec.importing._adopted import adopted_text
from mlspec.importing._document import LONGEST, document_text, held_text, spec_text
from mlspec.importing._hidden import without_secrets
from mlspec.importing._joining import (
    REGISTERED,
    Anchor,
    Anchors,
    composed,
    dropped,
    is_service,
    spec_of,
)
from mlspec.importing._model import (
    Certainty,
    Fact,
    FoundMetric,
    FoundModel,
    FoundServing,
    Lost,
    Unread,
)
from mlspec.importing._names import Names, slug_of
from mlspec.importing._outcome import Imported, Outcome, Report, unknown_fields
from mlspec.importing._port import Importer, Request, find_importer, importer_names
from mlspec.importing._storage import storage_key

__all__ = [
    "LONGEST",
    "REGISTERED",
    "Anchor",
    "Anchors",
    "Certainty",
    "Fact",
    "FoundMetric",
    "FoundModel",
    "FoundServing",
    "Imported",
    "Importer",
    "Lost",
    "Names",
    "Outcome",
    "Report",
    "Request",
    "Unread",
    "adopted_text",
    "composed",
    "document_text",
    "dropped",
    "find_importer",
    "held_text",
    "importer_names",
    "is_service",
    "slug_of",
    "spec_of",
    "spec_text",
    "storage_key",
    "unknown_fields",
    "without_secrets",
]
