"""The smallest limits of all databases that MLflow keeps a registry in.

SQLite takes what PostgreSQL refuses, so that a server of a developer lies to them. What passes
here passes on every one of them. Pure functions over text: nothing is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.wire.trouble import Trouble, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "SMALLEST",
    "Limits",
    "Trouble",
    "trouble_with_alias",
    "trouble_with_name",
    "trouble_with_new_source",
    "trouble_with_prompt_name",
    "trouble_with_source",
    "trouble_with_text",
]

_PROMPT_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_ALIAS = re.compile(r"[A-Za-z0-9_-]+")
_VERSION_ALIAS = re.compile(r"v\d+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_PLACED = re.compile(r"//[^/]*/.|/[^/]")
_OF_A_RUN = re.compile(r"(runs|mlflow-artifacts):|models:/[^/@]*/?$", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUL = "\x00"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters fit."""

    name: int = 256
    description: int = 5000
    tag_key: int = 250
    tag_value: int = 5000
    alias: int = 255
    source: int = 500
    run_id: int = 32


SMALLEST: Final = Limits()


def trouble_with_name(name: str) -> Trouble | None:
    """Return why a registered model can't have a name; None if it can."""
    return next(_of_name(name), None)


def _of_name(name: str) -> Iterator[Trouble]:
    if not name.strip():
        yield Trouble("is empty", "give the model a name")
    if len(name) > SMALLEST.name:
        yield _too_long(name, SMALLEST.name)
    if found := sorted({each for each in name if each in "/:"}):
        yield Trouble(f"holds `{found[0]}`, which MLflow keeps for paths", "use `-` or `.` instead")
    if _CONTROL.search(name):
        yield Trouble("holds a control character", "take it out")
    if name in {".", ".."}:
        yield Trouble("is a step of a path", "give the model a name")


def trouble_with_prompt_name(name: str) -> Trouble | None:
    """Return why a prompt can't have a name; None if it can. Models may have more of them."""
    trouble = trouble_with_name(name)
    if trouble is None and not _PROMPT_NAME.fullmatch(name):
        return Trouble(
            "holds more than letters, digits, `_`, `-` and `.`, which MLflow refuses for prompts",
            "use only those",
        )
    return trouble


def trouble_with_alias(alias: str) -> Trouble | None:
    """Return why a version can't have an alias; None if it can."""
    if not _ALIAS.fullmatch(alias):
        return Trouble("holds more than letters, digits, `_` and `-`", "use only those")
    if len(alias) > SMALLEST.alias:
        return _too_long(alias, SMALLEST.alias)
    if alias.lower() == "latest" or _VERSION_ALIAS.fullmatch(alias):
        return Trouble("is a word that MLflow reads as a version", "use a name such as `champion`")
    return None


def trouble_with_source(source: str) -> Trouble | None:
    """Return why a version can't lie at a place; None if it can.

    A path without a scheme, `file:` and `http(s):` are refused by servers with their default
    settings: they would have to read it themselves.
    """
    return next(_of_source(source), None)


def _of_source(source: str) -> Iterator[Trouble]:
    if len(source) > SMALLEST.source:
        yield _too_long(source, SMALLEST.source)
    if _CONTROL.search(source):
        yield Trouble("holds a control character", "take it out")
    scheme, colon, rest = source.partition(":")
    kind = scheme.lower()
    if not colon or not _SCHEME.fullmatch(scheme) or kind == "file":
        yield Trouble(
            "is a path of one machine, which an MLflow server refuses",
            "put the artifact where serving reads it, such as `s3://models/churn.onnx`",
        )
    if kind in {"http", "https", "ftp"}:
        yield Trouble(
            f"is a `{kind}:` address, which an MLflow server refuses to record",
            "name the object store, such as `s3://models/churn.onnx`",
        )
    if not _PLACED.match(rest):
        yield Trouble("has no path", "write the whole address, such as `s3://models/churn.onnx`")
    if ".." in re.split(r"[/\\?#]", rest.replace("%2e", ".").replace("%2E", ".")):
        yield Trouble("leads upwards by `..`", "write the address without it")


def trouble_with_new_source(source: str) -> Trouble | None:
    """Return why no new version can be made of a place; None if one can.

    From 3.x on, what a run or a logged model keeps (`runs:/RUN/...`, `models:/m-ID`,
    `mlflow-artifacts:/...`) makes a version only together with the id of the run or the model,
    so that nobody registers what they may not read. A version that is there may have such a place.
    """
    if not _OF_A_RUN.match(source):
        return None
    return Trouble(
        "belongs to a run or a logged model, of which MLflow 3 makes a version only by its own"
        " client",
        "name where the bytes lie, such as `s3://models/churn.onnx`, or take over the registered"
        " model that has it by `registry.id`",
    )


def trouble_with_text(text: str, most: int = SMALLEST.description) -> Trouble | None:
    """Return why a description or the value of a tag can't be kept; None if it can."""
    if len(text) > most:
        return _too_long(text, most)
    if _NUL in text:
        return Trouble("holds the character NUL, which PostgreSQL can't store", "take it out")
    return None


def _too_long(text: str, most: int) -> Trouble:
    return too_long(text, most, "MLflow on some databases")
