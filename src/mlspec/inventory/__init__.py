"""Which models there are: what specs say, what was applied, what is live, joined into one list.

In: documented and recorded models, and what live sources showed. Out: one row for each, with its
classes. Must not: read files, ask servers, look at a clock, say of a model what nobody looked at.
"""

from mlspec.inventory._classes import classes_of, standing_of
from mlspec.inventory._codeowners import CODEOWNERS_FILES, CodeOwners
from mlspec.inventory._joining import Joined, join
from mlspec.inventory._model import (
    LIVE_CLASSES,
    Applied,
    Class,
    Documented,
    Expected,
    Gates,
    Inventory,
    Origin,
    Owner,
    Review,
    Row,
    Sight,
    Source,
    Standing,
)
from mlspec.inventory._rows import rows_of
from mlspec.inventory._workloads import Workloads, read_workloads

__all__ = [
    "CODEOWNERS_FILES",
    "LIVE_CLASSES",
    "Applied",
    "Class",
    "CodeOwners",
    "Documented",
    "Expected",
    "Gates",
    "Inventory",
    "Joined",
    "Origin",
    "Owner",
    "Review",
    "Row",
    "Sight",
    "Source",
    "Standing",
    "Workloads",
    "classes_of",
    "join",
    "read_workloads",
    "rows_of",
    "standing_of",
]
