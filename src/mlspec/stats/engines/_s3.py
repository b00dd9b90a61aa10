"""Objects in S3, through s3fs, which is an extra: their bytes, and whether they stay as they are.

Credentials, region and endpoint are found as by every client of AWS: the variables `AWS_*`,
`~/.aws`, or the role of the machine. None is taken from an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from mlspec.errors import MissingExtraError
from mlspec.secrets import masked
from mlspec.stats.engines._table import ColumnError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

__all__ = ["MOST_BYTES", "PREFIX", "ObjectState", "digest_object", "object_state", "s3fs"]

PREFIX = "s3://"
MOST_BYTES = 1 << 36
"""Largest object that is read: 64 GiB. It passes through memory in pieces."""

_PIECE = 1 << 23
_FileSystem = Any
"""A file system of s3fs, which publishes no types."""


@dataclass(frozen=True, slots=True)
class ObjectState:
    """What S3 says of an object. Its ETag is no digest, but another one tells of another object."""

    size: int
    etag: str
    version: str
    modified: str


def s3fs() -> ModuleType:
    """Return the library that reads S3.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module("s3fs")
    except ImportError as error:
        raise MissingExtraError(
            "reading from S3 needs `s3fs`, which is not installed",
            hint='run `pip install "mlspec-compiler[s3]"`',
        ) from error


def object_state(path: str) -> ObjectState:
    """Return what S3 says of an object today.

    Raises:
        ColumnError: there is none, or it can't be read.
        MissingExtraError: s3fs is not installed.
    """
    try:
        found = _opened().info(path)
    except (OSError, _botocore(), ValueError) as error:
        raise _refused(error, path) from error
    if found.get("type") != "file":
        raise ColumnError("unreadable-file", f"{PurePath(path).name} is no object")
    told = [str(found.get(each) or "") for each in ("ETag", "VersionId", "LastModified")]
    return ObjectState(int(found.get("size") or 0), *told)


def digest_object(path: str) -> str:
    """Return `sha256:<hex>` of the bytes of an object, all of which are read.

    Raises:
        ColumnError: there is none, it can't be read, or is larger than `MOST_BYTES`.
        MissingExtraError: s3fs is not installed.
    """
    if object_state(path).size > MOST_BYTES:
        sentence = f"{PurePath(path).name} has more than {MOST_BYTES} bytes"
        raise ColumnError("too-large", sentence)
    state = sha256()
    for piece in _pieces(path):
        state.update(piece)
    return f"sha256:{state.hexdigest()}"


def _pieces(path: str) -> Iterator[bytes]:
    try:
        with _opened().open(path, "rb", block_size=_PIECE, cache_type="none") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (OSError, _botocore(), ValueError) as error:
        raise _refused(error, path) from error


def _opened() -> _FileSystem:
    return s3fs().S3FileSystem(skip_instance_cache=True)


def _botocore() -> type[Exception]:
    """Return what the client of AWS raises besides errors of files."""
    s3fs()  # which brings botocore along
    found: type[Exception] = import_module("botocore.exceptions").BotoCoreError
    return found


def _refused(error: Exception, path: str) -> ColumnError:
    """Return what S3 says, without the address: records leave the machine."""
    said = masked((str(error).splitlines() or [type(error).__name__])[0])
    name = PurePath(path).name
    bare = path.removeprefix(PREFIX)
    said = said.replace(path, name).replace(bare, name)
    return ColumnError("unreadable-file", f"S3 refuses: {said[:200]}")
