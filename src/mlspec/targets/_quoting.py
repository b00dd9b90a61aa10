"""Quoting filters: the last filter of every output of a template.

Each one turns any text into text that its format shows as it is, and never reads as syntax.
Specs are written by strangers: nothing they say may become markup, a link, a mention, a command.
"""

from __future__ import annotations

import html
import json
import re
import shlex
from functools import lru_cache
from keyword import iskeyword
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.printable import printable
from mlspec.syntax import emit_scalar
from mlspec.targets._drawing import quote_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "FORMATS",
    "QUOTING",
    "UNSEEN",
    "quote_all",
    "quote_html",
    "quote_markdown",
    "quote_text",
]

# Controls, and marks that reorder or hide text: shown as U+FFFD instead of obeyed.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_JSON_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"[ \t\r\n]+")
_MARKDOWN_SIGNS = "\\`*_[]<>&|~$^"  # the backslash first: it stands before each of the others
# Before a word a sign starts no list and no rule; before text a number with a point starts no list.
_MARKDOWN_START = re.compile(r"[#=:]|[-+](?!\w)|\d+(?=[.)](?:\s|$))")
_REPEATED = 4096  # texts kept quoted: labels and words of one card return in the next
_EMPTY_COMMENT = "<!-- -->"
_HTML_ACTIVE = re.compile(f"[<>&\"']|{UNSEEN.pattern}")
# What GitHub links or draws after Markdown was read, where a backslash has no power any more.
# Each way begins with its character, not with what has to stand before: so most text is skipped.
_MARKDOWN_LATE = re.compile(
    r"@(?=[\w-])"  # mentions, and the middle of an e-mail address
    r"|:(?=//)|:(?<=\w:)(?=\w+@)"  # addresses, with // (the scheme may stand before) or without
    r"|www(?<=\bwww)(?=\.)"
    r"|:(?=[\w+-]+:)"  # emoji
    r"|#(?=\w)|g[Hh](?<=\b..)(?=-\d)|G[Hh](?<=\b..)(?=-\d)"  # issues
)
# What no rule of Markdown is about, unless it starts a text or is one of the doubts below.
_PLAIN = bytes(each for each in range(0x20, 0x7F) if chr(each) not in f"{_MARKDOWN_SIGNS}@:#")
_DOUBTS = ("  ", " \0", "www.", "gh-")
_DOUBT = re.compile(r"  | \Z|www\.|[Gg][Hh]-")
# What stands in a code span, between marks that stay outside of it.
_IN_A_SPAN = re.compile(r"(\(?)([^`|\\]+?)([.,;)]*)")


def quote_yaml(value: object) -> str:
    """Return a YAML scalar that every reader reads alike."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return emit_scalar(value)
    return emit_scalar(str(value))


def quote_json(value: object) -> str:
    """Return JSON on one line, which is YAML as well."""
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, allow_nan=False)
    return _JSON_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def quote_shell(value: object) -> str:
    """Return one word of a POSIX shell."""
    text = str(value)
    if "\0" in text:
        raise OutputError("a word of a shell can't hold a null character")
    return shlex.quote(text)


def quote_python(value: object) -> str:
    """Return a literal of Python on one line, in ASCII."""
    plain = _plain(value)
    json.dumps(plain, allow_nan=False)  # numbers without a literal are refused
    return ascii(plain)


def quote_identifier(value: object) -> str:
    """Return a name of Python; what is none is refused, since names can't be quoted."""
    text = str(value)
    if not (text.isascii() and text.isidentifier()) or iskeyword(text):
        raise OutputError(f"{text!r} is no name of Python")
    return text


def quote_comment(value: object) -> str:
    """Return one printable line, for comments that start with `#`."""
    return printable(str(value))


def quote_html(value: object) -> str:
    """Return text for an element or a quoted attribute."""
    return _html(value if value.__class__ is str else str(value))


@lru_cache(maxsize=_REPEATED)
def _html(value: str) -> str:
    if _HTML_ACTIVE.search(value) is None:
        return value
    return html.escape(UNSEEN.sub("\ufffd", value), quote=True)


def quote_markdown(value: object) -> str:
    """Return text for one line or one cell; line breaks become spaces, as Markdown shows them."""
    return quote_text(value if value.__class__ is str else str(value))


@lru_cache(maxsize=_REPEATED)
def quote_text(value: str) -> str:
    """Return what `quote_markdown` makes of a text."""
    text = _on_one_line(value)
    if _MARKDOWN_LATE.search(text) is None:
        return _started(_without_signs(text))
    return _started(" ".join(map(_word, text.split(" "))))


def quote_all(texts: Iterable[str]) -> dict[str, str]:
    """Return what `quote_markdown` makes of each text, by text; for texts that do not return.

    Nearly all are plain. Looked at as one, they cost a fifth of what they cost one by one: what is
    left when plain characters are taken away says which of them need more than a look.
    """
    known = list(texts)
    told = "\0".join([*known, ""])
    left = told.encode("utf-8", "surrogatepass").translate(None, _PLAIN).split(b"\0")
    if len(left) != len(known) + 1:
        return {text: quote_text(text) for text in known}
    lower = told.lower()
    is_doubted = any(each in lower for each in _DOUBTS)
    return {
        text: text
        if (not rest or (rest == b":" and "//" not in text))
        and text[:1].isalpha()
        and not (is_doubted and _DOUBT.search(text))
        else quote_text(text)
        for text, rest in zip(known, left, strict=False)
    }


def _on_one_line(value: str) -> str:
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()  # a space is all there is to find
    return _SPACE.sub(" ", UNSEEN.sub("\ufffd", value)).strip()


def _without_signs(text: str) -> str:
    for sign in _MARKDOWN_SIGNS:
        if sign in text:
            text = text.replace(sign, f"\\{sign}")
    return text


def _word(word: str) -> str:
    """Return a word: an address, a mention or a reference in a code span, where nothing is linked.

    What a code span can't say in every cell (a backtick, a bar, a backslash) is broken up instead.
    """
    if _MARKDOWN_LATE.search(word) is None:
        return _without_signs(word)
    span = _IN_A_SPAN.fullmatch(word)
    if span is not None:
        return f"{span[1]}`{span[2]}`{span[3]}"
    signs = [f"{found[0]}{_EMPTY_COMMENT}" for found in _MARKDOWN_LATE.finditer(word)]
    parts = map(_without_signs, _MARKDOWN_LATE.split(word))
    return "".join(part + sign for part, sign in zip(parts, [*signs, ""], strict=True))


def _started(text: str) -> str:
    found = _MARKDOWN_START.match(text)
    if found is None:
        return text
    sign, rest = found[0], text[found.end() :]
    return f"{sign}\\{rest}" if sign.isdigit() else f"\\{sign}{rest}"


def _plain(value: object) -> object:
    """Refuse what JSON does not know; `str` raises for a value that a template does not have."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, str | bool | int | float | None):
        return value
    return str(value)


QUOTING: Mapping[str, Callable[[object], str]] = {
    "comment": quote_comment,
    "html": quote_html,
    "identifier": quote_identifier,
    "markdown": quote_markdown,
    "python": quote_python,
    "shell": quote_shell,
    "svg": quote_svg,
    "tojson": quote_json,
    "yaml": quote_yaml,
}

FORMATS: Mapping[str, frozenset[str]] = {
    ".html": frozenset({"html", "svg"}),
    ".json": frozenset({"tojson"}),
    ".md": frozenset({"markdown"}),
    ".py": frozenset({"python", "identifier", "comment"}),
    ".sh": frozenset({"shell"}),
    ".yaml": frozenset({"yaml", "tojson", "comment"}),
    ".yml": frozenset({"yaml", "tojson", "comment"}),
}
"""Which filters quote for which suffix; another suffix may use all of them."""
