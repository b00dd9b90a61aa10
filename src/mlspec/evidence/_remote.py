"""Files that lie in S3: what their address may say, and their digest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.stats.engines._s3 import ObjectState

__all__ = ["digest_remote", "is_remote", "remote_problem", "remote_state"]

_PREFIX = "s3://"
_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^?#\x00-\x1f\x7f]{1,1024}")
"""A bucket by the rules of AWS, and a key without query; neither can hold a credential."""


def is_remote(file: str) -> bool:
    """Tell whether a file lies in S3, not in the workspace."""
    return file.startswith(_PREFIX)


def remote_problem(file: str) -> Reason | None:
    """Return why an address in S3 is none; its text is not repeated, it may hold a secret."""
    if _ADDRESS.fullmatch(file):
        return None
    sentence = "an address in S3 is `s3://bucket/key`, and holds no credential or query"
    return Reason("remote-address", sentence)


def remote_state(file: str) -> ObjectState | Reason:
    """Return what S3 says of a file today.

    Raises:
        MissingExtraError: s3fs is not installed.
    """
    from mlspec.stats.engines._s3 import object_state
    from mlspec.stats.engines._table import ColumnError

    try:
        return object_state(file)
    except ColumnError as error:
        return Reason(error.code, str(error))


def digest_remote(file: str) -> str | Reason:
    """Return the SHA-256 of the bytes of a file in S3, all of which are read.

    Raises:
        MissingExtraError: s3fs is not installed.
    """
    from mlspec.stats.engines._s3 import digest_object
    from mlspec.stats.engines._table import ColumnError

    try:
        return digest_object(file)
    except ColumnError as error:
        return Reason(error.code, str(error))
