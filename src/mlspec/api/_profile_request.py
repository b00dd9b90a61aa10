"""What `gate profile` is asked for: held against what can be answered before anything is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.evidence import instant, moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlspec.evidence import Profile

__all__ = ["ProfileRequest", "is_remote", "like_reference", "require_columns", "sound"]

_REMOTE = "s3://"
_SIZE = re.compile(r"[1-9][0-9]{0,8}(?:[.][0-9]{1,3})? ?[KMGT]i?B", re.IGNORECASE)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """What to profile, and how.

    `columns` are all where none is named; `without` leaves some of them out. `reference` is a
    profile whose bins are used; without one, the table gives its own. `engine` is one of `auto`,
    `numpy`, `duckdb` and `spark`. `collected_at` is an ISO 8601 moment with a time zone, "" where
    nobody knows; `memory` what DuckDB may use, such as `1GB`.
    """

    data: str
    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    reference: Path | None = None
    engine: str = "auto"
    collected_at: str = ""
    memory: str = "1GB"


def is_remote(request: ProfileRequest) -> bool:
    """Tell whether the data lie in S3."""
    return request.data.startswith(_REMOTE)


def sound(request: ProfileRequest) -> ProfileRequest:
    """Return a request that can be tried, its moment in UTC.

    Raises:
        UsageError: the moment is none or has not come, the memory is no size, or the address of
            the data holds a credential or a query.
    """
    if not _SIZE.fullmatch(request.memory):
        raise UsageError(f"`{request.memory}` is no size of memory", hint="write it as `500MB`")
    _require_bare(request)
    return replace(request, collected_at=_collected(request.collected_at))


def _require_bare(request: ProfileRequest) -> None:
    """Refuse an address that holds more than bucket and key; its text is not repeated."""
    if not is_remote(request):
        return
    if request.engine == "numpy":
        hint = "leave out `--engine`, and DuckDB reads it"
        raise UsageError("numpy reads files of this machine, not of S3", hint=hint)
    bucket = request.data.removeprefix(_REMOTE).split("/", maxsplit=1)[0]
    if "@" in bucket or ":" in bucket or "?" in request.data:
        raise UsageError(
            "an address in S3 is `s3://bucket/key` and holds no credential or query",
            hint="credentials come from `AWS_*`, `~/.aws` or the role of the machine",
        )


def _collected(stated: str) -> str:
    if not stated:
        return ""
    found = instant(stated)
    if found is None:
        raise UsageError(
            f"`{stated}` is no moment with a time zone", hint="write it as `2026-11-21T08:00:00Z`"
        )
    if found > datetime.now(UTC):
        raise UsageError(f"`{stated}` has not come: no data were collected then")
    return moment(stated)


def require_columns(request: ProfileRequest, names: Iterable[str]) -> None:
    """Refuse flags that name a column which the table does not have.

    With a reference, that one says what is categorical: a column that it has and the table lacks
    is evidence that is missing, not a wrong flag.

    Raises:
        UsageError: there is one; a name close to it is told.
    """
    known = list(names)
    categorical = () if request.reference else request.categorical
    for flag, named in (("--without", request.without), ("--categorical", categorical)):
        _require_known(flag, named, known)


def _require_known(flag: str, named: Iterable[str], known: list[str]) -> None:
    absent = next((each for each in named if each not in known), None)
    if absent is not None:
        sentence = f"`{flag} {absent}`: there is no such column"
        raise UsageError(sentence, hint=_hint(absent, known))


def like_reference(request: ProfileRequest, reference: Profile) -> ProfileRequest:
    """Return the request for the features of a reference, read as it has them.

    Raises:
        UsageError: a flag names what the reference does not have, or has as numbers.
    """
    features = {each.name: each for each in reference.features}
    for flag, named in (("--column", request.columns), ("--categorical", request.categorical)):
        _require_known(flag, named, list(features))
    numeric = next((each for each in request.categorical if features[each].is_numeric), None)
    if numeric is not None:
        raise UsageError(f"`--categorical {numeric}`: the reference has it as numbers")
    kept = [
        each
        for each in reference.features
        if each.name in (request.columns or features) and each.name not in request.without
    ]
    return replace(
        request,
        columns=tuple(each.name for each in kept),
        categorical=tuple(each.name for each in kept if not each.is_numeric),
    )


def _hint(word: str, known: list[str]) -> str:
    close = did_you_mean(word, known)
    if close:
        return f"did you mean `{close}`?"
    more = ", ..." if len(known) > _SHOWN else ""
    return f"there are {', '.join(sorted(known)[:_SHOWN])}{more}"
