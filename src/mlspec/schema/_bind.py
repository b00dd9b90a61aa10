"""From a document to typed values: `metadata` and `spec` of its kind.

In: plain data with places, and what there is to know about kinds. Out: frozen models, or one
diagnostic for each thing that is wrong, all in one go. Must not: know kinds, follow references,
raise for anything a document holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

from mlspec.schema._draft import draft
from mlspec.schema._header import KEYS, check_header
from mlspec.schema._model import SpecModel
from mlspec.schema._reword import reword
from mlspec.schema._shape import fields_of
from mlspec.schema._words import say

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic
    from mlspec.schema._place import Place

__all__ = ["Bound", "Language", "bind"]

MAXIMUM_PROBLEMS = 100
_KEYS = frozenset(KEYS)
_OTHER = {"metadata": "spec", "spec": "metadata"}

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
    binder = _Binder(data, place, language)
    if model is None or data.get("apiVersion") != language.api_version or data.keys() != _KEYS:
        binder.check_header(model)
    metadata = binder.bind_part("metadata", language.metadata, model)
    spec = binder.bind_part("spec", model, language.metadata) if model else None
    return Bound(str(kind) if model else "", metadata, spec, binder.told())


@dataclass(slots=True)
class _Binder(Generic[MetadataT]):
    """One document while it is bound; of very many problems, the later ones are only counted."""

    data: Mapping[str, object]
    place: Place
    language: Language[MetadataT]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    hidden: int = 0

    def check_header(self, model: type[SpecModel] | None) -> None:
        """Check what stands beside the contents of `metadata` and `spec`."""
        language = self.language
        elsewhere = dict.fromkeys(fields_of(model) if model else (), "spec")
        elsewhere |= dict.fromkeys(fields_of(language.metadata), "metadata")
        found = check_header(
            self.data, self.place, language.api_version, language.kinds(), elsewhere
        )
        self.diagnostics += islice(found, MAXIMUM_PROBLEMS)
        self.hidden += max(0, len(self.data) - MAXIMUM_PROBLEMS)

    def bind_part(
        self, part: str, model: type[ModelT], other: type[SpecModel] | None
    ) -> ModelT | None:
        """Bind `metadata` or `spec`; `other` is the model of the other one of them."""
        if part not in self.data:
            return None
        try:
            return model.model_validate(self.data[part])
        except ValidationError as error:
            errors = error.errors(include_url=False)
        elsewhere = dict.fromkeys(fields_of(other) if other else (), _OTHER[part])
        shown = errors[:MAXIMUM_PROBLEMS]
        self.hidden += len(errors) - len(shown)
        self.diagnostics += reword(shown, model, self.data[part], (part,), self.place, elsewhere)
        return None

    def told(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics, with a note if some are not among them."""
        hidden = self.hidden + max(0, len(self.diagnostics) - MAXIMUM_PROBLEMS)
        if not hidden:
            return tuple(self.diagnostics)
        message = f"{hidden} more problem{'s' if hidden > 1 else ''} of this document not shown"
        hint = "solve the first ones and run again"
        note = draft("further-problems", message, self.place.span(()), hint)
        return (*self.diagnostics[:MAXIMUM_PROBLEMS], note)
