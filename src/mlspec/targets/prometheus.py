"""`prometheus`: rules per model, and the unit tests that prove them.

The rules rely on the metrics that a spec names, and on those of every served model
(`mlspec_requests_total`, `mlspec_request_errors_total`, `mlspec_request_duration_seconds`), with
the labels `model` and `role` that scraping takes from the labels of the pods. They stay inside
what Prometheus 2.42 reads.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._header import header_text
from mlspec.targets._port import Target
from mlspec.targets._prometheus_groups import models_of, watched_model
from mlspec.targets._prometheus_layout import group_text
from mlspec.targets._prometheus_tests import test_document
from mlspec.targets._stencils import Stencils

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import Bundle, Monitor, Service
    from mlspec.targets._port import Renderer
    from mlspec.targets._prometheus_groups import Watched

__all__ = ["TARGET", "model_files"]

_FOLDER = "prometheus"
_LABELS = "Scraping must add the labels `model` and `role` of pods: `mlspec.dev/model`, `/role`."
_TEST_NOTE = "Run: promtool test rules {name}"


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the rules of every model that is watched, and their tests."""
    stencils = _stencils(bundle.environment, bundle.pipeline.mlspec_version)
    for monitors, services in models_of(bundle):
        yield from stencils.artifacts(bundle, monitors, services)


@lru_cache(maxsize=2)
def _stencils(_environment: str, _version: str) -> Stencils:
    """Return what makes files that depend on a model, on these two, and on nothing else."""
    return Stencils(model_files)


def model_files(
    bundle: Bundle, monitors: Sequence[Monitor], services: Sequence[Service]
) -> Iterator[Artifact]:
    """Yield the files of a model, made anew."""
    watched = watched_model(bundle.environment, monitors, services)
    if watched is not None:
        yield _rules(bundle, watched)
        yield _tests(bundle, watched)


def _rules(bundle: Bundle, watched: Watched) -> Artifact:
    header = header_text(bundle, watched.source, _LABELS)
    groups = [group_text(each.name, each.rules) for each in watched.groups]
    text = "\n".join([f"{emit_documents([], header=header)}groups:", *groups, ""])
    return Artifact(f"{_FOLDER}/{_rule_file(watched)}", text, watched.source)


def _tests(bundle: Bundle, watched: Watched) -> Artifact:
    name = f"{watched.model}.test.yaml"
    header = header_text(bundle, watched.source, _TEST_NOTE.format(name=name))
    text = test_document(_rule_file(watched), watched.alerts, watched.place)
    return Artifact(f"{_FOLDER}/{name}", emit_documents([], header=header) + text, watched.source)


def _rule_file(watched: Watched) -> str:
    return f"{watched.model}.rules.yaml"


TARGET = Target(
    "prometheus", "Alerting rules per model, with promtool unit tests", emit, is_by_model=True
)
