"""URLs of Kubernetes: absolute ones, or absolute paths.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import register
from mlspec.cel.library._charge import charge
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSES", "FUNCTIONS", "is_url"]

_LONGEST = 8_192
_MOST_PARAMETERS = 256
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Url:
    """An address of something, in its parts."""

    parts: SplitResult


register(Url, "kubernetes.URL")
CLASSES: dict[str, type] = {"url": Url}


def _url(text: str) -> Url:
    """As Go's `ParseRequestURI` has it: what starts with neither a scheme nor `/` is none."""
    shown = printable(text[:80])
    refused = EvaluationError(f"`{shown}` is no absolute URL or path")
    is_absolute = text.startswith("/") or _SCHEME.match(text)
    if len(text) > _LONGEST or not is_absolute or not _is_clean(text):
        raise refused
    try:
        parts = urlsplit(text, allow_fragments=False)
        _ = parts.port
    except ValueError:
        raise refused from None
    return Url(parts)


def _is_clean(text: str) -> bool:
    visible = all(each > " " and each != "\x7f" for each in text)
    return visible and not _BAD_ESCAPE.search(text.partition("?")[0])


def is_url(text: str) -> bool:
    """Tell whether a text is an absolute URL or an absolute path."""
    try:
        _url(text)
    except EvaluationError:
        return False
    return True


def _host(url: Url) -> str:
    return url.parts.netloc.rpartition("@")[2]


def _host_name(url: Url) -> str:
    host = _host(url)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _port(url: Url) -> str:
    return "" if url.parts.port is None else str(url.parts.port)


def _query(url: Url) -> dict[str, list[str]]:
    charge(len(url.parts.query) // 4)
    return parse_qs(url.parts.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "url(string) -> url": _url,
    "isURL(string) -> bool": is_url,
    "(url).getScheme() -> string": lambda url: url.parts.scheme,
    "(url).getHost() -> string": _host,
    "(url).getHostname() -> string": _host_name,
    "(url).getPort() -> string": _port,
    "(url).getEscapedPath() -> string": lambda url: quote(url.parts.path, safe=_KEPT_IN_PATHS),
    "(url).getQuery() -> map<string, list<string>>": _query,
}
