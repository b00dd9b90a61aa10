"""Formats of Kubernetes by name: `format.dns1123Label().validate(text)` gives reasons, or none.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import NONE, Maybe, register
from mlspec.cel.library.times import timestamp_from
from mlspec.cel.library.urls import is_url

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSES", "FUNCTIONS"]

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_1035 = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_WORD = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_UUID = r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"
_NAME = 253
_PART = 63


@dataclass(frozen=True, slots=True)
class Format:
    """A form of texts."""

    name: str


register(Format, "kubernetes.NamedFormat")
CLASSES: dict[str, type] = {"format": Format}


def _form(pattern: str, longest: int) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: len(text) <= longest and compiled.fullmatch(text) is not None


def _prefix(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """A prefix may end in a dash, where the rest of the name goes on."""
    return lambda text: check(f"{text[:-1]}a" if text.endswith("-") else text)


_SUBDOMAIN = _form(rf"{_LABEL}(\.{_LABEL})*", _NAME)
_IS_WORD = _form(_WORD, _PART)


def _is_qualified(text: str) -> bool:
    prefix, slash, name = text.rpartition("/")
    return _IS_WORD(name) and (not slash or _SUBDOMAIN(prefix))


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        timestamp_from(text)
    except EvaluationError:
        return False
    return True


_CHECKS: dict[str, Callable[[str], bool]] = {
    "dns1123Label": _form(_LABEL, _PART),
    "dns1123LabelPrefix": _prefix(_form(_LABEL, _PART)),
    "dns1123Subdomain": _SUBDOMAIN,
    "dns1123SubdomainPrefix": _prefix(_SUBDOMAIN),
    "dns1035Label": _form(_LABEL_1035, _PART),
    "dns1035LabelPrefix": _prefix(_form(_LABEL_1035, _PART)),
    "qualifiedName": _is_qualified,
    "labelValue": lambda text: not text or _IS_WORD(text),
    "uri": is_url,
    "uuid": _form(_UUID, _PART),
    "byte": _is_base64,
    "date": lambda text: "T" not in text and _is_moment(text),
    "datetime": lambda text: "T" in text and _is_moment(text),
}


def _named(name: str) -> Maybe:
    return Maybe(Format(name)) if name in _CHECKS else NONE


def _reasons(form: Format, text: str) -> Maybe:
    if _CHECKS[form.name](text):
        return NONE
    return Maybe([f"it does not have the format {form.name}"])


def _always(name: str) -> Callable[[], Format]:
    form = Format(name)
    return lambda: form


FUNCTIONS: dict[str, Callable[..., object]] = {
    **{f"format.{name}() -> format": _always(name) for name in _CHECKS},
    "format.named(string) -> optional<format>": _named,
    "(format).validate(string) -> optional<list<string>>": _reasons,
}
