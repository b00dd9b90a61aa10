"""`feast`: the feature repository of a workspace, and a test that the registry still says it.

Training and serving ask for the same FeatureService, so that one definition decides what a model
reads. The module and the settings come from templates: a platform team puts its own stores there.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.errors import OutputError
from mlspec.ir import Artifact
from mlspec.syntax import SourceText, parse
from mlspec.targets._header import header_text
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Entity, FeatureGroup, FeatureRepo, FeatureService
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "feast"
_TYPES = {
    "bool": "Bool",
    "float": "Float64",
    "int": "Int64",
    "string": "String",
    "timestamp": "UnixTimestamp",
}
_KEY_TYPES = {"int": "INT64", "string": "STRING"}
_FILES = {"delta": "DeltaFormat", "parquet": "ParquetFormat"}
_SETTINGS = "feast/feature_store.yaml.j2"
_IGNORED = "test_features.py\n"
"""Feast imports every module of its folder; the test is none of its definitions."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the repository; a workspace without usable views has none."""
    repo = bundle.features
    if not repo.groups:
        return
    values = _values(bundle, repo)
    for file in ("feature_store.yaml", "features.py", "test_features.py"):
        text = renderer(f"feast/{file}.j2", values)
        if file.endswith(".py"):
            _check_python(file, text)
        else:
            _check_settings(text, repo)
        yield Artifact(f"{_FOLDER}/{file}", text, repo.source)
    yield Artifact(f"{_FOLDER}/.feastignore", _IGNORED, repo.source)
    services: dict[str, Json] = {each.model: _expected(repo, each) for each in repo.services}
    text = pretty_json({"format": "mlspec.feature-services/1.0", "services": services})
    yield Artifact(f"{_FOLDER}/expected.json", text, repo.source)


def _values(bundle: Bundle, repo: FeatureRepo) -> dict[str, object]:
    entities = {entity.name: entity for group in repo.groups for entity in group.entities}
    return {
        "header": header_text(bundle, repo.source).split("\n"),
        "project": _name(repo.project),
        "formats": sorted({_FILES[each.format] for each in repo.groups}),
        "types": sorted({_TYPES[kind] for each in repo.groups for kind in _kinds(each)}),
        "entities": [_entity(entities[name]) for name in sorted(entities)],
        "views": [_view(each) for each in repo.groups],
        "services": [_service(each) for each in repo.services],
    }


def _kinds(group: FeatureGroup) -> Iterator[str]:
    yield from (each.type for each in group.features)
    yield from (each.type for each in group.entities)


def _name(name: str) -> str:
    """Return a name as SQL and Python take it; specs have no `_`, so none collide."""
    return name.replace("-", "_")


def _entity(entity: Entity) -> dict[str, str]:
    return {
        "variable": f"entity_{_name(entity.name)}",
        "name": _name(entity.name),
        "key": entity.key,
        "type": _KEY_TYPES[entity.type],
    }


def _view(group: FeatureGroup) -> dict[str, object]:
    name = _name(group.name)
    keys = [(each.key, each.type, "") for each in group.entities]
    features = [(each.name, each.type, each.description) for each in group.features]
    return {
        "variable": f"view_{name}",
        "source": f"source_{name}",
        "name": name,
        "dataset": group.dataset,
        "uri": group.uri,
        "format": _FILES[group.format],
        "timestamp": group.timestamp,
        "entities": [f"entity_{_name(each.name)}" for each in group.entities],
        "columns": [(column, _TYPES[kind], text) for column, kind, text in (*keys, *features)],
        "ttl_hours": group.ttl_hours,
        "is_online": group.online,
        "owner": group.owner,
        "description": group.description,
        "tags": {"mlspec.dev/version": group.version} if group.version else {},
    }


def _service(service: FeatureService) -> dict[str, object]:
    name = _name(service.model)
    return {
        "variable": f"service_{name}",
        "name": name,
        "views": [(f"view_{_name(view)}", list(columns)) for view, columns in service.views],
        "owner": service.owner,
        "tags": {"mlspec.dev/version": service.version} if service.version else {},
    }


def _expected(repo: FeatureRepo, service: FeatureService) -> dict[str, Json]:
    groups = {each.name: each for each in repo.groups}
    views: list[Json] = [
        {
            "name": _name(view),
            "features": {
                each.name: _TYPES[each.type]
                for each in groups[view].features
                if each.name in columns
            },
            "keys": [each.key for each in groups[view].entities],
            "ttlHours": groups[view].ttl_hours,
        }
        for view, columns in service.views
    ]
    return {"name": _name(service.model), "isOnline": service.is_online, "views": views}


def _check_python(file: str, text: str) -> None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise OutputError(f"the template `feast/{file}.j2` gives no Python: {error}") from error


def _check_settings(text: str, repo: FeatureRepo) -> None:
    """Refuse settings that can't be read, or that name another project than the module is for."""
    parsed = parse(SourceText(_SETTINGS, text.encode()))
    found = [each.data for each in parsed.documents if isinstance(each.data, dict)]
    projects = [each.get("project") for each in found]
    if parsed.diagnostics or len(parsed.documents) != 1 or projects != [_name(repo.project)]:
        raise OutputError(
            f"the template `{_SETTINGS}` gives no settings of the project `{_name(repo.project)}`"
        )


TARGET = Target("feast", "Feature repository of all feature views", emit, is_default=False)
