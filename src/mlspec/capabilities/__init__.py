"""Which backend really does which strategy, in which version, with which router.

In: a platform (what the clusters run). Out: cells of a table that was read in the sources of each
backend. Must not: know kinds, decide for a user; a rule tells, a target emits nothing.
"""

from mlspec.capabilities._ratio import ReplicaSplit, replica_split
from mlspec.capabilities._table import (
    SELECTABLE,
    STRATEGIES,
    Capability,
    Support,
    alternatives,
    capabilities,
    capability,
    known_versions,
    release_of,
    version_in_use,
)

__all__ = [
    "SELECTABLE",
    "STRATEGIES",
    "Capability",
    "ReplicaSplit",
    "Support",
    "alternatives",
    "capabilities",
    "capability",
    "known_versions",
    "release_of",
    "replica_split",
    "version_in_use",
]
