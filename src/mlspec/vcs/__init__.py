"""Version control: which commit the specs were read from. The only place that knows git."""

from mlspec.vcs._commit import Commit, head_commit, is_ignored
from mlspec.vcs._history import Authors, authors, changed_since, committed_at, own_address

__all__ = [
    "Authors",
    "Commit",
    "authors",
    "changed_since",
    "committed_at",
    "head_commit",
    "is_ignored",
    "own_address",
]
