"""Values that give access to something, known by their form: they belong into a secret store.

Only forms with hardly a false alarm are known: tokens with the prefix of their issuer, private
keys, passwords in addresses. A secret without a form is known by the name it stands under.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "FORMS",
    "is_reference",
    "is_secret_name",
    "masked",
    "may_hold_secret",
    "may_write_secret",
    "secret_in",
]

FORMS: Final = (
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})"),
    ("a GitLab token", r"\bgl(?:pat|ptt|rt|dt)-[A-Za-z0-9_-]{16,}"),
    ("a Slack token", r"\bxox[a-z]-[A-Za-z0-9-]{10,}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{20,}"),
    ("an API key", r"\b(?:sk-[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,})"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a signed token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*"),
    ("a bearer token", r"\b[Bb](?:earer|EARER) +[A-Za-z0-9._~+/=-]{16,}"),
    ("a password in an address", r"(?<=://)[^\s/@:?#\"'`]*:(?![${<*])[^\s/@?#\"'`]+(?=@)"),
    ("an access key in an address", r"(?<=[?&;](?:sig|key)=)[A-Za-z0-9%+/=_-]{16,}"),
    ("an access key", r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{16,}"),
)
_NAMES: Final = frozenset(
    {
        *("accesskey", "apikey", "apitoken", "accesstoken", "authtoken", "clientsecret"),
        *("credential", "credentials", "passphrase", "passwd", "password", "privatekey"),
        *("secret", "secretkey", "secretaccesskey", "token"),
    }
)
_ANY: Final = re.compile("|".join(f"({pattern})" for _, pattern in FORMS))
_MARKS: Final = (
    *("AKIA", "ASIA", "xox", "k_live_", "k_test_", "AIza", "eyJ", "PRIVATE KEY"),
    *("earer ", "EARER "),
)
_ENDS: Final = (
    ("_", ("ghp", "gho", "ghu", "ghs", "ghr", "pat", "hf")),
    ("-", ("glpat", "glptt", "glrt", "gldt")),
    ("=", ("sig", "key", "Key")),
)
"""Marks that end with a sign, by what stands before it: found quicker between the signs."""
_COMMON_MARKS: Final = (  # what begins a form, but stands in many texts, such as `risk-owner`
    re.compile(r"sk-[A-Za-z0-9_-]{20}"),
    re.compile(r"://[^\s/@:?#\"'`]*:[^\s/@?#\"'`]+@"),
)
"""A text without any mark has none of the forms; to look for marks costs next to nothing."""
_WRITTEN_MARKS: Final = tuple(dict.fromkeys(mark.partition(" ")[0] for mark in _MARKS))
"""The marks as they stand in a source, where a blank may be the end of a line."""
_WRITTEN_NAMES: Final = tuple(
    name.encode() for name in sorted(_NAMES) if not any(each in name for each in _NAMES - {name})
)
"""What every name has in it."""
_NO_LETTERS: Final = bytes({*range(128)} - {*b"abcdefghijklmnopqrstuvwxyz"})
_SEPARATORS: Final = re.compile(r"[^a-z]")
_ASSIGNED: Final = re.compile(
    r"""(?ix) \b (?P<name> [a-z][a-z_.-]{0,60} ) ["']? \s* [:=] \s* ["']?
    (?P<value> (?<=") [^"]+ | (?<=') [^']+ | [^\s"',{}\[\]]+ )"""
)
_REFERENCE: Final = re.compile(r"[$<*{%]|(?:[a-z][a-z0-9+.-]*):|[a-z0-9-]+/[a-z0-9./-]+\Z")


def may_hold_secret(text: str) -> bool:
    """Tell whether a text may hold a secret: never false where it does, and quick for long ones.

    Several texts can be asked about at once, as lines of one.
    """
    return any(mark in text for mark in _MARKS) or _is_marked(text)


def may_write_secret(source: str) -> bool:
    """Tell whether what is written in YAML without escapes may be secret, or have such a name.

    Never false where something is; comments and what several lines make together count, too. Of
    what is not ASCII nobody is sure: one letter may be written as two.
    """
    if not source.isascii():
        return True
    letters = source.lower().encode().translate(None, _NO_LETTERS)
    return (
        any(name in letters for name in _WRITTEN_NAMES)
        or any(mark in source for mark in _WRITTEN_MARKS)
        or _is_marked(source)
    )


def _is_marked(text: str) -> bool:
    """Tell whether a text has a mark that has no blank in it, and is looked for in its own way."""
    return any(mark.search(text) for mark in _COMMON_MARKS) or any(
        part.endswith(ends) for sign, ends in _ENDS for part in text.split(sign)[:-1]
    )


def secret_in(text: str) -> str | None:
    """Return what a text holds, as `a GitHub token`; None where it holds no secret."""
    found = _ANY.search(text) if may_hold_secret(text) else None
    return FORMS[(found.lastindex or 1) - 1][0] if found else None


def is_secret_name(name: str) -> bool:
    """Tell whether what stands under a name is a secret: `apiKey`, `api_key`, `db/password`."""
    return _SEPARATORS.sub("", name.rpartition("/")[2].lower()) in _NAMES


def is_reference(text: str) -> bool:
    """Tell whether a text says where a secret is kept, as `${DB_PASSWORD}` or `vault:db`."""
    return _REFERENCE.match(text) is not None


def masked(text: str) -> str:
    """Return a text of the same length in which no secret can be read."""
    hidden = text
    if secret_in(text) is not None:
        hidden = _ANY.sub(lambda found: "*" * len(found.group()), text)
    return _ASSIGNED.sub(_masked_value, hidden)


def _masked_value(found: re.Match[str]) -> str:
    value = found["value"]
    if not is_secret_name(found["name"]) or is_reference(value):
        return found.group()
    return found.group()[: -len(value)] + "*" * len(value)
