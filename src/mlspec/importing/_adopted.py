"""An observed model -> the text of a managed one, with the comments that people wrote."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from mlspec.importing._document import LONGEST
from mlspec.kinds import API_VERSION
from mlspec.kinds.observed_model import UNKNOWN
from mlspec.syntax import emit_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.kinds import Metadata
    from mlspec.kinds.observed_model import ObservedModelSpec

__all__ = ["adopted_text"]

_FORMATS: Final = frozenset(
    {"joblib", "lightgbm", "onnx", "pickle", "safetensors", "skops", "xgboost"}
)
_ENDINGS: Final = {".pkl": "pickle"}
_NUMBER = re.compile(r"v?([0-9]{1,9}(\.[0-9]{1,9}){0,2})")
_REFERENCE = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_KEY = re.compile(r"^ *(?:- )?([A-Za-z]+):")
_OURS: Final = ("# Written by `mlspec import`.", "# `mlspec adopt ", "# yaml-language-server:")
_SCHEMA = "# yaml-language-server: $schema=https://mlspec.dev/schemas/v1/Model.json\n"


def adopted_text(
    metadata: Metadata, spec: ObservedModelSpec, written: str, teams: Collection[str]
) -> str:
    """Return the file of a managed model: what is known filled in, `unknown` where one is needed.

    `written` is the text that it replaces, for its comments; `teams` are those of the workspace.
    """
    document: dict[str, Json] = {
        "apiVersion": API_VERSION,
        "kind": "Model",
        "metadata": _metadata(metadata, spec, teams),
        "spec": _spec(spec),
    }
    return _SCHEMA + _commented(emit_documents([document]), written)


def _metadata(
    metadata: Metadata, spec: ObservedModelSpec, teams: Collection[str]
) -> dict[str, Json]:
    found: dict[str, Json] = {"name": metadata.name}
    if number := _NUMBER.fullmatch(spec.version):
        found["version"] = f"v{number[1]}"
    found["owner"] = metadata.owner or (spec.owner if spec.owner in teams else UNKNOWN)
    if metadata.description:
        found["description"] = metadata.description
    notes = {key: value for key, value in spec.tags.items() if value}
    if spec.licence != UNKNOWN:
        notes.setdefault("licence", spec.licence)
    if spec.features:
        notes.setdefault("features", ", ".join(spec.features)[:LONGEST])
    return found | ({"annotations": {**notes}} if notes else {})


def _spec(spec: ObservedModelSpec) -> dict[str, Json]:
    data: list[Json] = [each if _REFERENCE.fullmatch(each) else UNKNOWN for each in spec.data]
    return {
        **_registry(spec),
        "purpose": spec.purpose,
        "task": spec.task,
        "artifact": _artifact(spec),
        "data": {"training": data or [UNKNOWN]},
        "output": {"version": "v1", "fields": [{"name": UNKNOWN, "type": UNKNOWN}]},
        "risk": {
            "tier": spec.tier,
            "domain": UNKNOWN,
            "affectsPeople": UNKNOWN,
            "automatedDecision": UNKNOWN,
            "sensitiveData": UNKNOWN,
        },
    }


def _registry(spec: ObservedModelSpec) -> Mapping[str, Json]:
    for origin in spec.origins:
        if origin.system == "mlflow":
            made = {"id": origin.created} if origin.created else {}
            return {"registry": {"name": origin.name, **made}}
    return {}


def _artifact(spec: ObservedModelSpec) -> dict[str, Json]:
    ending = PurePosixPath(spec.artifact.uri).suffix
    guess = _ENDINGS.get(ending, ending.removeprefix("."))
    told = spec.artifact.format if spec.artifact.format in _FORMATS else guess
    return {
        "uri": spec.artifact.uri,
        "format": told if told in _FORMATS else UNKNOWN,
        "digest": spec.artifact.digest,
    }


def _commented(text: str, written: str) -> str:
    """Put the comments of a text before the lines of the same keys; those of others on top."""
    lines = text.splitlines()
    top: list[str] = []
    for key, comment in _comments(written):
        at = next((i for i, line in enumerate(lines) if _key_of(line) == key), None)
        if at is None:
            top += comment
        else:
            indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
            lines[at:at] = [indent + each for each in comment]
    return "\n".join([*top, *lines]) + "\n"


def _comments(written: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the blocks of comments of a text, each with the key that it stands before or at."""
    block: list[str] = []
    for line in filter(str.strip, [*written.splitlines(), "end:"]):
        if line.lstrip().startswith("#"):
            block += _kept(line.strip())
        elif block := [*block, *_trailing(line)]:
            yield _key_of(line), block
            block = []


def _kept(comment: str) -> list[str]:
    return [] if comment == "#" or comment.startswith(_OURS) else [comment]


def _trailing(line: str) -> list[str]:
    """Return the comment at the end of a line; none where it may be part of a quoted text."""
    _, mark, tail = line.partition(" # ")
    return [f"# {tail}"] if mark and '"' not in tail and "'" not in tail else []


def _key_of(line: str) -> str:
    found = _KEY.match(line)
    return found[1] if found else ""
