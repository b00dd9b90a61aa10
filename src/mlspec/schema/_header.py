"""The top level of a document: `apiVersion`, `kind`, and which keys stand beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Edit, Fix, did_you_mean
from mlspec.schema._draft import draft
from mlspec.schema._words import listed, quote, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic
    from mlspec.schema._place import Place

__all__ = ["KEYS", "check_header"]

KEYS = ("apiVersion", "kind", "metadata", "spec")
"""The keys of every document; all of them must be there."""


def check_header(
    data: Mapping[str, object],
    place: Place,
    api_version: str,
    kinds: Sequence[str],
    elsewhere: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """Yield what is wrong at the top level, the contents of `metadata` and `spec` aside."""
    renamed = set()
    for key in [each for each in data if each not in KEYS]:
        found, close = _unknown(key, data, place, elsewhere)
        renamed.add(close)
        yield found
    for key in [each for each in KEYS if each not in data and each not in renamed]:
        yield _missing(key, data, place, api_version, kinds)
    yield from _check_values(data, place, api_version, kinds)


def _check_values(
    data: Mapping[str, object], place: Place, api_version: str, kinds: Sequence[str]
) -> Iterator[Diagnostic]:
    if "apiVersion" in data and data["apiVersion"] != api_version:
        yield _api_version(data["apiVersion"], place, api_version)
    if "kind" in data and data["kind"] not in kinds:
        yield _kind(data["kind"], place, kinds)


def _unknown(
    key: str, data: Mapping[str, object], place: Place, elsewhere: Mapping[str, str]
) -> tuple[Diagnostic, str | None]:
    span = place.key_span((key,))
    message = f"unknown key {quote(key)} in the document"
    if (part := elsewhere.get(key)) is not None:
        return draft("unknown-key", message, span, f"`{key}` belongs in `{part}`"), None
    close = did_you_mean(key, [each for each in KEYS if each not in data])
    if close is None:
        return draft("unknown-key", message, span, f"known keys: {listed(KEYS)}"), None
    fix = Fix(f"rename the key to `{close}`", (Edit(span, close),))
    return draft("unknown-key", message, span, f"did you mean `{close}`?", (fix,)), close


def _missing(
    key: str,
    data: Mapping[str, object],
    place: Place,
    api_version: str,
    kinds: Sequence[str],
) -> Diagnostic:
    hints = {
        "apiVersion": f"add `apiVersion: {api_version}`",
        "kind": f"add `kind` with {listed(kinds)}",
        "metadata": "add `metadata` with a `name`",
        "spec": "add `spec`",
    }
    span = place.key_span((next(iter(data)),)) if data else place.span(())
    return draft("missing-key", f"the document lacks `{key}`", span, hints[key])


def _api_version(value: object, place: Place, api_version: str) -> Diagnostic:
    message = f"`apiVersion` is {_plain(value)}, but this mlspec reads `{api_version}`"
    span = place.span(("apiVersion",))
    fix = Fix(f"write `{api_version}`", (Edit(span, api_version),))
    return draft(
        "unknown-api-version",
        message,
        span,
        "keep files of other tools out of the specs folder",
        (fix,) if place.text(span) else (),
    )


def _kind(value: object, place: Place, kinds: Sequence[str]) -> Diagnostic:
    span = place.span(("kind",))
    message = f"`kind` is {_plain(value)}, but must be {listed(kinds)}"
    close = did_you_mean(value, kinds) if isinstance(value, str) else None
    if close is None:
        return draft("unknown-kind", message, span)
    fix = Fix(f"write `{close}`", (Edit(span, close),))
    fixes = (fix,) if place.text(span) else ()
    return draft("unknown-kind", message, span, f"did you mean `{close}`?", fixes)


def _plain(value: object) -> str:
    return quote(value) if isinstance(value, str) and value else say(value)
