"""`mlflow`: what MLflow is told of a model: signature, registered model and version.

`signature.json` is what `ModelSignature.from_dict` reads; the other two are the bodies of
`registered-models/create` and `model-versions/create`. Nothing is sent from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, pretty_json
from mlspec.ir import Artifact
from mlspec.targets._header import source_digest
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Field, Registration
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_TYPES = {
    "bool": "boolean",
    "date": "datetime",
    "float": "double",
    "int": "long",
    "string": "string",
    "timestamp": "datetime",
}
_Object = dict[str, "Json"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield three documents per model."""
    for each in bundle.registrations:
        for name, document in (
            ("model_version", _version(bundle, each)),
            ("registered_model", _model(each)),
            ("signature", _signature(each)),
        ):
            path = f"mlflow/{each.model}/{name}.json"
            yield Artifact(path, pretty_json(document), each.source)


def _signature(registration: Registration) -> _Object:
    """Return the signature; inputs are null for a model that names no features."""
    inputs = _schema(registration.inputs) if registration.inputs else None
    return {"inputs": inputs, "outputs": _schema(registration.outputs), "params": None}


def _schema(fields: Iterable[Field]) -> str:
    """Return the columns as MLflow keeps them: JSON within JSON."""
    columns = [{"type": _TYPES[each.type], "name": each.name, "required": True} for each in fields]
    return canonical_json(columns).decode()


def _model(registration: Registration) -> _Object:
    return {
        "name": registration.model,
        "description": registration.description,
        "tags": _tags(registration.model_tags),
    }


def _version(bundle: Bundle, registration: Registration) -> _Object:
    digest = source_digest(bundle, registration.source)
    told = (*registration.version_tags, ("mlspec.dev/spec-digest", digest))
    return {
        "name": registration.model,
        "source": registration.uri,
        "description": registration.summary,
        "tags": _tags(sorted(each for each in told if each[1])),
    }


def _tags(tags: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in tags]


TARGET = Target(
    "mlflow", "Signature and registration of every model, for MLflow", emit, is_default=False
)
