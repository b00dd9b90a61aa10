"""What a document of a folder is: an object, or a file of a tool that we know by its shape."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.syntax import Document

__all__ = ["CHECKED_PARTS", "FileKind", "file_kind"]


class FileKind(StrEnum):
    """Files beside objects; those that are not checked here have checkers of their own."""

    PROMETHEUS_RULES = "Prometheus rules"
    KUSTOMIZATION = "kustomization"
    PROMETHEUS_TESTS = "unit tests of Prometheus rules (`promtool test rules`)"
    PROMETHEUS_CONFIG = "configuration of Prometheus (`promtool check config`)"
    ALERTMANAGER = "configuration of Alertmanager (`amtool check-config`)"
    GRAFANA = "Grafana dashboard"
    CHART = "file of a Helm chart (`helm lint`)"
    GITHUB = "GitHub workflow (`actionlint`)"
    OPENAPI = "OpenAPI document"
    JSON_SCHEMA = "JSON Schema"
    KUBEFLOW = "pipeline of Kubeflow (`kfp`)"
    FEAST = "settings of Feast (`feast plan`)"
    MLFLOW = "document for MLflow"
    SPEC = "spec of mlspec (`mlspec validate`)"
    REPORT = "document of mlspec"
    UNKNOWN = "unknown"


CHECKED_PARTS: Mapping[FileKind, str] = {
    FileKind.PROMETHEUS_RULES: "",
    FileKind.KUSTOMIZATION: "the files that it names",
    FileKind.ALERTMANAGER: "routes, matchers and receivers",
    FileKind.GRAFANA: "panels, queries and data sources",
}
"""What is looked at of the files that are checked: all of it, or only some parts."""

_SHAPES: tuple[tuple[FileKind, tuple[str, ...]], ...] = (
    (FileKind.PROMETHEUS_RULES, ("groups",)),
    (FileKind.PROMETHEUS_TESTS, ("rule_files", "tests")),
    (FileKind.PROMETHEUS_CONFIG, ("scrape_configs",)),
    (FileKind.ALERTMANAGER, ("receivers", "route")),
    (FileKind.GRAFANA, ("panels", "title")),
    (FileKind.GITHUB, ("jobs", "on")),
    (FileKind.OPENAPI, ("openapi", "paths")),
    (FileKind.JSON_SCHEMA, ("$schema",)),
    (FileKind.KUBEFLOW, ("pipelineInfo", "root")),
    (FileKind.KUBEFLOW, ("platforms",)),
    (FileKind.FEAST, ("entity_key_serialization_version", "project")),
    (FileKind.MLFLOW, ("inputs", "outputs", "params")),
    (FileKind.MLFLOW, ("description", "name", "tags")),
)
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_KUSTOMIZE = "kustomize.config.k8s.io/"
_CHART_FILES = ("Chart.yaml", "values.yaml", "values.schema.json")


def file_kind(document: Document) -> FileKind | None:
    """Return what a document is; None for an object (or what was meant as one)."""
    data = document.data
    name = document.source.file.rpartition("/")[2]
    if not isinstance(data, dict):
        return FileKind.UNKNOWN
    api_version = str(data.get("apiVersion", ""))
    if name in _KUSTOMIZATIONS or api_version.startswith(_KUSTOMIZE):
        return FileKind.KUSTOMIZATION
    if api_version.startswith("mlspec.dev/"):
        return FileKind.SPEC
    if name in _CHART_FILES and "kind" not in data:
        return FileKind.CHART
    if ("kind" in data or "apiVersion" in data) and not _is_report(data):
        return None
    return _by_shape(data)


def _is_report(data: dict[str, Json]) -> bool:
    """Tell whether it is a document of ours, such as a card, which says of what kind it is, too."""
    return "apiVersion" not in data and str(data.get("format", "")).startswith("mlspec.")


def _by_shape(data: dict[str, Json]) -> FileKind:
    for kind, keys in _SHAPES:
        if all(key in data for key in keys):
            return kind
    return FileKind.REPORT if _is_report(data) else FileKind.UNKNOWN
