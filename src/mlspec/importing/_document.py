"""A model that was found -> the text of its spec. What nobody could tell is `unknown`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.importing._names import slug_of
from mlspec.kinds import API_VERSION
from mlspec.kinds.observed_model import UNKNOWN
from mlspec.printable import printable
from mlspec.syntax import emit_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.importing._model import FoundMetric, FoundModel, FoundServing

__all__ = ["LONGEST", "document_text", "held_text", "spec_text"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HEADER = """\
# yaml-language-server: $schema={schema}
#
# Written by `mlspec import`. What you change here stays when it is imported again.
# `mlspec adopt {address}` makes a managed model of it.
"""
LONGEST = 4000
"""How many characters of a text a spec holds."""
_TASKS = frozenset(
    {"binary-classification", "multiclass-classification", "ranking", "regression", "text"}
)
_TIERS = frozenset({"minimal", "limited", "high"})


def spec_text(model: FoundModel, name: str, *, schema: str) -> str:
    """Return the file of a model under its name; `schema` is where the file finds its schema."""
    return document_text(_document(model, name), name, schema=schema)


def document_text(document: dict[str, Json], name: str, *, schema: str) -> str:
    """Return the file of a document under a name, which it gets."""
    header = _HEADER.format(schema=schema, address=f"observed-model/{name}")
    held = document.get("metadata")
    metadata = {**(held if isinstance(held, dict) else {}), "name": name}
    return header + emit_documents([{**document, "metadata": metadata}])


def _document(model: FoundModel, name: str) -> dict[str, Json]:
    metadata: dict[str, Json] = {"name": name}
    if description := _known(model, "description"):
        metadata["description"] = description
    spec: dict[str, Json] = {
        "lifecycle": "observed",
        "origins": [_origin(model)],
        **{key: _known(model, key) or UNKNOWN for key in ("owner", "purpose")},
        "task": _one_of(model, "task", _TASKS),
        "tier": _one_of(model, "tier", _TIERS),
        "version": _known(model, "version") or UNKNOWN,
        "artifact": _artifact(model),
        "licence": _known(model, "licence") or UNKNOWN,
    }
    spec |= {key: each for key, each in _parts(model).items() if each}
    return {"apiVersion": API_VERSION, "kind": "ObservedModel", "metadata": metadata, "spec": spec}


def _origin(model: FoundModel) -> dict[str, Json]:
    origin: dict[str, Json] = {
        "id": model.system if model.created_ms else _id_of(f"{model.system}-{model.name}"),
        "system": model.system,
        "location": model.location,
        "name": held_text(model.name),
    }
    return origin | ({"created": model.created_ms} if model.created_ms else {})


def _artifact(model: FoundModel) -> dict[str, Json]:
    digest = _known(model, "artifact.digest")
    return {
        "uri": _known(model, "artifact.uri") or UNKNOWN,
        "format": _known(model, "artifact.format") or UNKNOWN,
        "digest": digest if _DIGEST.fullmatch(digest) else UNKNOWN,
    }


def _parts(model: FoundModel) -> dict[str, Json]:
    return {
        "aliases": _sorted_texts(model.aliases),
        "provider": _known(model, "provider"),
        "serving": _numbered(map(_serving, model.serving), "namespace", "name"),
        "data": [*map(_text, model.data)],
        "features": [*map(_text, model.features)],
        "metrics": _numbered(map(_metric, model.metrics), "name"),
        "tags": _sorted_texts(model.tags),
    }


def _serving(each: FoundServing) -> dict[str, Json]:
    return {
        "platform": _text(each.platform) or UNKNOWN,
        "namespace": _text(each.namespace) or UNKNOWN,
        "name": _text(each.name) or UNKNOWN,
        "image": _text(each.image) or UNKNOWN,
    }


def _metric(each: FoundMetric) -> dict[str, Json]:
    found: dict[str, Json] = {
        "name": _text(each.name) or UNKNOWN,
        "value": _text(each.value) or UNKNOWN,
        "dataset": _text(each.dataset) or UNKNOWN,
    }
    remark = _text(each.remark)
    return found | ({"remark": remark} if remark else {})


def _id_of(name: str) -> str:
    return slug_of(name)[:50].rstrip("-") or "entry"


def _numbered(entries: Iterable[dict[str, Json]], *keys: str) -> list[Json]:
    """Return entries with an id each, made of the values of keys; equal ones are counted."""
    ids: set[str] = set()
    last: dict[str, int] = {}
    found: list[Json] = []
    for entry in entries:
        stem = _id_of("-".join(str(entry[key]) for key in keys if entry[key] != UNKNOWN))
        name = stem
        while name in ids:
            last[stem] = last.get(stem, 1) + 1
            name = f"{stem}-n{last[stem]}"
        ids.add(name)
        found.append({"id": name, **entry})
    return found


def _known(model: FoundModel, key: str) -> str:
    fact = model.facts.get(key)
    return _text(fact.value) if fact else ""


def _one_of(model: FoundModel, key: str, allowed: frozenset[str]) -> str:
    found = _known(model, key)
    return found if found in allowed else UNKNOWN


def _sorted_texts(values: Mapping[str, str]) -> dict[str, Json]:
    return {_text(key): _text(values[key]) for key in sorted(values) if _text(key)}


def _text(value: str) -> str:
    """Return a text as a spec can hold it: bounded, what does things to a terminal escaped."""
    return held_text(value).strip()


def held_text(value: str) -> str:
    """Return a text as the origin of a spec holds it: nothing of it is stripped."""
    return "".join(each if each in "\n\t" else printable(each) for each in value)[:LONGEST]
