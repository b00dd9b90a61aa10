"""Version control: which commit the specs were read from. The only place that knows git."""

from mlspec.vcs._commit import Commit, head_commit, is_ignored
from mlspec.vcs._content import digests_at, versions_of
from mlspec.vcs._files import TooMuchError, content_at
from mlspec.vcs._folder import folder_at, folder_commits
from mlspec.vcs._history import (
    Authors,
    all_of_it,
    authors,
    changed_since,
    committed_at,
    files_at,
    own_address,
)
from mlspec.vcs._merge import Conflict, MergedText, merge_texts
from mlspec.vcs._names import Content, names_of
from mlspec.vcs._objects import FOLDER, Entry, Found, Objects, entries
from mlspec.vcs._process import GitError, without_secrets
from mlspec.vcs._remote import HERE, Move, Remote, RemoteMissingError, is_shallow, remotes
from mlspec.vcs._seen import has_seen
from mlspec.vcs._writing import COMMITTER, Draft, write_commits

__all__ = [
    "COMMITTER",
    "FOLDER",
    "HERE",
    "Authors",
    "Commit",
    "Conflict",
    "Content",
    "Draft",
    "Entry",
    "Found",
    "GitError",
    "MergedText",
    "Move",
    "Objects",
    "Remote",
    "RemoteMissingError",
    "TooMuchError",
    "all_of_it",
    "authors",
    "changed_since",
    "committed_at",
    "content_at",
    "digests_at",
    "entries",
    "files_at",
    "folder_at",
    "folder_commits",
    "has_seen",
    "head_commit",
    "is_ignored",
    "is_shallow",
    "merge_texts",
    "names_of",
    "own_address",
    "remotes",
    "versions_of",
    "without_secrets",
    "write_commits",
]
