"""Addresses of bytes in one form, so that a registry and a cluster speak of the same ones."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["storage_key", "without_credentials"]

_SAME = {"s3a": "s3", "s3n": "s3", "abfs": "abfss", "wasb": "abfss", "wasbs": "abfss"}
_SLASHES = re.compile(r"/+")
_SERVED = re.compile(r"mlflow-artifacts:(?://[^/]*)?(/[^?#]*\b(?:m-)?[0-9a-f]{32}\b[^?#]*)")


def storage_key(uri: str) -> str:
    """Return an address of storage without what does not name bytes; "" for none.

    Schemes of one store are one, the host is in lower case, slashes are single and none ends it.
    Local paths and `models:` names are no address that another system could have. What a server of
    MLflow hands out is one where a run or a logged model is in it, whatever the server is called.
    """
    if served := _SERVED.fullmatch(uri.strip()):
        return f"mlflow-artifacts:{_SLASHES.sub('/', served[1]).rstrip('/')}"
    try:
        parts = urlsplit(uri.strip())
    except ValueError:
        return ""
    scheme = _SAME.get(parts.scheme, parts.scheme)
    if scheme in ("", "file", "models", "runs", "mlflow-artifacts") or not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()
    return f"{scheme}://{host}{_SLASHES.sub('/', parts.path).rstrip('/')}"


def without_credentials(uri: str) -> str:
    """Return an address without user, password, query and fragment, which may be secrets."""
    try:
        parts = urlsplit(uri.strip())
        host = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=host, query="", fragment="").geturl()
    except ValueError:
        return ""
