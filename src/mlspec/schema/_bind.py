"""From a document to typed values: `metadata` and `spec` of its kind.

In: plain data with places, and what there is to know about kinds. Out: frozen models, or one
diagnostic for each thing that is wrong, all in one go. Must not: know kinds, follow references,
raise for anything a document holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

from mlspec.schema._draft import draft
from mlspec.schema._header import KEYS, check_header
from mlspec.schema._model import SpecModel
from mlspec.schema._reword import reword
from mlspec.schema._shape import fields_of
from mlspec.schema._words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.schema._place import Place

__all__ = ["Bound", "Language", "bind"]

_KEYS = frozenset(KEYS)

MetadataT = TypeVar("MetadataT", bound=SpecModel)
ModelT = TypeVar("ModelT", bound=SpecModel)


@dataclass(frozen=True, slots=True)
class Language(Generic[MetadataT]):
    """What binding has to be told about kinds, which lie above it.

    `kinds` lists their names; `spec_of` gives the model of a kind, None for an unknown one.
    """

    api_version: str
    metadata: type[MetadataT]
    kinds: Callable[[], tuple[str, ...]]
    spec_of: Callable[[str], type[SpecModel] | None]


@dataclass(frozen=True, slots=True)
class Bound(Generic[MetadataT]):
    """What a document binds to; a part with errors is absent, and the diagnostics say why."""

    kind: str
    metadata: MetadataT | None
    spec: SpecModel | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether both parts are there."""
        return self.metadata is not None and self.spec is not None and not self.diagnostics


def bind(data: object, place: Place, language: Language[MetadataT]) -> Bound[MetadataT]:
    """Bind one document, or the effective form of one; `place` knows where its values stand."""
    if not isinstance(data, Mapping):
        message = f"the document is {say(data)}, but a spec is a mapping"
        hint = "start with `apiVersion`, `kind`, `metadata` and `spec`"
        found = draft("shapeless-document", message, place.span(()), hint)
        return Bound("", None, None, (found,))
    kind = data.get("kind")
    model = language.spec_of(kind) if isinstance(kind, str) else None
    diagnostics: list[Diagnostic] = []
    if model is None or data.get("apiVersion") != language.api_version or data.keys() != _KEYS:
        diagnostics += _header(data, place, language, model)
    metadata = _part(language.metadata, data, "metadata", place, model, diagnostics)
    spec = _part(model, data, "spec", place, language.metadata, diagnostics) if model else None
    return Bound(str(kind) if model else "", metadata, spec, tuple(diagnostics))


def _header(
    data: Mapping[str, object],
    place: Place,
    language: Language[MetadataT],
    model: type[SpecModel] | None,
) -> Iterator[Diagnostic]:
    elsewhere = dict.fromkeys(fields_of(model) if model else (), "spec")
    elsewhere |= dict.fromkeys(fields_of(language.metadata), "metadata")
    return check_header(data, place, language.api_version, language.kinds(), elsewhere)


def _part(
    model: type[ModelT],
    data: Mapping[str, object],
    part: str,
    place: Place,
    other: type[SpecModel] | None,
    diagnostics: list[Diagnostic],
) -> ModelT | None:
    if part not in data:
        return None
    try:
        return model.model_validate(data[part])
    except ValidationError as error:
        errors = error.errors(include_url=False)
    other_part = "metadata" if part == "spec" else "spec"
    elsewhere = dict.fromkeys(fields_of(other) if other else (), other_part)
    diagnostics += reword(errors, model, data[part], (part,), place, elsewhere)
    return None
