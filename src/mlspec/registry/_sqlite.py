"""Opening the SQLite file of the embedded registry: schema, modes, and clear refusals.

Comes in: a path. Goes out: a connection that is known to be a registry of this version. Errors of
SQLite never leave this module's guard as they are.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from mlspec.errors import RegistryLockedError, RegistryUnavailableError
from mlspec.registry._filesystem import network_filesystem
from mlspec.registry._owner import drop_owner, note_owner, noted_owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["connection_for_reading", "connection_for_writing", "guarded"]

_APPLICATION_ID = 0x6D6C7370  # "mlsp": tells our files from any other SQLite database
_SCHEMA_VERSION = 2
_LINEAGE_BYTES = 16

# `object` is narrow and apart from `body`: a plan reads every row of the one and few of the other
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE environment (
  name TEXT PRIMARY KEY, serial INTEGER NOT NULL, sequence INTEGER NOT NULL, head TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE object (
  environment TEXT, address TEXT, uid TEXT NOT NULL, revision INTEGER NOT NULL,
  digest TEXT NOT NULL, protect INTEGER NOT NULL, lifecycle TEXT NOT NULL, op_id TEXT NOT NULL,
  PRIMARY KEY (environment, address)
) WITHOUT ROWID;
CREATE TABLE body (digest TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE statement (
  environment TEXT, digest TEXT, content TEXT NOT NULL, signature TEXT NOT NULL,
  PRIMARY KEY (environment, digest)
);
CREATE TABLE run (
  environment TEXT, serial INTEGER, run_id TEXT NOT NULL, plan_digest TEXT NOT NULL,
  record TEXT NOT NULL, PRIMARY KEY (environment, serial)
) WITHOUT ROWID;
CREATE INDEX run_plan ON run (environment, plan_digest);
CREATE TABLE event (
  environment TEXT, address TEXT, sequence INTEGER, digest TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (environment, address, sequence)
);
CREATE TABLE head (
  environment TEXT, address TEXT, sequence INTEGER NOT NULL, digest TEXT NOT NULL,
  PRIMARY KEY (environment, address)
) WITHOUT ROWID;
CREATE TABLE checkpoint (
  environment TEXT, sequence INTEGER, digest TEXT NOT NULL, body TEXT NOT NULL,
  signature TEXT NOT NULL, PRIMARY KEY (environment, sequence)
)
"""

_REASONS = {
    "SQLITE_AUTH": "access is denied",
    "SQLITE_CANTOPEN": "the file can't be opened; its folder may be read-only or missing",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "reading or writing the file failed; the disk may be full or broken",
    "SQLITE_NOTADB": "the file is not a registry",
    "SQLITE_PERM": "access is denied",
    "SQLITE_READONLY": "the file or its folder is read-only",
}


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the file system into errors of the tool."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise RegistryLockedError(
                f"another run holds the registry `{path}`",
                details=noted_owner(path),
                hint="wait until it has finished and run the same command again",
            ) from error
        base = "_".join(name.split("_")[:2])
        raise _unavailable(path, _REASONS.get(base, str(error))) from error
    except OSError as error:
        raise _unavailable(path, error.strerror or str(error)) from error


@contextmanager
def connection_for_reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open a registry to read from it; None where there is none yet. Creates nothing."""
    with guarded(path):
        _refuse_unusable(path)
        if not path.exists():
            yield None
            return
        with closing(_open_to_read(path)) as connection:
            yield connection if _has_schema(connection, path) else None


@contextmanager
def connection_for_writing(
    path: Path, timeout_seconds: float, owner: str = ""
) -> Iterator[sqlite3.Connection]:
    """Open a registry, creating it where it is missing, and hold its lock in the name of `owner`.

    The transaction is committed on a clean exit and rolled back on any exception. A file that a
    failed first transaction leaves behind holds no tables and still reads as "no registry yet".
    """
    with guarded(path):
        _refuse_unusable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(path, "rwc", timeout_seconds)) as connection:
            _has_schema(connection, path)  # before anything is written: it may be another's file
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                note_owner(path, owner)
                if not _has_schema(connection, path):
                    _create_schema(connection)
                yield connection
                drop_owner(path)
                connection.execute("COMMIT")
            except BaseException:
                drop_owner(path)
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _refuse_unusable(path: Path) -> None:
    if path.is_dir():
        raise _unavailable(path, "it is a folder")
    if path.exists() and not path.is_file():
        raise _unavailable(path, "it is not a regular file")
    if (found := network_filesystem(path)) is not None:
        raise RegistryUnavailableError(
            f"the registry `{path}` lies on a network filesystem ({found})",
            hint="SQLite's locks can't be relied on there; move the registry to a local disk",
        )


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Connect without leaving a trace: a connection that may write clears its side files."""
    log = path.with_name(path.name + "-wal")
    is_whole = not log.exists() or log.stat().st_size == 0
    writable = _connect(path, "rw", timeout_seconds=0)
    try:
        writable.execute("PRAGMA query_only = ON")
        writable.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        writable.close()
        if not is_whole:
            raise
        # a read-only folder or a full disk: nobody else can write there either, so the file
        # alone is the state
        return _connect(path, "ro", timeout_seconds=0, immutable=True)
    except BaseException:
        writable.close()
        raise
    return writable


def _connect(
    path: Path, mode: str, timeout_seconds: float, *, immutable: bool = False
) -> sqlite3.Connection:
    options = f"?mode={mode}" + ("&immutable=1" if immutable else "")
    connection = sqlite3.connect(
        path.absolute().as_uri() + options, timeout=timeout_seconds, isolation_level=None, uri=True
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _has_schema(connection: sqlite3.Connection, path: Path) -> bool:
    """Tell whether the file is a registry of this version; False for one without any table."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables == 0:
        return False
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != _APPLICATION_ID:
        raise _unavailable(path, "it is an SQLite database of another program")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != _SCHEMA_VERSION:
        raise RegistryUnavailableError(
            f"the registry `{path}` has format {version}, this mlspec knows {_SCHEMA_VERSION}",
            hint="use the version of mlspec that wrote it, or a newer one"
            if version > _SCHEMA_VERSION
            else "it is older than the first release: move it away, then plan and apply again",
        )
    return True


def _create_schema(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";"):  # `executescript` would commit first
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
    lineage = os.urandom(_LINEAGE_BYTES).hex()
    connection.execute("INSERT INTO meta VALUES ('lineage', ?)", (lineage,))


def _unavailable(path: Path, reason: str) -> RegistryUnavailableError:
    return RegistryUnavailableError(
        f"the registry `{path}` can't be used: {reason}",
        hint="check `registry.path` in `mlspec.yaml`; nothing was written",
    )
