"""The page of the fields of policy packs, made from the models that packs are bound with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.cli._reference import NOTE, value_table
from mlspec.policy import PACK_LANGUAGE
from mlspec.schema import field_words, models_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

__all__ = ["pack_page"]

_HEAD: Final = f"""\
{NOTE}

# Fields of policy packs

A pack is a folder of documents with `apiVersion: mlspec.dev/policy/v1`, `kind`, `metadata` and
`spec`. How they work together, with a whole pack to start from: [policy](../pages/policy.md). What
expressions may call: [functions](expressions.md). A text in `{{{{ }}}}` is an expression, too.
"""
_PLACES: Final = {
    "DossierMap": "dossiers/*.yaml",
    "PolicyPack": "pack.yaml",
    "Rule": "rules/*.yaml",
    "RuleTest": "tests/*.test.yaml",
    "TierRule": "rules/*.yaml",
}
"""Where documents of a kind are expected; any file of the pack may hold several."""


def pack_page() -> str:
    """Return the page: the kinds of documents of a pack, and every field that they may have."""
    seen: set[type[BaseModel]] = set()
    metadata = _section("metadata", PACK_LANGUAGE.metadata, seen)
    kinds = (line for kind in PACK_LANGUAGE.kinds() for line in _kind(kind, seen))
    return "\n".join([_HEAD, *metadata, *kinds])


def _kind(kind: str, seen: set[type[BaseModel]]) -> Iterator[str]:
    spec = PACK_LANGUAGE.spec_of(kind)
    if spec is not None:
        yield f"## {kind}\n"
        yield f"{_doc(spec)} In `{_PLACES[kind]}`.\n"
        seen.add(spec)
        yield from _section(f"{kind} spec", spec, seen)


def _section(title: str, model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Yield the fields of a model, and of those below it that were not told before."""
    yield f"### {title}\n"
    if model not in seen:
        yield f"{_doc(model)}\n"
        seen.add(model)
    yield f"{value_table(field_words(model))}\n"
    for below in models_below(model):
        if below not in seen:
            yield from _section(below.__name__, below, seen)


def _doc(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())
