"""Version control: which commit the specs were read from. The only place that knows git."""

from mlspec.vcs._commit import Commit, head_commit, is_ignored

__all__ = ["Commit", "head_commit", "is_ignored"]
